"""Run the benchmarks: every module bench_*.py beside this one has `run(stage)` and may name its `SECONDS`.

`python -m tests.bench [part …] [--tables N …] [--assets N]`; exits 1 when a promised limit is broken or a part did not
end.
"""

from __future__ import annotations

import argparse
import logging
import os
import shutil
import sys
import tempfile
import time
from importlib import import_module
from pathlib import Path

from tests.bench.deadline import Overdue, deadline
from tests.bench.report import Report
from tests.bench.stage import Stage

from crosswind.kit.embedded import EmbeddedPostgres

PARTS = (
    "discovery",
    "crawl",
    "catalog",
    "search",
    "finding",
    "scan",
    "objects",
    "graphql",
    "grpc",
    "lineage",
    "plugin",
    "bulk",
    "writes",
    "events",
    "peers",
)
SECONDS = 300


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="Measure, beside bare drivers.")
    parser.add_argument("parts", nargs="*", metavar="part", help=f"of {', '.join(PARTS)}; all without any")
    parser.add_argument("--tables", type=int, nargs="+", default=[2_000, 10_000], help="sizes of the generated source")
    parser.add_argument("--assets", type=int, default=1_000_000, help="size of the catalog that is loaded in bulk")
    wanted = parser.parse_args()
    if unknown := set(wanted.parts) - set(PARTS):
        parser.error(f"no part named {', '.join(sorted(unknown))}")
    folder = Path(tempfile.mkdtemp(prefix="cw-"))
    folder.chmod(0o755)
    os.environ["AIRFLOW_HOME"] = str(folder / "airflow")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    server = EmbeddedPostgres(folder / "postgres", port=0, durable=False)
    report = Report()
    try:
        server.start()
        for part in wanted.parts or PARTS:
            measure(part, Stage(server, report, tuple(wanted.tables), wanted.assets))
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)
    print(f"\n{report.table()}")
    return 1 if report.broken else 0


def measure(part: str, stage: Stage) -> None:
    """Run a part within its time; what it broke on is told and the next one goes on."""
    since = time.monotonic()
    print(f"{part} (load {os.getloadavg()[0]:.1f}) …", flush=True)
    try:
        module = import_module(f"tests.bench.bench_{part}")
        with deadline(getattr(module, "SECONDS", SECONDS)):
            module.run(stage)
    except (Exception, Overdue) as error:
        stage.report.fail(part, f"{type(error).__name__}: {error}")
    print(f"{part}: {time.monotonic() - since:.0f} s", flush=True)


if __name__ == "__main__":
    sys.exit(main())
