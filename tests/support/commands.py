"""`crosswind serve` and `crosswind grpc` as they run, which a test kills and starts again on the same port."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

PATIENCE = 240.0
"""Seconds that a process may take to listen: it imports Airflow, on a machine that has other work."""


class Command:
    """One command over a store, in a folder of its own."""

    def __init__(self, name: str, store: str, folder: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.port = int(probe.getsockname()[1])
        self.target = f"127.0.0.1:{self.port}"
        self.log = folder / f"{name}.log"
        self._command = [sys.executable, "-m", "crosswind.doors.cli.main", name, "--port", str(self.port)]
        self._environment = {
            **os.environ,
            "AIRFLOW_HOME": str(folder / f"{name}-airflow"),
            "AIRFLOW__CROSSWIND__STORE_URL": store,
            "AIRFLOW__CROSSWIND__RATE_LIMIT": "0",
        }
        self.begin()

    def begin(self) -> None:
        """Start it, without waiting."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(self._command, env=self._environment, stdout=log, stderr=log)

    def listens(self) -> None:
        """Wait until it does."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            assert self._process.poll() is None, self.log.read_text(encoding="utf-8")[-2000:]
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
            except OSError:
                time.sleep(0.05)
            else:
                return
        raise AssertionError(f"it does not listen: {self.log.read_text(encoding='utf-8')[-2000:]}")

    def kill(self) -> None:
        """End it as the system does when memory runs out; killing what is gone changes nothing."""
        self._process.kill()
        self._process.wait()
