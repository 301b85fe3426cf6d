"""The crawl as its task does it: from the source over HTTP, into a server of its own, to found in search."""

from __future__ import annotations

import multiprocessing
import resource
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
from tests.bench.bench_catalog import store
from tests.bench.bench_discovery import discover
from tests.bench.report import Figure, best_of_each
from tests.bench.source import generated
from tests.bench.stage import Stage
from tests.support.app import METASTORE, Rest
from tests.support.catalog import Task, connection, writes

from crosswind.connectors.patterns import Patterns
from crosswind.doors.airflow.client import CrosswindClient
from crosswind.doors.airflow.crawl import pump
from crosswind.doors.airflow.progress import Progress
from crosswind.doors.airflow.sender import Sender, ranges

SECONDS = 420
UNCHANGED_SECONDS = 2
ABOUT = 1.15
"""How far a figure that is promised as "about" may lie above it: what one machine differs from run to run."""
COUNTED_SECONDS = 11
"""PostgreSQL's sessions tell what they wrote at the latest when they have idled for ten seconds."""


class Lease:
    """A lease that the test made, used over HTTP."""

    def __init__(self, task: Task, client: CrosswindClient, token: str) -> None:
        self.task_id = task.id
        self._client = client
        self._token = token

    def send(self, method: str, path: str, body: object = None) -> Any:
        return self._client.call(method, path, body, bearer=self._token)


def run(stage: Stage) -> None:
    for tables in stage.sizes:
        measure(stage, tables)


def measure(stage: Stage, tables: int) -> None:
    source = generated(stage.server, tables)
    url = store(stage.server, f"crawled_{tables}")
    large = tables >= 10_000
    with Rest(url) as rest, serving(url) as base:
        key = connection(rest, "bench")
        first = crawl(rest, key, base, source)
        wanted = {"q": f"orders_{tables - 1:05}"}
        found = httpx.get(f"{base}{METASTORE}/search", params=wanted, headers={"X-API-Key": rest.key()}, timeout=30)
        assert wanted["q"] in found.text, found.text
        time.sleep(COUNTED_SECONDS)
        before = writes(rest, "assets", "columns", "relationships", "audit", "asset_versions")
        again, alone = best_of_each(lambda: crawl(rest, key, base, source), lambda: discover(source), rounds=2)
        time.sleep(COUNTED_SECONDS)
        written = sum(writes(rest, *before).values()) - sum(before.values())
    stage.report.add(
        "crawl", tables,
        Figure("first, in the task, searchable at its end", first, "s", at_most=15 if large else None),
        Figure(f"unchanged, in the task (about {UNCHANGED_SECONDS} s: within {ABOUT - 1:.0%})", again, "s",
               at_most=UNCHANGED_SECONDS * ABOUT if large else None),
        Figure("unchanged, beside discovery alone", again, "s", beside=alone),
        Figure("rows written by the unchanged ones", written, "", at_most=0),
        Figure("peak memory of the bench itself", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, "MB"),
    )  # fmt: skip


def crawl(rest: Rest, key: int, base: str, source: Any) -> float:
    """Crawl once; return the seconds of the task."""
    task = Task(rest, key)
    token = task.client.headers["Authorization"].partition(" ")[2]
    since = time.perf_counter()
    with CrosswindClient(base, "") as client, source.connector() as connector:
        stop = threading.Event()
        found = connector.discover("full", Patterns(), stop.is_set)
        lease: Any = Lease(task, client, token)
        sender = Sender(lease, found.identity, found.database, "postgres://bench:5432", "postgres")
        pump(ranges(found.objects), sender, stop, Progress({}), connector)
        sender.complete()
    return time.perf_counter() - since


@contextmanager
def serving(url: str) -> Iterator[str]:
    """The REST door in a process of its own, as an API server is."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    process = multiprocessing.get_context("spawn").Process(target=_serve, args=(url, port), daemon=True)
    process.start()
    until = time.monotonic() + 60
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.1)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.join(10)
        process.kill()


def _serve(url: str, port: int) -> None:
    import uvicorn
    from tests.support.app import People

    from crosswind.bootstrap import Platform
    from crosswind.doors.http.app import create_app
    from crosswind.kit.garbage import sparing
    from crosswind.settings import Settings

    people = People()
    people.find = lambda subject: people.known.get(subject) or people.add(subject, "platform_admin")  # type: ignore[method-assign]
    app = create_app(Platform(Settings(store_url=url, rate_limit=100_000_000), identity=people))
    with sparing():
        uvicorn.run(app, host="127.0.0.1", port=port, log_level="critical", lifespan="off")
