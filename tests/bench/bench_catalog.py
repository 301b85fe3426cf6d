"""The catalog: crawls from the source to found in search, and reads beside a bare FastAPI route with the same SQL."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import httpx
from sqlalchemy import event
from tests.bench.bare_route import bare_client
from tests.bench.report import Figure
from tests.bench.source import generated
from tests.bench.stage import Stage
from tests.support.app import METASTORE, Rest
from tests.support.catalog import Task, connection, ok, writes

from crosswind.connectors.patterns import Patterns
from crosswind.connectors.types import SourceObject
from crosswind.doors.airflow.sender import Sender, ranges
from crosswind.kit.embedded import EmbeddedPostgres
from crosswind.migrations import upgrade

READS = 200
SECONDS = 420
SEARCHES = {"a name": "orders 00042", "a common word": "customer", "a beginning": "or", "two words": "shop branch"}
Statement = tuple[str, dict[str, Any]]


class Lease:
    """The client side of a lease, timed: what it waits for is the server's time."""

    def __init__(self, task: Task) -> None:
        self.task_id = task.id
        self.seconds = 0.0
        self._client = task.client

    def send(self, method: str, path: str, body: Any) -> Any:
        since = time.perf_counter()
        content = {"content": body} if isinstance(body, bytes) else {"json": body}
        answer = ok(self._client.request(method, path, **content))
        self.seconds += time.perf_counter() - since
        return answer


def run(stage: Stage) -> None:
    for tables in stage.sizes:
        measure(stage, tables)


def measure(stage: Stage, tables: int) -> None:
    with generated(stage.server, tables).connector() as connector:
        objects = list(connector.discover("full", Patterns()).objects)
    url = store(stage.server, f"catalog_{tables}")
    with Rest(url, rate_limit=1_000_000) as rest:
        key = connection(rest, "bench")
        first = crawl(rest, key, objects)
        before = writes(rest, "assets", "columns", "relationships", "audit")
        again = crawl(rest, key, objects)
        written = sum(writes(rest, *before).values()) - sum(before.values())
        figures = [
            Figure("first crawl, the server's time, searchable at its end", first, "s", at_most=10),
            Figure("unchanged crawl, the server's time", again, "s", at_most=1),
            Figure("rows written by the unchanged crawl", written, "", at_most=0),
            *reads(rest, url),
            *searches(rest),
        ]
    stage.report.add("catalog", tables, *figures)


def crawl(rest: Rest, key: int, objects: list[SourceObject]) -> float:
    """Send a source as the crawl's task does; returns the seconds that the server took."""
    lease = Lease(Task(rest, key))
    sender = Sender(lease, "server-1", "bench", "postgres://bench:5432", "postgres")  # type: ignore[arg-type]
    for part in ranges(objects):
        sender.send(part)
    sender.complete()
    return lease.seconds


def reads(rest: Rest, url: str) -> list[Figure]:
    """Our routes beside bare ones that run the same statements."""
    client = rest.client("viewer")
    listed = f"{METASTORE}/assets?limit=20&offset=40"
    asset = ok(client.get(listed))["data"][0]["id"]
    figures = []
    for name, path in (("list of 20 assets", listed), ("one asset", f"{METASTORE}/assets/{asset}")):
        with captured(rest) as statements:
            ok(client.get(path))
        with bare_client(url, [each for each in statements if _reads_catalog(each)]) as bare:
            ours, theirs = turns(partial(_get, client, path), partial(_get, bare, "/"))
        figures += [
            Figure(f"{name}, beside bare FastAPI with the same SQL", ours, "1/s", at_least=0.5, beside=theirs),
            Figure(f"{name}: statements with those of the guard", len(statements), ""),
        ]
    return figures


def searches(rest: Rest) -> list[Figure]:
    client = rest.client("viewer")
    figures = []
    for name, query in SEARCHES.items():
        found = ok(client.get(f"{METASTORE}/search", params={"q": query}))
        times = sorted(_timed(client, query) for _ in range(40))
        label = f"search for {name} ({found['total']}{'+' if found['total_is_capped'] else ''} hits), p95"
        figures.append(Figure(label, times[37] * 1000, "ms", at_most=100))
    times = sorted(_timed(client, "customer", "/facets") for _ in range(40))
    return [*figures, Figure("facets of a common word, p95", times[37] * 1000, "ms", at_most=100)]


def _reads_catalog(statement: Statement) -> bool:
    return "crosswind.assets" in statement[0] or "crosswind.columns" in statement[0]


def _get(client: httpx.Client, path: str) -> object:
    return ok(client.get(path))


def _timed(client: httpx.Client, query: str, path: str = "") -> float:
    since = time.perf_counter()
    ok(client.get(f"{METASTORE}/search{path}", params={"q": query}))
    return time.perf_counter() - since


def turns(*works: Callable[[], object], rounds: int = 3) -> list[float]:
    """The best rate of each, measured in turns."""
    rates: list[list[float]] = [[] for _ in works]
    for _ in range(rounds):
        for index, work in enumerate(works):
            since = time.perf_counter()
            for _ in range(READS):
                work()
            rates[index].append(READS / (time.perf_counter() - since))
    return [max(each) for each in rates]


@contextmanager
def captured(rest: Rest) -> Iterator[list[Statement]]:
    """The statements that run meanwhile, with their parameters."""
    found: list[Statement] = []

    def listen(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        found.append((statement, dict(parameters or {})))

    event.listen(rest.platform.engine, "before_cursor_execute", listen)
    yield found
    event.remove(rest.platform.engine, "before_cursor_execute", listen)


def store(server: EmbeddedPostgres, name: str) -> str:
    """A fresh migrated store."""
    if server.create_database(name):
        upgrade(server.url(name))
    return server.url(name)
