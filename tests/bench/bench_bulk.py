"""A file of assets and edges into the catalog as its task does it, beside a bare COPY and upsert of the same rows."""

from __future__ import annotations

import gzip
import json
import multiprocessing
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import psycopg
from tests.bench.bench_catalog import store
from tests.bench.bench_crawl import Lease, serving
from tests.bench.report import Figure
from tests.bench.stage import Stage
from tests.bench.worked import cpu, memory
from tests.support.app import METASTORE, Rest
from tests.support.catalog import Task

from crosswind.contexts.access.permissions import PERMISSIONS
from crosswind.contexts.catalog.facts import curated_words, named_words
from crosswind.doors.airflow.client import CrosswindClient
from crosswind.doors.airflow.importing import File, send
from crosswind.doors.airflow.progress import Progress
from crosswind.kit.actor import Actor

SECONDS = 900
NOUNS = ("customer", "order", "invoice", "payment", "product", "shipment", "session", "refund", "stock", "price")
VERBS = ("daily", "monthly", "raw", "clean", "joined", "ranked", "archived", "current", "hourly", "masked")
SENTENCE = "Holds every {0} that was {1} by the {2} team, one row a {0}, loaded each night from the {1} source"
_UPSERT = """
INSERT INTO crosswind.assets AS a (tenant, type, name, qualified_name, description, curated_metadata, tags,
                                   source_words, curated_words)
SELECT 'default', type, name, qualified_name, description, metadata, tags, source_words, curated_words FROM bare
 ORDER BY qualified_name
ON CONFLICT (tenant, qualified_name) DO UPDATE SET description = excluded.description
"""
_JOIN = """
INSERT INTO crosswind.relationships (tenant, type, source_key, target_key, target_name, metadata, origin)
SELECT 'default', b.type, s.key, t.key, b.target, '{}', 'import' FROM bare_edges b
  JOIN crosswind.assets s ON s.tenant = 'default' AND s.qualified_name = b.source
  JOIN crosswind.assets t ON t.tenant = 'default' AND t.qualified_name = b.target
ON CONFLICT ON CONSTRAINT uq_relationships_edge DO NOTHING
"""


def assets(count: int) -> Iterator[dict[str, Any]]:
    """Assets with names, words and tags that differ as real ones do."""
    for number in range(count):
        noun, verb = NOUNS[number % 10], VERBS[number // 10 % 10]
        name = f"{verb}_{noun}_{number}"
        yield {
            "kind": "asset", "type": "TABLE", "name": name,
            "qualified_name": f"warehouse.{noun}s_{number // 1000:04}.{name}",
            "description": SENTENCE.format(noun, verb, NOUNS[number // 100 % 10]),
            "metadata": {"rows": number, "tier": number % 3}, "tags": [verb, "gold" if number % 7 else "PII"],
        }  # fmt: skip


def edges(count: int) -> Iterator[dict[str, Any]]:
    """Three edges from each of the first third of the assets to others."""
    names = [each["qualified_name"] for each in assets(count)]
    for number in range(count):
        source, target = number // 3, (number * 7919 + 1) % count
        if source != target:
            yield {"kind": "relationship", "type": "DEPENDS_ON", "source": names[source], "target": names[target]}


def run(stage: Stage) -> None:
    count = stage.assets
    with tempfile.TemporaryDirectory() as folder:
        file, lineage = Path(folder) / "assets.jsonl.gz", Path(folder) / "edges.jsonl.gz"
        write(file, assets(count))
        write(lineage, edges(count))
        postgres = stage.server.pid or 0
        bare, bare_cpu = timed(postgres, lambda: copied(stage, count))
        linked = count / joined_bare(stage, count)
        url = store(stage.server, "bulk")
        with Rest(url) as rest, serving(url) as base:
            first, first_cpu = timed(postgres, lambda: take_in(rest, base, file))
            found = httpx.get(f"{base}{METASTORE}/search", params={"q": f"{count - 1}"},
                              headers={"X-API-Key": rest.key()}, timeout=60)  # fmt: skip
            assert f"_{count - 1}" in found.text, found.text
            again = take_in(rest, base, file)
            settle(url)
            joined = take_in(rest, base, lineage)
            tell(stage, first, bare, again, (count / joined, linked), (first_cpu, bare_cpu))
            stage.report.add("bulk", count, memory(rest, base, multiprocessing.active_children()[0].pid or 0))


def tell(
    stage: Stage, first: float, bare: float, again: float, rates: tuple[float, float], cpus: tuple[float, float]
) -> None:
    """Put the figures into the report."""
    count = stage.assets
    at_once = first <= 45 * count / 1_000_000
    stage.report.add(
        "bulk", count,
        Figure("file of assets, in its task, searchable at its end", first, "s",
               at_most=45 * count / 1_000_000 if at_once else None),
        Figure("the same, beside a bare COPY and upsert with the same indexes", first, "s",
               at_most=None if at_once else 1.5, beside=bare),
        Figure("PostgreSQL's CPU for it, beside that of the bare ones", cpus[0], "s", beside=cpus[1]),
        Figure("the same file again, unchanged", again, "s", at_most=15 * count / 1_000_000),
        Figure("edges, between settled assets", rates[0], "edges/s", at_least=50_000),
        Figure("the same, beside a bare COPY and insert with the same indexes", rates[0], "edges/s", beside=rates[1]),
    )  # fmt: skip


def timed(postgres: int, work: Callable[[], float]) -> tuple[float, float]:
    """The seconds that some work says it took, and those of CPU that PostgreSQL took meanwhile."""
    before = cpu(postgres)
    taken = work()
    return taken, cpu(postgres) - before


def write(path: Path, lines: Iterator[dict[str, Any]]) -> None:
    with gzip.open(path, "wb", compresslevel=1) as file:
        for line in lines:
            file.write(json.dumps(line, separators=(",", ":")).encode() + b"\n")


def take_in(rest: Rest, base: str, path: Path) -> float:
    """Take a file in as the import's task does; return its seconds."""
    task = Task(rest, None, kind="BULK_INGESTION", source=f"s3://bench/{path.name}", format="json")
    with rest.acting(Actor("bench", "bench", permissions=PERMISSIONS)) as services:
        services.tasks._imports.begin(task.id, services.uow.actor)
    token = task.client.headers["Authorization"].partition(" ")[2]
    where = f"/platform/v1/imports/{task.id}"
    since = time.perf_counter()
    with CrosswindClient(base, "") as client:
        lease: Any = Lease(task, client, token)
        place = lease.send("POST", f"{where}/begin", {"identity": path.name})
        send(lease, where, File(path.name, path.stat().st_size, pieces(path)), place, Progress({}))
        done = lease.send("POST", f"{where}/complete")
    assert done["counts"]["errors"] == 0, done
    return time.perf_counter() - since


def settle(url: str) -> None:
    """Do what autovacuum does within minutes of a load, so that it takes no core from the edges that follow."""
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as link:
        link.execute("VACUUM (ANALYZE) crosswind.assets")


def pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(4 * 1024 * 1024):
            yield piece


def copied(stage: Stage, count: int) -> float:
    """Seconds of the same rows, made ready beforehand, by bare COPY and upsert of 20,000 at a time."""
    url = store(stage.server, "bare")
    seconds = 0.0
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=False) as link:
        link.execute("CREATE TEMP TABLE bare (type text, name text, qualified_name text, description text, "
                     "metadata jsonb, tags text[], source_words tsvector, curated_words tsvector)")  # fmt: skip
        for rows in _packed(assets(count), 20_000):
            made = "".join(map(_row, rows))
            since = time.perf_counter()
            link.execute("TRUNCATE bare")
            with link.cursor() as cursor, cursor.copy("COPY bare FROM STDIN") as copy:
                copy.write(made)
            link.execute(_UPSERT)
            link.commit()
            seconds += time.perf_counter() - since
    return seconds


def joined_bare(stage: Stage, count: int) -> float:
    """Seconds of the edges between those assets by bare COPY and insert of 20,000 at a time, without events."""
    seconds = 0.0
    with psycopg.connect(store(stage.server, "bare").replace("+psycopg", ""), autocommit=False) as link:
        link.execute('CREATE TEMP TABLE bare_edges (type text, source text COLLATE "C", target text COLLATE "C")')
        for rows in _packed(edges(count), 20_000):
            made = "".join(f"{each['type']}\t{each['source']}\t{each['target']}\n" for each in rows)
            since = time.perf_counter()
            link.execute("TRUNCATE bare_edges")
            with link.cursor() as cursor, cursor.copy("COPY bare_edges FROM STDIN") as copy:
                copy.write(made)
            link.execute("ANALYZE bare_edges")
            link.execute(_JOIN)
            link.commit()
            seconds += time.perf_counter() - since
    return seconds


def _row(each: dict[str, Any]) -> str:
    tags = "{" + ",".join(each["tags"]) + "}"
    words = named_words(each["name"]), curated_words(each["description"], each["tags"])
    return "\t".join((each["type"], each["name"], each["qualified_name"], each["description"],
                      json.dumps(each["metadata"]), tags, *words)) + "\n"  # fmt: skip


def _packed(found: Iterator[Any], size: int) -> Iterator[list[Any]]:
    held: list[Any] = []
    for each in found:
        held.append(each)
        if len(held) == size:
            yield held
            held = []
    if held:
        yield held
