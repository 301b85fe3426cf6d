"""Search, lists and facets of a large catalog through REST, beside a bare FastAPI route that runs the same SQL."""

from __future__ import annotations

import time
from collections.abc import Mapping
from statistics import median

import httpx
from tests.bench.bare_route import bare_client
from tests.bench.bench_catalog import captured, store
from tests.bench.report import Figure
from tests.bench.stage import Stage
from tests.bench.wide import fill
from tests.support.app import METASTORE, Rest
from tests.support.catalog import connection, ok

SECONDS = 600
ASSETS = 100_000
ROUNDS = 40
PLACE_OF_P95 = 37
AT_MOST = 3.0
"""How much longer than a bare route with the same SQL an answer may take."""
SEARCH, LIST, FACETS = f"{METASTORE}/search", f"{METASTORE}/assets", f"{METASTORE}/search/facets"
ASKED: Mapping[str, tuple[str, dict[str, str]]] = {
    "search: one hit": (SEARCH, {"q": "77777"}),
    "search: two words": (SEARCH, {"q": "invoice 4321"}),
    "search: a common word": (SEARCH, {"q": "customer"}),
    "search: a word of nearly every asset": (SEARCH, {"q": "status"}),
    "search: a beginning": (SEARCH, {"q": "qui"}),
    "search: a letter": (SEARCH, {"q": "c"}),
    "search: a common word with a tag": (SEARCH, {"q": "customer", "tag": "Tag07"}),
    "search: a common word with a classification": (SEARCH, {"q": "customer", "classification": "restricted"}),
    "search: nothing asked, a tag": (SEARCH, {"tag": "Tag07"}),
    "search: nothing asked": (SEARCH, {}),
    "list: newest": (LIST, {}),
    "list: by name, page 500": (LIST, {"sort": "name", "offset": "10000"}),
    "list: a tag": (LIST, {"tag": "Tag07"}),
    "list: a classification": (LIST, {"classification": "restricted"}),
    "list: a schema": (LIST, {"schema": "s07"}),
    "list: a word": (LIST, {"search": "shipment"}),
    "facets: one hit": (FACETS, {"q": "77777"}),
    "facets: a common word": (FACETS, {"q": "customer"}),
    "facets: a common word with a tag": (FACETS, {"q": "customer", "tag": "Tag07"}),
    "facets: a tag": (FACETS, {"tag": "Tag07"}),
    "facets: of everything": (FACETS, {}),
}


def run(stage: Stage) -> None:
    url = store(stage.server, "search_wide")
    with Rest(url, rate_limit=1_000_000) as rest:
        key = connection(rest, "wide")
        since = time.perf_counter()
        fill(rest, url, key, ASSETS)
        print(f"  filled in {time.perf_counter() - since:.0f} s", flush=True)
        client = rest.client("viewer")
        for name, (path, query) in ASKED.items():
            stage.report.add("search", ASSETS, measured(rest, url, client, name, path, query))


def measured(rest: Rest, url: str, client: httpx.Client, name: str, path: str, query: dict[str, str]) -> Figure:
    """The median of forty times in milliseconds beside a bare route's, measured in turns."""
    with captured(rest) as statements:
        body = ok(client.get(path, params=query))
    total = body["pagination"]["total"] if "pagination" in body else body["total"]
    plus = "+" if body.get("total_is_capped") else ""
    reads = [each for each in statements if "crosswind.assets" in each[0] or "crosswind.columns" in each[0]]
    ours, theirs = [], []
    with bare_client(url, reads) as bare:
        for _ in range(ROUNDS):
            ours.append(timed(client, path, query))
            theirs.append(timed(bare, "/", {}))
    label = f"{name} ({total:,}{plus}), beside bare FastAPI with the same SQL; p95 {sorted(ours)[PLACE_OF_P95]:.0f} ms"
    return Figure(label, median(ours), "ms", at_most=AT_MOST, beside=median(theirs))


def timed(client: httpx.Client, path: str, query: dict[str, str]) -> float:
    """Milliseconds of one answer."""
    since = time.perf_counter()
    ok(client.get(path, params=query))
    return (time.perf_counter() - since) * 1000
