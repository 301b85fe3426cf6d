"""Run the benchmarks: every module bench_*.py beside this one has `run(stage)`.

`python -m tests.bench [name …] [--tables N …]`; exits 1 when a promised limit is broken.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from importlib import import_module
from pathlib import Path

from tests.bench.report import Report
from tests.bench.stage import Stage

from crosswind.kit.embedded import EmbeddedPostgres


def main() -> int:
    names = sorted(path.stem.removeprefix("bench_") for path in Path(__file__).parent.glob("bench_*.py"))
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="Measure, beside bare drivers.")
    parser.add_argument("names", nargs="*", help=f"of {', '.join(names)}; all without any")
    parser.add_argument("--tables", type=int, nargs="+", default=[2_000, 10_000], help="sizes of the generated source")
    wanted = parser.parse_args()
    if unknown := set(wanted.names) - set(names):
        parser.error(f"no benchmark named {', '.join(sorted(unknown))}")
    folder = Path(tempfile.mkdtemp(prefix="cw-"))
    folder.chmod(0o755)
    server = EmbeddedPostgres(folder / "postgres", port=0, durable=False)
    report = Report()
    try:
        server.start()
        for name in wanted.names or names:
            import_module(f"tests.bench.bench_{name}").run(Stage(server, report, tuple(wanted.tables)))
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)
    for each in report.broken:
        print(f"BROKEN: {each.line(0)}")
    return 1 if report.broken else 0


if __name__ == "__main__":
    sys.exit(main())
