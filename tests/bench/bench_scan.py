"""A scan for personal data as its task does it, beside its sample queries by bare psycopg and detection alone."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import astuple, replace
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import text
from tests.bench.bench_catalog import store
from tests.bench.bench_crawl import crawl, serving
from tests.bench.personal import COLUMNS, FOUND, personal
from tests.bench.report import Figure
from tests.bench.stage import Stage
from tests.connectors.support import Source
from tests.support.app import Rest
from tests.support.catalog import connection
from tests.support.proxies import DelayProxy
from tests.support.scans import ScanTask

from crosswind.connectors.port import MOST_CHARACTERS
from crosswind.doors.airflow.looking import AT_ONCE, ROWS, Counts, Looker, Table, judged

SECONDS = 600
TABLES = 1_000
LOGGED, FAR = 100, 60
ROUND_TRIP_MS = 10
_TABLES = """
SELECT a.schema, a.name AS "table", c.name, c.data_type
  FROM crosswind.assets a JOIN crosswind.columns c ON c.asset_key = a.key ORDER BY a.key, c.position
"""


def run(stage: Stage) -> None:
    source = personal(stage.server, TABLES)
    with Rest(url := store(stage.server, "scanned")) as rest, serving(url) as base:
        key = connection(rest, "bench")
        crawl(rest, key, base, source)
        seconds, completing, megabytes, summary = scanned(rest, key, base, source)
        tables = catalogued(rest)
    assert (summary["columns"], summary["failed"]) == (TABLES * COLUMNS, 0), summary
    bare, detecting = apart(source, tables)
    statements, samples = logged(stage, source, tables[:LOGGED])
    one, many = far(source, tables[:FAR])
    stage.report.add(
        "scan", TABLES * COLUMNS,
        Figure("columns a second", TABLES * COLUMNS / seconds, "1/s"),
        Figure("the scan, beside its sample queries by bare psycopg and detection, one after the other", seconds, "s",
               at_most=1.5, beside=bare + detecting),
        Figure("of that, detection", detecting, "s"),
        Figure("of that, its end: what is gone, and all judged", completing, "s", at_most=0.3, beside=seconds),
        Figure("sample queries a table", samples / LOGGED, "", at_most=1),
        Figure("statements a table, with those that begin, look up and end", statements / LOGGED, "", at_most=5),
        Figure(f"{AT_ONCE} at once over {ROUND_TRIP_MS} ms round trip, beside one", many, "s", at_most=0.6, beside=one),
        Figure("found, of the columns made to be found", summary["found"] / TABLES / FOUND, "", at_least=1),
        Figure("peak memory of the process", megabytes, "MB", at_most=250),
    )  # fmt: skip


def scanned(rest: Rest, key: int, base: str, source: Source) -> tuple[float, float, float, dict[str, Any]]:
    """Scan in a process of its own; return its seconds, those of its end, its peak megabytes and the summary."""
    task = ScanTask(rest, key)
    token = task.client.headers["Authorization"].partition(" ")[2]
    told = {"base": base, "token": token, "path": task.path, "source": astuple(source)}
    command = [sys.executable, "-m", "tests.bench.scanning"]
    done = subprocess.run(command, input=json.dumps(told), capture_output=True, text=True, timeout=SECONDS, check=False)
    assert done.returncode == 0, done.stderr
    seconds, completing, megabytes, summary = json.loads(done.stdout)
    return seconds, completing, megabytes, summary


def catalogued(rest: Rest) -> list[Table]:
    """Every table as a page of columns names it."""
    with rest.platform.session() as session:
        rows = session.execute(text(_TABLES)).all()
    tables = []
    for (schema, name), columns in groupby(rows, attrgetter("schema", "table")):
        tables.append(Table(name, schema, name, {each.name: (each.name, each.data_type) for each in columns}))
    return tables


def apart(source: Source, tables: Sequence[Table]) -> tuple[float, float]:
    """Seconds of the same sample queries by bare psycopg over one link, and of judging what they return."""
    reading = judging = 0.0
    with source.connect() as link:
        for table in tables:
            names = list(table.columns)
            shown = ", ".join(f"left({name}::text, {MOST_CHARACTERS})" for name in names)
            since = time.perf_counter()
            rows = link.execute(f"select {shown} from {table.schema}.{table.name} limit {ROWS}").fetchall()
            values = {name: [row[at] for row in rows] for at, name in enumerate(names)}
            read = time.perf_counter()
            judged(table, values)
            reading += read - since
            judging += time.perf_counter() - read
    return reading, judging


def look(source: Source, tables: Sequence[Table], at_once: int = AT_ONCE) -> float:
    """Seconds of looking at some tables."""
    with Looker(source.connector, at_once) as looker:
        looker.reach()
        since = time.perf_counter()
        counts = Counts()
        for _ in looker.look(tables, counts):
            pass
        assert counts.sampled == len(tables) * COLUMNS, counts.told()
        return time.perf_counter() - since


def logged(stage: Stage, source: Source, tables: Sequence[Table]) -> tuple[int, int]:
    """Count what the server logs of looking at some tables: all statements, and those that read values."""
    source.execute(f"alter database {source.database} set log_statement = 'all'")
    log = stage.server.place.log
    before = log.stat().st_size
    look(source, tables)
    source.execute(f"alter database {source.database} reset log_statement")
    with log.open(errors="replace") as lines:
        lines.seek(before)
        found = [line for line in lines if "statement: " in line or "execute " in line]
    return len(found) - 1, sum("pg_catalog.left(" in line for line in found)


def far(source: Source, tables: Sequence[Table]) -> tuple[float, float]:
    """Seconds over a slow link, by one connection and by as many as a scan has."""
    with DelayProxy(source.port, ROUND_TRIP_MS) as proxy:
        distant = replace(source, port=proxy.port)
        return look(distant, tables, 1), look(distant, tables)
