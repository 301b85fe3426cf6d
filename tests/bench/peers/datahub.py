"""DataHub beside ours: its SQL parser on our committed statements, and datahub-lite with assets of one client."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable, Sequence
from urllib.parse import quote

from tests.bench.peers.link import Link
from tests.bench.peers.programs import answered
from tests.bench.peers.workload import ASSETS, COLUMNS, SEARCHED, SEARCHES, described, p95
from tests.bench.report import Figure, best
from tests.support.app import METASTORE
from tests.support.statements import DATABASE, STATEMENTS, Statement, facts, read

from crosswind.connectors.sql.reader import Reader

PARSER, LITE = "DataHub's parser", "datahub-lite"
Edges = set[tuple[str, str]]


def sql() -> list[Figure]:
    """Statements a second through each, and how many have exactly the edges that are expected."""
    asked = [
        {"sql": each.sql, "dialect": each.dialect, "schema": each.schema, "database": DATABASE, "tables": each.tables}
        for each in STATEMENTS
    ]
    theirs = answered("datahub_sql", asked=asked)
    right = sum(expected(each) == found(each, told) for each, told in zip(STATEMENTS, theirs["edges"], strict=True))
    reader = Reader()
    traced = best(lambda: [read(each, reader) for each in STATEMENTS])
    mine = sum(facts(read(each, reader)) == each.expected for each in STATEMENTS)
    count = len(STATEMENTS)
    return [
        Figure(f"SQL statements a second, beside {PARSER}", count / traced, "", beside=count / theirs["seconds"]),
        Figure(f"SQL statements with all edges right, of {count}, beside {PARSER}", mine, "", beside=right),
    ]


def expected(statement: Statement) -> Edges:
    return {(column.lower(), source.lower()) for column, sources in statement.expected[2].items() for source in sources}


def found(statement: Statement, told: Sequence[Sequence[str]]) -> Edges:
    """What the parser told, in lower case; an update that adds to a column is not held against it."""
    own = [place.lower() for place in statement.expected[1]]
    every = {(column.lower(), source.lower()) for column, source in told}
    return {(column, source) for column, source in every if source not in {f"{place}.{column}" for place in own}}


def lite(port: int, key: str) -> list[Figure]:
    """Ours through REST, and datahub-lite in the process that asks: nothing goes to a server there."""
    with tempfile.TemporaryDirectory(prefix="cw-lite-") as folder:
        theirs = answered("datahub_lite", folder)
    link = Link(port, f"X-API-Key: {key}\r\n")
    bodies = [
        {"type": "TABLE", "name": name, "qualified_name": f"lite.{place}", "description": text,
         "metadata": {"columns": dict(COLUMNS)}}
        for place, name, text in described(ASSETS)
    ]  # fmt: skip
    ids: list[str] = []
    put = seconds(
        lambda: ids.extend(json.loads(link.ask("POST", f"{METASTORE}/assets", each))["id"] for each in bodies)
    )
    got = seconds(lambda: [link.ask("GET", f"{METASTORE}/assets/{each}") for each in ids])
    asked = f"{METASTORE}/search?q={quote(SEARCHED)}&limit=100"
    searched = [seconds(lambda: link.ask("GET", asked)) * 1000 for _ in range(SEARCHES)]
    hits = json.loads(link.ask("GET", asked))["total"]
    assert hits == theirs["found"] == ASSETS // 10, (hits, theirs["found"])
    return [
        Figure(f"assets put a second, 1 client, beside {LITE}", ASSETS / put, "", beside=theirs["put"]),
        Figure(f"assets read a second, 1 client, beside {LITE}", ASSETS / got, "", beside=theirs["got"]),
        Figure(f"search for a word ({hits} hits), p95, beside {LITE}", p95(searched), "ms", beside=theirs["searched"]),
    ]


def seconds(work: Callable[[], object]) -> float:
    since = time.perf_counter()
    work()
    return time.perf_counter() - since
