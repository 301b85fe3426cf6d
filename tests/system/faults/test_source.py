"""Faults of a source in a crawl: the task says which step and what to do, the catalog keeps what it had."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from typing import Any

import pytest
from tests.support.app import CONNECTIONS
from tests.support.proxies import BlackHole, DroppingProxy, Listener, Proxy, StallingProxy, TlsProxy
from tests.support.stack import Stack

pytestmark = pytest.mark.system
WIDE = [
    f"create table t{number:03} ({', '.join(f'column_{each} text' for each in range(40))})" for number in range(150)
]


@pytest.fixture(scope="module")
def crawled(stack: Stack) -> tuple[str, str]:
    """A connection through the stack's first port and the database behind it, crawled once through a plain proxy."""
    database = stack.database("create schema shop", *WIDE, "create view v as select column_1 from t001")
    with Proxy(stack.source.port, stack.ports[0]):
        connection = stack.register(database, configuration={"port": stack.ports[0], "connectionTimeout": 5})
        stack.crawl(connection)
    return connection, database


@pytest.fixture
def kept(stack: Stack, crawled: tuple[str, str]) -> Iterator[str]:
    """The crawled connection; whatever a test does, its assets must stay as they were."""
    before = stack.assets(crawled[0])
    assert len(before) == 151
    yield crawled[0]
    assert stack.assets(crawled[0]) == before


def told(stack: Stack, connection: str, seconds: float = 60.0) -> dict[str, Any]:
    """Start a crawl and return its task once a try has told its error, or the run has ended; no try follows."""
    task = stack.start(connection)
    found = stack.until(task, lambda each: each["error"] or each["status"] in {"FAILED", "COMPLETED"}, seconds)
    if found["status"] != "FAILED":
        stack.cancel(task)
    return found


def test_a_source_that_is_down(stack: Stack, kept: str) -> None:
    error = told(stack, kept)["error"]
    assert error["step"] == "dial"
    assert "refused the connection" in error["message"]
    assert error["remedy"]
    assert error["code"] == "CONN_001"
    assert error["transient"] is True


def test_a_black_hole(stack: Stack, kept: str) -> None:
    with BlackHole(stack.ports[0]):
        begun = time.monotonic()
        error = told(stack, kept, 240)["error"]
    assert error["code"] == "CONN_002"
    assert error["transient"] is True
    assert error["remedy"]
    assert time.monotonic() - begun < 120


def test_a_wrong_password_ends_the_run_at_once(stack: Stack, kept: str) -> None:
    path = f"{CONNECTIONS}/connections/{kept}/credentials"
    good = {"credentials": {"username": stack.source.user, "password": stack.source.password}}
    stack.ok(stack.admin.put(path, json={"credentials": {"username": stack.source.user, "password": "wrong"}}))
    try:
        with Proxy(stack.source.port, stack.ports[0]):
            task = stack.ended(stack.start(kept))
    finally:
        stack.ok(stack.admin.put(path, json=good))
    assert task["status"] == "FAILED"
    assert task["error"]["step"] == "login"
    assert task["error"]["code"] == "CONN_003"
    assert task["error"]["remedy"]
    assert "wrong" not in str(task)
    tries = stack.rows("select max(try_number) from public.task_instance where run_id = %s", task["id"])
    assert tries == [(1,)]


def test_a_bad_certificate_under_verify_full(stack: Stack) -> None:
    database = stack.database("create table t (id int)")
    secure = {"ssl": True, "sslMode": "verify-full", "port": stack.ports[1]}
    connection = stack.register(database, configuration=secure)
    with TlsProxy(stack.source.port, "another.example", at=stack.ports[1]):
        task = stack.ended(stack.start(connection))
    assert task["status"] == "FAILED"
    assert task["error"]["step"] == "tls"
    assert task["error"]["code"] == "CONN_005"
    assert task["error"]["remedy"]
    assert stack.assets(connection) == {}


@pytest.mark.parametrize("broken", [DroppingProxy, StallingProxy])
def test_a_link_that_fails_in_mid_crawl(stack: Stack, kept: str, broken: type[Listener], crawled: Any) -> None:
    """Enough bytes for login and the first rows, not for all."""
    with broken(stack.source.port, 40_000, stack.ports[0]) as proxy:  # type: ignore[call-arg]
        found = told(stack, kept, 90)
    assert proxy.accepted >= 1
    error = found["error"]
    assert found["status"] != "COMPLETED"
    assert error["transient"] is True
    assert error["step"] not in {"", "run"}
    assert error["remedy"]


def test_a_run_that_failed_once_ends_well_by_retry(stack: Stack, kept: str) -> None:
    task = stack.start(kept)
    stack.until(task, lambda each: each["error"])
    with Proxy(stack.source.port, stack.ports[0]):
        ended = stack.ended(task)
    assert ended["status"] == "COMPLETED"
    assert ended["error"] is None


def test_a_table_dropped_in_mid_crawl_changes_nothing_but_itself(stack: Stack) -> None:
    """The crawl reads one snapshot: it ends well with the table or without, and the next one finds it removed."""
    database = stack.database(*(f"create table t{number} (id int primary key, note text)" for number in range(400)))
    connection = stack.register(database, configuration={"port": stack.ports[0]})
    with Proxy(stack.source.port, stack.ports[0]):
        stack.crawl(connection)
    with _Interrupting(stack, database, "drop table t399", stack.ports[0]):
        task = stack.ended(stack.start(connection))
    assert task["status"] == "COMPLETED"
    names = {name.rpartition(".")[2] for name in stack.assets(connection)}
    assert names >= {f"t{number}" for number in range(399)}
    with Proxy(stack.source.port, stack.ports[0]):
        stack.crawl(connection)
    assert {name.rpartition(".")[2] for name in stack.assets(connection)} == {f"t{number}" for number in range(399)}


class _Interrupting(Proxy):
    """Runs a statement at the source as soon as so many bytes of it have passed."""

    def __init__(self, stack: Stack, database: str, statement: str, at: int) -> None:
        self._stack, self._database, self._statement = stack, database, statement
        super().__init__(stack.source.port, at)

    def pass_on(self, sink: Any, data: bytes, back: bool) -> None:
        if self._statement and self.received > 20_000:
            statement, self._statement = self._statement, ""
            with contextlib.suppress(Exception), self._stack.source.connect(self._database) as link:
                link.execute("set lock_timeout = '300ms'")
                link.execute(statement)
        super().pass_on(sink, data, back)
