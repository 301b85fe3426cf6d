"""Discovery against bare psycopg and SQLAlchemy's reflection, near and far, in statements and in memory."""

from __future__ import annotations

import json
import multiprocessing
import subprocess
import sys
from dataclasses import replace
from multiprocessing.synchronize import Event
from pathlib import Path

from tests.bench.bare import read, reflect
from tests.bench.report import Figure, best, best_of_each
from tests.bench.source import generated
from tests.bench.stage import Stage
from tests.connectors.support import Source
from tests.support.proxies import DelayProxy

from crosswind.connectors.patterns import Patterns

ROUND_TRIP_MS = 10
SECONDS = 420


def run(stage: Stage) -> None:
    for tables in stage.sizes:
        measure(stage, tables)


def measure(stage: Stage, tables: int) -> None:
    source = generated(stage.server, tables)
    limit, near = best_of_each(lambda: read(source), lambda: discover(source))
    far = over_a_slow_link(source)
    figures = [
        Figure("discovery, beside bare psycopg into dicts", near, "s", at_most=2.5, beside=limit),
        Figure(f"discovery over {ROUND_TRIP_MS} ms round trip, beside near", far, "s", at_most=2, beside=near),
        Figure("statements", statements(stage, source), "", at_most=12),
        Figure("peak memory of the process", peak_memory(source), "MB", at_most=250),
    ]
    if tables == min(stage.sizes):
        reflected = best(lambda: reflect(source), rounds=1)
        figures.append(Figure("SQLAlchemy's reflect, beside discovery", reflected, "s", at_least=4, beside=near))
    stage.report.add("discovery", tables, *figures)


def discover(source: Source) -> int:
    """Return the number of columns, each of them seen as an object."""
    with source.connector() as connector:
        found = connector.discover("full", Patterns())
        return sum(len(each.columns) for each in found.objects)


def over_a_slow_link(source: Source) -> float:
    """Measure through a delaying proxy in a process of its own, so that it takes no time from the reader."""
    context = multiprocessing.get_context("spawn")
    port, over = context.SimpleQueue(), context.Event()
    proxy = context.Process(target=_delay, args=(source.port, port, over), daemon=True)
    proxy.start()
    try:
        far = replace(source, port=port.get())
        return best(lambda: discover(far))
    finally:
        over.set()
        proxy.join(5)
        proxy.kill()


def _delay(upstream: int, port: multiprocessing.SimpleQueue[int], over: Event) -> None:
    with DelayProxy(upstream, ROUND_TRIP_MS) as proxy:
        port.put(proxy.port)
        over.wait()


def statements(stage: Stage, source: Source) -> int:
    """Count what the server logs of one discovery."""
    source.execute(f"alter database {source.database} set log_statement = 'all'")
    log = stage.server.place.log
    before = log.stat().st_size
    discover(source)
    source.execute(f"alter database {source.database} reset log_statement")
    with log.open(errors="replace") as lines:
        lines.seek(before)
        logged = [line for line in lines if "statement: " in line or "execute " in line]
    return sum("alter database" not in line for line in logged)


def peak_memory(source: Source) -> float:
    """Measure a process that does nothing else, in megabytes."""
    given = json.dumps([source.host, source.port, source.database, source.username, source.password])
    program = "from tests.bench.bench_discovery import alone; alone()"
    done = subprocess.run(
        [sys.executable, "-c", program], input=given, capture_output=True, text=True, check=True, timeout=120
    )
    return float(done.stdout)


def alone() -> None:
    """Discover the source named on standard input and print this process's peak memory.

    Not by getrusage: its figure begins with that of the process that forked this one.
    """
    discover(Source(*json.load(sys.stdin)))
    status = Path("/proc/self/status").read_text().splitlines()
    print(next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1024)
