"""GraphQL: one asset beside REST, and a page of assets with all that belongs to them beside REST asked one by one."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Any

import httpx
from tests.bench.bench_catalog import captured, store, turns
from tests.bench.report import Figure
from tests.bench.stage import Stage
from tests.support.app import METASTORE, Rest
from tests.support.catalog import connection, crawl, ok, table
from tests.support.graphql import GRAPHQL, Asking

SECONDS = 180
TABLES = 200
COLUMNS = tuple(f"column_{number} integer" for number in range(20))
ONE = """query($id: ID!) { asset(id: $id) { id type name qualifiedName description metadata tags { name }
  schema { id name type nullable position description classification primaryKey unique }
  createdBy { id name } classification connectionId createdAt updatedAt version } }"""
NAME = "query($id: ID!) { asset(id: $id) { id name qualifiedName description } }"
PAGE = """{ assets(pagination: {limit: 50}) { nodes { id name tags { name } schema { name type } createdBy { name }
  lineage(depth: 1) { upstream { asset { name } relationship { type } } downstream { asset { name } } } } } }"""


def run(stage: Stage) -> None:
    url = store(stage.server, "graphql")
    with Rest(url, rate_limit=1_000_000) as rest:
        crawl(rest, connection(rest, "bench"), [table(f"t{number:03}", *COLUMNS) for number in range(TABLES)])
        ask = Asking(rest.client())
        nodes = ask("{ assets(pagination: {limit: 100}) { nodes { id } } }")["assets"]["nodes"]
        ids = [node["id"] for node in nodes]
        for reader, read in zip(ids[1:], ids, strict=False):
            ask.edge(reader, read)
        client = rest.client("viewer")
        stage.report.add("graphql", TABLES, *one(rest, client, ids[0]), *page(rest, client, ids[:50]))


def one(rest: Rest, client: httpx.Client, asset: str) -> list[Figure]:
    """The same asset by both: in full with its twenty columns, and by its name only, which REST has no word for."""
    by_rest = partial(_get, client, f"{METASTORE}/assets/{asset}")
    full, named = partial(_ask, client, ONE, id=asset), partial(_ask, client, NAME, id=asset)
    theirs, ours, little = turns(by_rest, full, named)
    return [
        Figure("one asset in full, beside REST", ours, "1/s", beside=theirs),
        Figure("one asset, four fields of it, beside REST", little, "1/s", beside=theirs),
        Figure("one asset in full: statements with those of the guard", _statements(rest, full), ""),
    ]


def page(rest: Rest, client: httpx.Client, ids: list[str]) -> list[Figure]:
    """Fifty assets with columns, tags and lineage: one query, beside the hundred requests that REST takes."""

    def one_by_one() -> None:
        for each in ids:
            _get(client, f"{METASTORE}/assets/{each}")
            _get(client, f"{METASTORE}/assets/{each}/lineage?depth=1")

    together = partial(_ask, client, PAGE)
    ours, theirs = (min(_timed(work) for _ in range(5)) for work in (together, one_by_one))
    return [
        Figure("50 assets with columns, tags and lineage, beside REST one by one", ours * 1000, "ms",
               at_most=1, beside=theirs * 1000),
        Figure("50 assets with all of it: statements with those of the guard", _statements(rest, together), ""),
    ]  # fmt: skip


def _statements(rest: Rest, work: Callable[[], object]) -> int:
    with captured(rest) as found:
        work()
    return len(found)


def _timed(work: Callable[[], object]) -> float:
    since = time.perf_counter()
    work()
    return time.perf_counter() - since


def _get(client: httpx.Client, path: str) -> Any:
    return ok(client.get(path))


def _ask(client: httpx.Client, query: str, **variables: Any) -> Any:
    answer = ok(client.post(GRAPHQL, json={"query": query, "variables": variables}))
    assert "errors" not in answer, answer["errors"]
    return answer["data"]
