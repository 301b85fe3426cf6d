"""Parts of the platform die under a crawl or under requests, and come back by themselves."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections import Counter

import httpx
import pytest
from tests.support.app import CONNECTIONS, METASTORE, PLATFORM
from tests.support.proxies import DelayProxy
from tests.support.stack import Stack

pytestmark = pytest.mark.system
TABLES = 3000


def test_a_crawl_outlives_the_api_server(stack: Stack) -> None:
    """Killed once the first objects are in the catalog: the same run ends well, nothing lost, nothing doubled."""
    database = stack.database(
        f"do $$ begin for n in 1..{TABLES} loop "
        "execute format('create table t%s (id int primary key, a text, b text, c text)', n); end loop; end $$"
    )
    connection = stack.register(database)
    task = stack.start(connection)
    _wait_for_first_asset(stack, connection)
    old = stack.kill("api-server")
    ended = stack.ended(task, 240)
    stack.back("api-server", old)
    assert ended["status"] == "COMPLETED", ended
    names = Counter(
        row[0]
        for row in stack.rows(
            "select a.name from crosswind.assets a join crosswind.connections c on c.key = a.connection_key "
            "where c.id = %s and a.removed_at is null and a.crawled_at is not null",
            connection,
        )
    )
    assert names == Counter(f"t{number}" for number in range(1, TABLES + 1))
    columns = stack.rows(
        "select count(*), count(distinct (l.asset_key, l.name)) from crosswind.columns l "
        "join crosswind.assets a on a.key = l.asset_key join crosswind.connections c on c.key = a.connection_key "
        "where c.id = %s and l.removed_at is null",
        connection,
    )
    assert columns == [(TABLES * 4, TABLES * 4)]
    found = stack.ok(stack.admin.get(f"{METASTORE}/search", params={"q": f"t{TABLES}"}))
    assert [hit["asset"]["connection_id"] for hit in found["results"]] == [connection]


def _wait_for_first_asset(stack: Stack, connection: str) -> None:
    deadline = time.monotonic() + 60
    counted = "select count(*) from crosswind.crawl_ranges r join crosswind.crawls w on w.key = r.crawl_key "
    counted += "join crosswind.connections c on c.key = w.connection_key where c.id = %s"
    while stack.rows(counted, connection) == [(0,)]:
        assert time.monotonic() < deadline, "the crawl never began"
        time.sleep(0.02)


def test_postgresql_restarts(stack: Stack) -> None:
    """Killed with all its sessions: 503 with Retry-After while it is away, then answers from the same API server."""
    api = stack.pid("api-server")
    postmaster = stack.store.pid
    assert postmaster
    answers: list[tuple[int, str | None, str]] = []
    stop = threading.Event()

    def ask() -> None:
        while not stop.is_set():
            try:
                answer = stack.admin.get(f"{CONNECTIONS}/connections", timeout=30)
            except httpx.HTTPError as error:
                answers.append((0, None, str(error)))
            else:
                answers.append((answer.status_code, answer.headers.get("Retry-After"), answer.text))
            time.sleep(0.1)

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        time.sleep(0.5)
        os.kill(postmaster, signal.SIGKILL)
        _wait_until(lambda: any(status == 503 for status, *_ in answers), 30)
        _wait_until(lambda: answers[-1][0] == 200, 60)
    finally:
        stop.set()
        thread.join()
    assert {status for status, *_ in answers} == {200, 503}, answers
    assert all(retry and retry.isdigit() for status, retry, _ in answers if status == 503)
    assert all('"GEN_503"' in text for status, _, text in answers if status == 503)
    assert stack.pid("api-server") == api
    assert stack.store.pid not in {None, postmaster}
    _wait_until(stack.answers, 10)


def test_a_crawl_runs_after_postgresql_restarted(stack: Stack) -> None:
    connection = stack.register(stack.database("create table survivor (id int)"))
    stack.crawl(connection)
    assert len(stack.assets(connection)) == 1


def test_a_killed_scheduler_does_not_lose_a_task(stack: Stack) -> None:
    database = stack.database("create table t (id int)")
    connection = stack.register(database, configuration={"port": stack.ports[2]})
    with DelayProxy(stack.source.port, 20, at=stack.ports[2]):
        task = stack.start(connection)
        old = stack.kill("scheduler")
        ended = stack.ended(task, 200)
    assert ended["status"] == "COMPLETED"
    assert stack.pid("scheduler") != old
    assert (
        stack.ok(stack.admin.get(f"{PLATFORM}/runs", params={"connectionId": connection}))["pagination"]["totalCount"]
        == 1
    )


def _wait_until(holds: object, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    assert callable(holds)
    while not holds():
        assert time.monotonic() < deadline, "it did not come to pass"
        time.sleep(0.1)
