"""Search, facets and lists of very many assets, asked of a server's socket, alone and while others are loaded."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from statistics import median

import httpx
from tests.bench.bench_catalog import store
from tests.bench.many import fill, load
from tests.bench.report import Figure
from tests.bench.serving import Door, serving
from tests.bench.stage import Stage
from tests.support.app import METASTORE, Rest
from tests.support.catalog import connection, ok

from crosswind.contexts.catalog.repository import words

SECONDS = 1_800
ROUNDS = 40
PLACE_OF_P95 = 37
SEARCH, FACETS, LIST = f"{METASTORE}/search", f"{METASTORE}/search/facets", f"{METASTORE}/assets"
SELECTIVE, COMMON = 15.0, 80.0
"""Milliseconds that the 95th of a hundred answers may take."""
ASKED: Mapping[str, tuple[str, dict[str, str], float | None]] = {
    "search: one number": (SEARCH, {"q": "77777"}, SELECTIVE),
    "search: nothing there": (SEARCH, {"q": "zzqz"}, SELECTIVE),
    "facets: one number": (FACETS, {"q": "77777"}, SELECTIVE),
    "search: a common word": (SEARCH, {"q": "customer"}, COMMON),
    "search: a word of all": (SEARCH, {"q": "status"}, COMMON),
    "search: a common beginning": (SEARCH, {"q": "cus"}, COMMON),
    "search: a letter": (SEARCH, {"q": "c"}, COMMON),
    "search: two words": (SEARCH, {"q": "invoice fuga"}, COMMON),
    "search: a word with a tag": (SEARCH, {"q": "customer tag:Tag07"}, COMMON),
    "search: a word of an owner": (SEARCH, {"q": "customer owner:owner10"}, COMMON),
    "search: a word in a domain": (SEARCH, {"q": 'customer domain:"Domain 4"'}, COMMON),
    "search: inside a word": (SEARCH, {"q": "ustome"}, COMMON),
    "facets: a common word": (FACETS, {"q": "customer"}, COMMON),
    "facets: nothing asked": (FACETS, {}, None),
    "list: newest": (LIST, {}, None),
    "list: the page at 5,000": (LIST, {"offset": "5000"}, None),
    "list: a tag": (LIST, {"tag": "Tag07"}, None),
}
PAGED = 1_000


def run(stage: Stage) -> None:
    assets = stage.assets
    url = store(stage.server, "finding")
    with Rest(url) as rest:
        key = connection(rest, "many")
        print(f"  filled in {fill(url, key, assets):.0f} s", flush=True)
        since = time.perf_counter()
        words.read(rest.platform.session)
        stage.report.add("finding", assets, Figure("vocabulary read whole", time.perf_counter() - since, "s"))
    with asking(url) as client:
        for name, (path, query, limit) in ASKED.items():
            stage.report.add("finding", assets, measured(client, name, path, query, limit))
        stage.report.add("finding", assets, with_columns(client), fresh(client))
        with loading(url, key, assets):
            for name in ("search: one number", "search: a common word"):
                path, query, _ = ASKED[name]
                stage.report.add("finding", assets, measured(client, f"{name}, while others load", path, query, None))


@contextmanager
def asking(url: str) -> Iterator[httpx.Client]:
    """A client of a server over this store, with a connection that it keeps."""
    with serving(url) as door, client_of(door) as client:
        yield client


def client_of(door: Door) -> httpx.Client:
    """A client of a server that is there, with a connection that it keeps."""
    place, headers = f"http://127.0.0.1:{door.port}/crosswind", {"X-API-Key": door.key}
    return httpx.Client(base_url=place, headers=headers, timeout=60, trust_env=False)


def measured(client: httpx.Client, name: str, path: str, query: dict[str, str], limit: float | None) -> Figure:
    """The 95th percentile of forty answers in milliseconds."""
    body = ok(client.get(path, params=query))
    told = body.get("pagination", body)
    plus = "+" if told.get("total_is_capped") else ""
    times = sorted(timed(client, path, query) for _ in range(ROUNDS))
    label = f"{name} ({told['total']:,}{plus}), p95; median {median(times):.0f} ms"
    return Figure(label, times[PLACE_OF_P95], "ms", at_most=limit)


def timed(client: httpx.Client, path: str, query: dict[str, str]) -> float:
    since = time.perf_counter()
    ok(client.get(path, params=query))
    return (time.perf_counter() - since) * 1000


def with_columns(client: httpx.Client) -> Figure:
    """Thousand tables with their columns in pages of a hundred, by the cursor."""
    best = min(_paged(client) for _ in range(5))
    return Figure("list: 1,000 tables with columns, paged", best * 1000, "ms", at_most=100)


def _paged(client: httpx.Client) -> float:
    since, seen = time.perf_counter(), 0
    cursor: dict[str, str] = {}
    while seen < PAGED:
        page = ok(client.get(LIST, params={"type": "TABLE", "limit": 100, "include": "columns", **cursor}))
        seen += len(page["data"])
        cursor = {"cursor": page["pagination"]["next_cursor"]}
    return time.perf_counter() - since


def fresh(client: httpx.Client) -> Figure:
    """How many of twenty assets the very next search does not find."""
    missed = 0
    for number in range(20):
        body = {"type": "TABLE", "name": f"novelty{number}", "qualified_name": f"fresh.novelty{number}"}
        made = ok(client.post(LIST, json=body))["id"]
        hits = ok(client.get(SEARCH, params={"q": f"novelty{number}"}))["results"]
        missed += made not in {hit["asset"]["id"] for hit in hits}
    return Figure("committed, and not in the next search", missed, "", at_most=0)


@contextmanager
def loading(url: str, key: int, assets: int) -> Iterator[None]:
    """Batches of assets are stored meanwhile."""
    stop = threading.Event()
    thread = threading.Thread(target=load, args=(url, key, assets, stop))
    thread.start()
    yield
    stop.set()
    thread.join()
