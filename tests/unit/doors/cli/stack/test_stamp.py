"""A database is prepared anew unless the very same prepared it, and it is as it was left."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import create_engine, text

from crosswind.doors.cli.stack import stamp
from crosswind.doors.cli.stack.layout import Layout

AIRFLOWS = """
create table public.alembic_version (version_num text);
insert into public.alembic_version values ('abc');
create table public.ab_user (username text);
insert into public.ab_user values ('admin');
create table public.connection (conn_id text, conn_type text, host text, password text);
insert into public.connection values ('crosswind_default', 'crosswind', 'http://127.0.0.1:8080/crosswind', 'sealed');
"""
CHANGES = {
    "Airflow was taken back": "update public.alembic_version set version_num = 'older'",
    "our store was taken back": "update crosswind.alembic_version_crosswind set version_num = '0001'",
    "revisions vanished": "drop table public.alembic_version",
    "the administrator vanished": "delete from public.ab_user",
    "the connection was edited": "update public.connection set host = 'elsewhere'",
    "the connection vanished": "delete from public.connection",
    "Airflow's tables vanished": "drop table public.connection",
}


@pytest.fixture
def layout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Layout:
    (tmp_path / "airflow").mkdir()
    (tmp_path / "airflow" / "airflow.cfg").write_text("[core]\n")
    keys = SimpleNamespace(ingest="cwk_first")
    monkeypatch.setattr(stamp, "platform_keys", lambda _layout: keys)
    return Layout(tmp_path, tmp_path, 8080, 54329, 4, ())


def execute(url: str, statements: str) -> None:
    engine = create_engine(url)
    with engine.begin() as link:
        link.execute(text(statements))
    engine.dispose()


@pytest.fixture
def prepared(store: str, layout: Layout) -> str:
    execute(store, AIRFLOWS)
    stamp.write(layout, store)
    return store


def test_same_installation_on_the_same_database_stands(prepared: str, layout: Layout) -> None:
    assert stamp.stands(layout, prepared)


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_database_that_changed_is_prepared_again(prepared: str, layout: Layout, change: str) -> None:
    execute(prepared, change)
    assert not stamp.stands(layout, prepared)


def test_another_database_is_prepared(prepared: str, layout: Layout, database: str) -> None:
    execute(database, AIRFLOWS)
    assert not stamp.stands(layout, database)


@pytest.mark.parametrize(
    "change",
    [
        lambda layout: (layout.home / "airflow.cfg").write_text("[core]\nparallelism = 2\n"),
        lambda layout: (layout.root / "constraints.txt").write_text("apache-airflow==3.3.3\n"),
        stamp.remove,
    ],
    ids=["configuration", "constraints", "no stamp"],
)
def test_other_inputs_prepare_again(prepared: str, layout: Layout, change: Callable[[Layout], object]) -> None:
    change(layout)
    assert not stamp.stands(layout, prepared)


def test_other_packages_prepare_again(prepared: str, layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stamp, "distributions", lambda: [SimpleNamespace(name="apache-airflow", version="9")])
    assert not stamp.stands(layout, prepared)


def test_key_that_was_made_anew_reaches_the_connection(
    prepared: str, layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stamp, "platform_keys", lambda _layout: SimpleNamespace(ingest="cwk_second"))
    assert not stamp.stands(layout, prepared)
