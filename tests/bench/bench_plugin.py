"""What the plugin costs a scheduler or worker: seconds and modules of its import, in processes of their own."""

from __future__ import annotations

import subprocess
import sys

from tests.bench.report import Figure
from tests.bench.stage import Stage

PROGRAM = """
import sys, time
import {host}
before, since = len(sys.modules), time.perf_counter()
import crosswind.plugin
print(time.perf_counter() - since, len(sys.modules) - before)
"""


def run(stage: Stage) -> None:
    figures = []
    for name, host in (("scheduler", "airflow.plugins_manager"), ("worker", "airflow.sdk.plugins_manager")):
        told = [alone(host) for _ in range(3)]
        figures += [
            Figure(f"import of the plugin in a {name}", min(seconds for seconds, _ in told) * 1000, "ms", at_most=50),
            Figure(f"modules that it loads in a {name}", min(modules for _, modules in told), ""),
        ]
    stage.report.section("The plugin", *figures)


def alone(host: str) -> tuple[float, int]:
    command = [sys.executable, "-c", PROGRAM.format(host=host)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    seconds, modules = done.stdout.splitlines()[-1].split()
    return float(seconds), int(modules)
