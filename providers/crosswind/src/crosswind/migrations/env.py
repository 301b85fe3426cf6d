"""What Alembic runs for each command: the store's schema, its version table and a lock around both."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.pool import NullPool

from crosswind.migrations import SCHEMA, VERSION_TABLE

LOCK = 0x63726F7373776E64


def run(connection: Connection) -> None:
    """Run the asked-for revisions in one transaction."""
    context.configure(
        connection=connection,
        version_table=VERSION_TABLE,
        version_table_schema=SCHEMA,
        include_schemas=True,
        transactional_ddl=True,
    )
    with context.begin_transaction():
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}"))
        context.run_migrations()


def main() -> None:
    """Use the caller's connection, or open one of our own for its URL."""
    attributes = context.config.attributes
    if attributes.get("connection") is not None:
        run(attributes["connection"])
        return
    engine = create_engine(attributes["url"], poolclass=NullPool)
    with engine.begin() as connection:
        run(connection)


main()
