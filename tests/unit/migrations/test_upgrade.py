"""The migration runner itself; each context tests its own revision."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import create_engine, inspect

from crosswind.migrations import SCHEMA, VERSION_TABLE, upgrade


def test_upgrade_creates_our_schema_and_its_version_table(database: str) -> None:
    upgrade(database)
    engine = create_engine(database)
    assert VERSION_TABLE in inspect(engine).get_table_names(SCHEMA)
    engine.dispose()


def test_concurrent_upgrades_wait_for_each_other(database: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(upgrade, [database] * 4)) == [None] * 4
