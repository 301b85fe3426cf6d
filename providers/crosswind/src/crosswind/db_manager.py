"""Makes `airflow db migrate` the one command that also brings the store to its schema."""

from __future__ import annotations

from pathlib import Path

from airflow.utils.db_manager import BaseDBManager
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, make_url, text
from sqlalchemy.pool import NullPool

from crosswind import migrations
from crosswind.kit.store import Base, as_psycopg
from crosswind.settings import Settings


class CrosswindDBManager(BaseDBManager):
    """Migrates the store wherever `[crosswind] store_url` puts it; by default that is Airflow's own database.

    Always by migrations, also on a fresh database: `create_all` would leave out triggers and functions. Where the
    store is not PostgreSQL nothing is done, and the log says what to set.
    """

    metadata = Base.metadata
    migration_dir = str(Path(migrations.__file__).parent)
    alembic_file = ""
    version_table_name = migrations.VERSION_TABLE
    supports_table_dropping = True

    def initdb(self, use_migration_files: bool = False) -> None:
        """Migrate, whether the database is fresh or not."""
        self.upgradedb(use_migration_files=use_migration_files)

    def create_db_from_orm(self) -> None:
        """Migrate: the models alone do not make the whole schema."""
        self.upgradedb()

    def upgradedb(
        self,
        to_revision: str | None = None,
        from_revision: str | None = None,
        show_sql_only: bool = False,
        use_migration_files: bool = False,
    ) -> None:
        """Bring the store to `to_revision`, or to the newest."""
        del from_revision, use_migration_files
        if show_sql_only:
            raise SystemExit("Crosswind's migrations need the database at hand; --show-sql-only is not offered.")
        if (url := self._store_url()) is not None:
            self.log.info("Migrating the Crosswind store at %s", _shown(url))
            migrations.upgrade(url, to_revision or "head")

    def downgrade(self, to_revision: str, from_revision: str | None = None, show_sql_only: bool = False) -> None:
        """Take the store back to `to_revision`; `base` empties it."""
        del from_revision
        if show_sql_only:
            raise SystemExit("Crosswind's migrations need the database at hand; --show-sql-only is not offered.")
        if (url := self._store_url()) is not None:
            migrations.downgrade(url, to_revision)

    def get_current_revision(self) -> str | None:
        """Return the store's revision, None for an empty store."""
        url = self._store_url()
        if url is None:
            return None
        engine = create_engine(url, poolclass=NullPool)
        try:
            with engine.connect() as connection:
                options = {"version_table": migrations.VERSION_TABLE, "version_table_schema": migrations.SCHEMA}
                return MigrationContext.configure(connection, opts=options).get_current_revision()
        finally:
            engine.dispose()

    def check_migration(self) -> bool:
        """Tell whether the store is at the newest revision; a store that cannot be counts as checked."""
        newest = ScriptDirectory.from_config(migrations.alembic_config()).get_current_head()
        return self._store_url() is None or self.get_current_revision() == newest

    def drop_tables(self, connection: Connection) -> None:
        """Drop the store's schema with Airflow's tables, if it lives in the same database."""
        if self._store_url() is None or Settings.from_airflow().store_url != _airflow_url():
            self.log.info("The Crosswind store is kept: it is not in Airflow's metadata database")
            return
        connection.execute(text(f"DROP SCHEMA IF EXISTS {migrations.SCHEMA} CASCADE"))

    def _store_url(self) -> str | None:
        """Return the store's address for psycopg, or None after saying why there is none."""
        url = Settings.from_airflow().store_url
        if make_url(url).get_backend_name() in {"postgresql", "postgres"}:
            return as_psycopg(url)
        self.log.warning(
            "Crosswind keeps its store in PostgreSQL only and leaves %s alone. "
            "Set [crosswind] store_url to a PostgreSQL database and run `airflow db migrate` again.",
            _shown(url),
        )
        return None


def _airflow_url() -> str:
    from airflow.configuration import conf

    return str(conf.get("database", "sql_alchemy_conn"))


def _shown(url: str) -> str:
    return make_url(url).render_as_string(hide_password=True)
