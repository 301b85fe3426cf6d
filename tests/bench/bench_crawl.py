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
from tests.bench.report import Figure
from tests.bench.source import generated
from tests.bench.stage import Stage
from tests.support.app import METASTORE, Rest
from tests.support.catalog import Task, connection

from crosswind.connectors.patterns import Patterns
from crosswind.doors.airflow.client import CrosswindClient
from crosswind.doors.airflow.crawl import pump
from crosswind.doors.airflow.progress import Progress
from crosswind.doors.airflow.sender import Sender, ranges


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
        source = generated(stage.server, tables)
        url = store(stage.server, f"crawled_{tables}")
        with Rest(url) as rest, serving(url) as base:
            key = connection(rest, "bench")
            first = crawl(rest, key, base, source)
            found = httpx.get(
                f"{base}{METASTORE}/search", params={"q": f"orders_{tables - 1:05}"}, headers={"X-API-Key": rest.key()}
            )
            assert f"orders_{tables - 1:05}" in found.text, found.text
            again = crawl(rest, key, base, source)
        stage.report.section(
            f"Crawl of {tables:,} tables in the task, from the source to found in search",
            Figure("first", first, "s", at_most=15 if tables >= 10_000 else None),
            Figure("unchanged", again, "s", at_most=2 if tables >= 10_000 else None),
            Figure("memory of the task and the bench", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, "MB"),
        )


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
    yield f"http://127.0.0.1:{port}"
    process.terminate()
    process.join(10)


def _serve(url: str, port: int) -> None:
    import uvicorn
    from tests.support.app import People

    from crosswind.bootstrap import Platform
    from crosswind.doors.rest.app import create_app
    from crosswind.settings import Settings

    people = People()
    people.find = lambda subject: people.known.get(subject) or people.add(subject, "platform_admin")  # type: ignore[method-assign]
    app = create_app(Platform(Settings(store_url=url), identity=people))
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="critical", lifespan="off")
