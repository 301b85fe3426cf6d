"""What the plugin costs a scheduler or worker: seconds and modules of its import.

Importing Airflow takes seconds and is not ours: each host imports it once, and forks for every round.
"""

from __future__ import annotations

import subprocess
import sys

from tests.bench.report import Figure
from tests.bench.stage import Stage

ROUNDS = 5
SECONDS = 260
HOST_SECONDS = 120
PROGRAM = """
import os, sys, time
import {host}
for _ in range({rounds}):
    if not os.fork():
        before, since = len(sys.modules), time.perf_counter()
        import crosswind.plugin
        print(time.perf_counter() - since, len(sys.modules) - before, flush=True)
        os._exit(0)
    os.wait()
"""


def run(stage: Stage) -> None:
    for name, host in (("scheduler", "airflow.plugins_manager"), ("worker", "airflow.sdk.plugins_manager")):
        told = alone(host)
        stage.report.add(
            "plugin", None,
            Figure(f"import in a {name}", min(seconds for seconds, _ in told) * 1000, "ms", at_most=50),
            Figure(f"modules that it loads in a {name}", min(modules for _, modules in told), ""),
        )  # fmt: skip


def alone(host: str) -> list[tuple[float, int]]:
    command = [sys.executable, "-c", PROGRAM.format(host=host, rounds=ROUNDS)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=HOST_SECONDS)
    lines = [line.split() for line in done.stdout.splitlines()[-ROUNDS:]]
    return [(float(seconds), int(modules)) for seconds, modules in lines]
