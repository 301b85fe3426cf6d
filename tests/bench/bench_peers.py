"""Other catalogs beside ours in the same run: tables created, read and listed, SQL traced, assets put and searched.

What `scripts/bench-peers` has not got is told and left out. The peers' servers keep what they are given in memory, so
that their figures are their best; ours keeps it in the store that every other part measures.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tests.bench.bench_catalog import store
from tests.bench.bench_crawl import serving
from tests.bench.peers import datahub, servers
from tests.bench.peers.catalogs import Crosswind, Iceberg, Nessie
from tests.bench.peers.places import missing
from tests.bench.peers.programs import answered
from tests.bench.peers.workload import COLUMNS, PLACES, TABLES, WARM, Measured, measure
from tests.bench.report import Figure
from tests.bench.stage import Stage
from tests.support.app import Rest
from tests.support.catalog import connection, crawl, table

SECONDS = 600


def run(stage: Stage) -> None:
    catalogs = {name: measured for name, measured in CATALOGS.items() if here(name)}
    beside_datahub = here("datahub")
    with ours(stage) as (rest, port):
        mine = measure(connected(rest, port)) if catalogs else None
        if beside_datahub:
            stage.report.add("peers", TABLES, *datahub.lite(port, rest.key()))
    if beside_datahub:
        stage.report.add("peers", None, *datahub.sql())
    for name, measured in catalogs.items():
        if mine:
            stage.report.add("peers", TABLES, *compared(name, mine, measured()))


def here(peer: str) -> bool:
    """Whether a peer can be run; why not is told."""
    why = missing(peer)
    if why:
        print(f"  skipped {peer}: {why}", flush=True)
    return why is None


@contextmanager
def ours(stage: Stage) -> Iterator[tuple[Rest, int]]:
    """Crosswind in a process of its own, over a fresh store."""
    url = store(stage.server, "peers")
    with Rest(url) as rest, serving(url) as base:
        yield rest, int(base.rpartition(":")[2])


def connected(rest: Rest, port: int) -> Callable[[], Crosswind]:
    """What connects to ours, where the tables that are read and listed came with a crawl."""
    columns = [f"{name} {kind}" for name, kind in COLUMNS]
    sizes = zip(PLACES, (WARM, TABLES), strict=True)
    found = [table(f"table_{each:04}", *columns, schema=place) for place, size in sizes for each in range(size)]
    crawl(rest, connection(rest, "bench"), found)
    key = rest.key()
    return lambda: Crosswind(port, key)


def hive_metastore() -> Measured:
    with servers.hive_metastore() as port:
        return Measured(*answered("hive_client", str(port)))


def nessie() -> Measured:
    with servers.nessie() as port:
        for place in PLACES:
            Nessie(port).place(place)
        return measure(lambda: Nessie(port))


def iceberg_rest() -> Measured:
    with servers.iceberg_rest() as port:
        for place in PLACES:
            Iceberg(port).place(place)
        return measure(lambda: Iceberg(port))


CATALOGS = {"hive-metastore": hive_metastore, "nessie": nessie, "iceberg-rest": iceberg_rest}


def compared(peer: str, mine: Measured, theirs: Measured) -> list[Figure]:
    """Our figures beside those of a peer; what it does not keep is left out."""
    found = [
        Figure(f"tables created a second, 4 clients, beside {peer}", mine.created, "", beside=theirs.created),
        Figure(f"tables read a second, 4 clients, beside {peer}", mine.read, "", beside=theirs.read),
        Figure(f"list of {TABLES:,} tables, beside {peer}", mine.names, "ms", beside=theirs.names),
    ]
    if theirs.whole and mine.whole:
        found.append(Figure(f"the same with columns, beside {peer}", mine.whole, "ms", beside=theirs.whole))
    return found
