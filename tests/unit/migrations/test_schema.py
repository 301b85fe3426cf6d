"""What the migrations make is what the models say, whoever runs them, and there is a way back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool
from tests.support.airflow import Airflow

import crosswind.bootstrap  # noqa: F401  (every context's models)
from crosswind.db_manager import CrosswindDBManager
from crosswind.kit.store import Base, as_psycopg
from crosswind.migrations import SCHEMA, VERSION_TABLE, downgrade, upgrade

STATE = {
    "tables": "select c.relname, c.relkind::text from pg_class c where c.relnamespace = 'crosswind'::regnamespace",
    "columns": "select c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity::text, "
    "pg_get_expr(d.adbin, d.adrelid) from pg_class c join pg_attribute a on a.attrelid = c.oid "
    "left join pg_attrdef d on (d.adrelid, d.adnum) = (c.oid, a.attnum) "
    "where c.relnamespace = 'crosswind'::regnamespace and a.attnum > 0 and not a.attisdropped "
    "and c.relkind in ('r', 'p', 'v')",
    "constraints": "select conrelid::regclass::text, conname, pg_get_constraintdef(oid) from pg_constraint "
    "where connamespace = 'crosswind'::regnamespace",
    "indexes": "select indexname, indexdef from pg_indexes where schemaname = 'crosswind'",
    "functions": "select proname, pg_get_functiondef(oid) from pg_proc where pronamespace = 'crosswind'::regnamespace",
    "triggers": "select c.relname, t.tgname, pg_get_triggerdef(t.oid) from pg_trigger t join pg_class c "
    "on c.oid = t.tgrelid where c.relnamespace = 'crosswind'::regnamespace and not t.tgisinternal",
}


def state(url: str) -> dict[str, set[tuple[Any, ...]]]:
    """Everything that our schema holds, by kind."""
    with _connected(url) as connection:
        return {kind: {tuple(row) for row in connection.execute(text(query))} for kind, query in STATE.items()}


def _connected(url: str) -> Connection:
    """A link whose default schema is not ours: the server's user has our schema's name, and Alembic would skip it."""
    options = {"options": "-c search_path=public"}
    return create_engine(as_psycopg(url), poolclass=NullPool, connect_args=options).connect()


def migrate() -> None:
    """Do what `airflow db migrate` does, in this process."""
    from airflow.cli.cli_parser import get_parser

    arguments = get_parser().parse_args(["db", "migrate"])
    arguments.func(arguments)


@pytest.fixture
def airflow_at(tmp_path: Path) -> Iterator[Callable[[str], None]]:
    """Points this process's Airflow at a database until the test ends."""
    entered: list[Airflow] = []

    def enter(url: str) -> None:
        airflow = Airflow(url, tmp_path)
        entered.append(airflow)
        airflow.enter()

    yield enter
    for airflow in reversed(entered):
        airflow.leave()


def test_the_migrations_make_what_the_models_say(store: str) -> None:
    def ours(name: str | None, kind: str, parents: Any) -> bool:
        return name == SCHEMA if kind == "schema" else name != VERSION_TABLE

    options = {
        "include_schemas": True, "include_name": ours, "compare_type": True, "compare_server_default": True,
        "version_table": VERSION_TABLE, "version_table_schema": SCHEMA,
    }  # fmt: skip
    with _connected(store) as connection:
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, Base.metadata) == []
    assert {table.name for table in Base.metadata.tables.values()} <= {row[0] for row in state(store)["tables"]}


def test_there_is_a_way_down_to_nothing_and_up_again(database: str) -> None:
    upgrade(database)
    before = state(database)
    assert all(before.values())
    downgrade(database, "base")
    left = state(database)
    assert {row[0] for row in left["tables"]} <= {VERSION_TABLE, f"{VERSION_TABLE}_pkc"}
    assert left["functions"] == left["triggers"] == set()
    upgrade(database)
    assert state(database) == before


def test_airflow_migrates_the_store_on_a_fresh_and_on_an_existing_database(
    database: str, store: str, airflow_at: Callable[[str], None]
) -> None:
    plain = state(store)
    airflow_at(database)
    migrate()
    assert state(database) == plain
    downgrade(database, "0003_connections")
    assert state(database) != plain
    migrate()
    assert state(database) == plain
    migrate()
    assert state(database) == plain


def test_where_the_metadata_is_not_postgresql_nothing_is_done_and_the_log_says_what_to_set(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    tmp_path: Path,
) -> None:
    monkeypatch.setenv("AIRFLOW__DATABASE__SQL_ALCHEMY_CONN", f"sqlite:///{tmp_path}/airflow.db")
    with create_engine("sqlite://").connect() as connection:
        manager = CrosswindDBManager(Session(connection))
        manager.initdb()
        assert manager.check_migration()
        assert manager.get_current_revision() is None
    assert "Set [crosswind] store_url" in capsys.readouterr().out + caplog.text
    assert not (tmp_path / "airflow.db").exists()
