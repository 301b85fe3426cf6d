"""Lineage: walks of a large graph through REST, OpenLineage events over sockets, and statements of SQL."""

from __future__ import annotations

import http.client
import json
import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Any
from uuid import UUID

import psycopg
import sqlglot
from tests.bench.bench_catalog import store
from tests.bench.bench_writes import spread
from tests.bench.report import Figure, best_of_each
from tests.bench.serving import Door, serving
from tests.bench.stage import Stage
from tests.bench.worked import cpu
from tests.support.app import METASTORE, Rest
from tests.support.catalog import connection
from tests.support.openlineage import columns, dataset, event
from tests.support.statements import STATEMENTS, facts, read

from crosswind.connectors.sql.apart import SqlReader
from crosswind.connectors.sql.reader import Reader

SECONDS = 1200
CLIENTS = 4
CHILDREN = 10_000
STARTS = 60
WARM = 5
WALK, HUB = 30.0, 50.0
EVENTS, BATCHED, ABOVE = 1_000, 5_000, 5.0
STATEMENTS_A_SECOND = 150
PATH = "/crosswind/metastore/api/v1/lineage"
_ASSETS = """
INSERT INTO crosswind.assets (tenant, connection_key, type, name, qualified_name, database, schema, source_words)
SELECT 'default', {key}, 'TABLE', 'table_' || n, 'wide.shop.s' || n % 50 || '.table_' || n, 'shop', 's' || n % 50,
       '' FROM generate_series(1, {assets}) n
"""
# Each asset is made of three older ones near by; the first one is what ten thousand others are made of.
_INDEXES = """
SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i
 WHERE i.indrelid IN ('crosswind.assets'::regclass, 'crosswind.relationships'::regclass)
   AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid)
"""
_EDGES = """
INSERT INTO crosswind.relationships (tenant, connection_key, type, source_key, target_key, target_name, metadata)
SELECT 'default', {key}, 'DEPENDS_ON', s.key, t.key, 'edge' || e, '{{"column_mapping": {{"id": ["id"]}}}}'
  FROM (SELECT n, e, CASE WHEN n <= {children} + 1 AND e = 1 THEN 1 ELSE greatest(1, n - 1 - n * (7 + e * 13) % 997)
          END
          AS up FROM generate_series(2, {assets}) n, generate_series(1, 3) e) x
  JOIN numbered s ON s.n = x.n JOIN numbered t ON t.n = x.up
"""


def run(stage: Stage) -> None:
    statements(stage)
    events(stage)
    walks(stage, stage.assets)


def walks(stage: Stage, assets: int) -> None:
    """Depth 10 both ways from assets anywhere, and from a hub."""
    url = store(stage.server, "lineage_wide")
    with Rest(url) as rest:
        since = time.perf_counter()
        ids, edges = grow(url, connection(rest, "wide"), assets)
    print(f"  {assets:,} assets and {edges:,} edges in {time.perf_counter() - since:.0f} s", flush=True)
    with serving(url) as door, closing(http.client.HTTPConnection("127.0.0.1", door.port, timeout=60)) as client:

        def walked(identifier: UUID) -> float:
            since = time.perf_counter()
            path = f"/crosswind{METASTORE}/assets/{identifier}/lineage?depth=10"
            client.request("GET", path, headers={"X-API-Key": door.key})
            answer = client.getresponse()
            body = answer.read()
            took = (time.perf_counter() - since) * 1000
            assert answer.status == 200, body
            found = json.loads(body)
            assert len(found["upstream"]) + len(found["downstream"]) <= 1_000
            return took

        chance = random.Random(7)
        anywhere = [chance.choice(ids[CHILDREN:]) for _ in range(STARTS)]
        for each in anywhere[:WARM]:
            walked(each)
        postgres = stage.server.pid or 0
        ours, theirs = door.cpu, cpu(postgres)
        taken = [walked(each) for each in anywhere]
        ours, theirs = ((now - was) / STARTS * 1000 for now, was in ((door.cpu, ours), (cpu(postgres), theirs)))
        stage.report.add(
            "lineage", assets,
            Figure("walk, depth 10 both ways, limit 1,000, p95", p95(taken), "ms", at_most=WALK),
            Figure("CPU of the API process for a walk", ours, "ms"),
            Figure("CPU of PostgreSQL for a walk", theirs, "ms"),
            Figure(f"the same from a hub of {CHILDREN:,}, p95", p95([walked(ids[0]) for _ in range(20)]), "ms",
                   at_most=HUB),
        )  # fmt: skip


def grow(url: str, key: int, assets: int) -> tuple[list[UUID], int]:
    """The graph, put into the store directly; returns the ids in order and the number of edges."""
    values = {"key": key, "assets": assets, "children": CHILDREN}
    with psycopg.connect(url.replace("+psycopg", "", 1), autocommit=True) as link:
        link.execute("SET statement_timeout = 0")
        link.execute("SET session_replication_role = replica")
        with without_indexes(link):
            link.execute(_ASSETS.format(**values))
            link.execute(
                "CREATE TEMP TABLE numbered AS SELECT row_number() OVER (ORDER BY key) AS n, key FROM crosswind.assets"
            )
            link.execute("ANALYZE numbered")
            edges = link.execute(_EDGES.format(**values)).rowcount
        link.execute("VACUUM ANALYZE crosswind.assets")
        link.execute("VACUUM ANALYZE crosswind.relationships")
        return [row[0] for row in link.execute("SELECT id FROM crosswind.assets ORDER BY key")], edges


@contextmanager
def without_indexes(link: psycopg.Connection) -> Iterator[None]:
    """Load a graph without the indexes that no constraint needs, which are made at its end."""
    found = link.execute(_INDEXES).fetchall()
    link.execute("SET maintenance_work_mem = '1GB'")
    for name, _ in found:
        link.execute(f"DROP INDEX {name}")
    yield
    for _, made in found:
        link.execute(made)


def events(stage: Stage) -> None:
    """Events one by one and in batches from four clients, and how long one waits for its answer."""
    with serving(store(stage.server, "lineage_events")) as door:
        with connected(door) as send:
            send("", told(0, 0))
            empty = p95([timed(lambda: send("/batch", [])) for _ in range(300)])
            single = p95([timed(lambda n=n: send("", told(9, n))) for n in range(300)])  # type: ignore[misc]
        busy = door.cpu
        each = rate(door, 500, 1)
        busy = (door.cpu - busy) / (500 * CLIENTS) * 1000
        batched = rate(door, 20, 500)
        stage.report.add(
            "lineage", None,
            Figure("OpenLineage event answered, p95 above an empty request", single - empty, "ms", at_most=ABOVE),
            Figure(f"OpenLineage events, {CLIENTS} clients", each, "events/s", at_least=EVENTS),
            Figure(f"OpenLineage events in batches of 500, {CLIENTS} clients", batched, "events/s", at_least=BATCHED),
            Figure("CPU of the API process for an event", busy, "ms"),
            Figure("memory of the API process afterwards", door.megabytes, "MB", at_most=500),
        )  # fmt: skip


def rate(door: Door, requests: int, size: int) -> float:
    """Events a second that all clients together send, from bare sockets and with bodies made before."""
    bodies = [body(client, number, size) for number in range(requests) for client in range(CLIENTS)]
    path = PATH if size == 1 else f"{PATH}/batch"
    return CLIENTS * requests * size / spread(f"http://127.0.0.1:{door.port}", door.key, path, bodies, CLIENTS)


def body(client: int, number: int, size: int) -> bytes:
    """One event, or a batch of them."""
    if size == 1:
        return json.dumps(told(client, number)).encode()
    return json.dumps([told(client, number * size + place) for place in range(size)]).encode()


def told(client: int, number: int) -> dict[str, Any]:
    """The start or the end of a run of one of fifty jobs, with a table read and one written."""
    job = (number // 2) % 50
    kind = "COMPLETE" if number % 2 else "START"
    run = str(UUID(int=(client << 64) + number // 2 + 1))
    made = dataset(f"shop.public.out_{job}", columnLineage=columns(id=[(f"shop.public.in_{job}", "id")]))
    return event(kind, run=run, job=f"job_{client}_{job}", inputs=[dataset(f"shop.public.in_{job}")], outputs=[made])


@contextmanager
def connected(door: Door) -> Iterator[Callable[[str, Any], None]]:
    """Send bodies over one connection that stays open; an answer that is no success fails."""
    link = http.client.HTTPConnection("127.0.0.1", door.port, timeout=60)
    headers = {"Authorization": f"Bearer {door.key}", "Content-Type": "application/json"}

    def send(path: str, body: Any) -> None:
        link.request("POST", PATH + path, json.dumps(body), headers)
        answer = link.getresponse()
        content = answer.read()
        assert answer.status in {200, 201}, content

    yield send
    link.close()


def statements(stage: Stage) -> None:
    """The committed statements again and again, all of them right, beside the bare parse of the same."""
    reader = Reader()
    for each in STATEMENTS:
        assert facts(read(each, reader)) == each.expected, each.shape
    count = len(STATEMENTS)
    apart = SqlReader()
    try:
        bare, traced, sent = best_of_each(
            lambda: [sqlglot.parse_one(each.sql, dialect=each.dialect) for each in STATEMENTS],
            lambda: [read(each, reader) for each in STATEMENTS],
            lambda: [apart.read(each.ask, each.known) for each in STATEMENTS],
            rounds=10,
        )
    finally:
        apart.close()
    stage.report.add(
        "lineage", None,
        Figure("SQL statements, all edges right", count / traced, "a second", at_least=STATEMENTS_A_SECOND),
        Figure("the same in a process apart", count / sent, "a second", at_least=STATEMENTS_A_SECOND),
        Figure("sqlglot's bare parse of them", count / bare, "a second"),
    )  # fmt: skip


def timed(work: Callable[[], object]) -> float:
    """Milliseconds that it took."""
    since = time.perf_counter()
    work()
    return (time.perf_counter() - since) * 1000


def p95(taken: Sequence[float]) -> float:
    return sorted(taken)[int(len(taken) * 0.95) - 1]
