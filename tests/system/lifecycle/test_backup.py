"""The page on backups, followed: dumped, restored into a fresh server, and everything still there and whole."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session
from tests.support.airflow import Airflow
from tests.support.app import METASTORE, PLATFORM, Rest
from tests.support.catalog import connection, crawl, ok, table
from tests.support.connections import CANARY, airflow_row, register, url

from crosswind.contexts.governance import chain
from crosswind.kit.embedded import EmbeddedPostgres
from crosswind.kit.store import make_engine
from crosswind.migrations import upgrade

PAGE = Path(__file__).parents[3] / "docs/how-to/back-up-and-restore.md"
LOGIN = {"username": "ben", "password": "right"}


def command(verb: str) -> str:
    """The page's own line."""
    found = re.search(rf"^\$ ({verb} .*)$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert found, verb
    return found[1]


def shell(line: str, folder: Path, server: EmbeddedPostgres, **names: str) -> None:
    environment = {**os.environ, **names, "PATH": f"{server.place.program}:{os.environ['PATH']}"}
    done = subprocess.run(line, shell=True, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.fixture
def fresh_server(short_folder: Path) -> Iterator[EmbeddedPostgres]:
    server = EmbeddedPostgres(short_folder / "restored", port=0, durable=False)
    server.start()
    yield server
    server.stop()


def libpq(server: EmbeddedPostgres, name: str) -> str:
    return server.url(name, driver="postgresql")


def fill(rest: Rest) -> tuple[str, str]:
    """Something of everything; returns an API key and a refresh token."""
    rest.people.add("ben", "viewer", password="right")
    key = rest.key(subject="ana")
    admin = rest.anonymous({"X-API-Key": key})
    register(admin, "shop")
    crawl(rest, connection(rest, "other"), found=[table("orders"), table("übung")])
    ok(admin.post(f"{METASTORE}/tags", json={"name": "kept"}, headers={"Idempotency-Key": "k-1"}))
    refresh = ok(rest.anonymous().post(f"{METASTORE}/auth/login", json=LOGIN))["refresh_token"]
    with rest.platform.session() as session:
        chain.seal(session)
    return key, str(refresh)


def test_what_was_dumped_is_restored_whole(
    postgres: EmbeddedPostgres, airflow_metadata: str, fresh_server: EmbeddedPostgres, tmp_path: Path
) -> None:
    postgres.create_database("backed_up", template="airflow_metadata")
    before = postgres.url("backed_up")
    upgrade(before)
    airflow = Airflow(before, tmp_path)
    airflow.enter()
    try:
        airflow.forget_connections()
        with Rest(before) as rest:
            key, refresh = fill(rest)
            heads = _heads(before)
            shell(command("pg_dump"), tmp_path, fresh_server, DATABASE_URL=libpq(postgres, "backed_up"))
    finally:
        airflow.leave()

    fresh_server.create_database("restored")
    shell(command("pg_restore"), tmp_path, fresh_server, NEW_DATABASE_URL=libpq(fresh_server, "restored"))
    after = fresh_server.url("restored")
    upgrade(after)
    restored = Airflow(after, tmp_path)
    restored.enter()
    try:
        assert _heads(after) == heads
        with Rest(after) as rest:
            _check(rest, key, refresh)
    finally:
        restored.leave()
    with make_engine(after).begin() as link, pytest.raises(Exception, match="append-only"):
        link.execute(text("DELETE FROM crosswind.audit"))


def _check(rest: Rest, key: str, refresh: str) -> None:
    rest.people.add("ana", "platform_admin")
    rest.people.add("ben", "viewer", password="right")
    admin = rest.anonymous({"X-API-Key": key})
    assert ok(admin.get(f"{PLATFORM}/me"))["subject"] == "ana"
    assert ok(admin.get(url("shop")))["id"] == "shop"
    row = airflow_row("shop")
    assert row is not None
    assert row["password"] == CANARY, "the Fernet key opens it"
    for word in ("orders", "übung"):
        (hit,) = ok(admin.get(f"{METASTORE}/search", params={"q": word}))["results"]
        assert word in str(hit)
    again = admin.post(f"{METASTORE}/tags", json={"name": "kept"}, headers={"Idempotency-Key": "k-1"})
    assert again.headers["Idempotency-Replayed"] == "true"
    stranger = rest.anonymous()
    assert ok(stranger.post(f"{METASTORE}/auth/refresh", json={"refresh_token": refresh}))["access_token"]
    assert ok(stranger.post(f"{METASTORE}/auth/login", json=LOGIN))["access_token"]
    assert crawl(rest, connection(rest, "later"), found=[table("new")])["counts"]


def _heads(database: str) -> dict[str, tuple[int, str]]:
    """Where the audit's chains end, which must hold."""
    engine = make_engine(database)
    try:
        with Session(engine) as session:
            verdict = chain.verify(session)
    finally:
        engine.dispose()
    assert verdict.faults == ()
    assert verdict.rows > 0
    return verdict.heads
