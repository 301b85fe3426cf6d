"""`crosswind setup` on Airflow's and our real tables: once it makes, again it leaves alone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool
from tests.support.airflow import Airflow

from crosswind import bootstrap
from crosswind.doors.cli.main import main

BASE = "http://airflow.example.com:8080"
ADMIN = ["--admin", "ada"]


@pytest.fixture
def airflow(airflow_db: Airflow, store: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Airflow]:
    """Airflow's metadata, with our store in a database of its own and under FAB."""
    monkeypatch.setenv("AIRFLOW__CROSSWIND__STORE_URL", store)
    monkeypatch.setenv(
        "AIRFLOW__CORE__AUTH_MANAGER", "airflow.providers.fab.auth_manager.fab_auth_manager.FabAuthManager"
    )
    bootstrap.from_airflow.cache_clear()
    yield airflow_db
    bootstrap.from_airflow.cache_clear()
    with create_engine(airflow_db.url, poolclass=NullPool).begin() as link:
        link.execute(text("delete from ab_user_role"))
        link.execute(text("delete from ab_user"))


def setup(*arguments: str) -> int:
    return main(["setup", "--base-url", BASE, *arguments])


def connection() -> tuple[str, str]:
    from airflow.models import Connection
    from airflow.utils.session import create_session

    with create_session() as session:
        row = session.query(Connection).filter_by(conn_id="crosswind_default").one()
        return str(row.host), str(row.password)


def keys(store: str) -> list[tuple[str, list[str], bool]]:
    with create_engine(store, poolclass=NullPool).connect() as link:
        found = link.execute(
            text("select name, scopes, revoked_at is null from crosswind.api_keys order by created_at")
        )
        return [tuple(row) for row in found]


def test_tasks_get_a_connection_with_a_key_of_their_own(airflow: Airflow, store: str) -> None:
    assert setup() == 0
    host, key = connection()
    assert host == f"{BASE}/crosswind"
    assert len(key) > 30
    assert keys(store) == [("tasks", ["due:start", "lease:create"], True)]


def test_a_second_time_changes_nothing(airflow: Airflow, store: str) -> None:
    setup()
    before = connection()
    assert setup() == 0
    assert connection() == before
    assert len(keys(store)) == 1


def test_a_revoked_key_is_replaced(airflow: Airflow, store: str) -> None:
    setup()
    before = connection()
    with create_engine(store, poolclass=NullPool).begin() as link:
        link.execute(text("update crosswind.api_keys set revoked_at = now()"))
    setup()
    assert connection()[1] != before[1]
    assert [row[2] for row in keys(store)] == [False, True]


def test_the_administrator_is_made_once_and_keeps_a_password_changed_since(
    airflow: Airflow, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CROSSWIND_ADMIN_PASSWORD", "a-first-password")
    assert setup(*ADMIN) == 0
    assert "ada was made" in capsys.readouterr().out
    first = password_of("ada", airflow)
    monkeypatch.setenv("CROSSWIND_ADMIN_PASSWORD", "another-password")
    assert setup(*ADMIN) == 0
    assert "stays as it was" in capsys.readouterr().out
    assert password_of("ada", airflow) == first
    with create_engine(airflow.url, poolclass=NullPool).connect() as link:
        roles = set(link.execute(text("select name from ab_role")).scalars())
    assert {"Admin", "crosswind_viewer", "crosswind_platform_admin"} <= roles


@pytest.mark.parametrize("password", ["", "short"])
def test_an_administrator_needs_a_real_password(
    airflow: Airflow, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], password: str
) -> None:
    monkeypatch.setenv("CROSSWIND_ADMIN_PASSWORD", password)
    assert setup(*ADMIN) == 2
    assert "CROSSWIND_ADMIN_PASSWORD" in capsys.readouterr().err


def password_of(name: str, airflow: Airflow) -> str:
    with create_engine(airflow.url, poolclass=NullPool).connect() as link:
        return str(
            link.execute(text("select password from ab_user where username = :name"), {"name": name}).scalar_one()
        )
