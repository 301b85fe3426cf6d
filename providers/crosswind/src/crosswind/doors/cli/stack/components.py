"""One part of the platform as a child process: started, watched, started again within limits."""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import dataclass, field
from typing import Any

from crosswind.doors.cli import grpc
from crosswind.doors.cli.stack.layout import Layout

AIRFLOW = {
    "api-server": ["api-server"],
    "scheduler": ["scheduler", "--skip-serve-logs"],
    "dag-processor": ["dag-processor"],
    "triggerer": ["triggerer", "--skip-serve-logs"],
}
GRPC = "grpc"
PARTS = {name: ["airflow", *arguments] for name, arguments in AIRFLOW.items()} | (
    {GRPC: ["crosswind.doors.cli.main", "grpc"]} if grpc.installed() else {}
)
"""The module of each part and its arguments; gRPC is one where it is installed."""
RESTARTS = 5
WINDOW_SECONDS = 300.0


@dataclass
class Component:
    """A part of the platform, leader of a session of its own."""

    name: str
    layout: Layout
    process: subprocess.Popen[bytes] | None = None
    ends: list[float] = field(default_factory=list)
    restarts: int = 0
    start_after: float = 0.0

    def start(self) -> None:
        """Start the part; its output goes to a log of its own."""
        with (self.layout.logs / f"{self.name}.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", *PARTS[self.name]],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.layout.root,
                env=self.layout.environment(),
                start_new_session=True,
            )

    def watch(self) -> bool:
        """Start the part again when it ended; False when it ends too often."""
        if self.process is not None and self.process.poll() is None:
            return True
        now = time.monotonic()
        if self.process is not None:
            self.process = None
            self.ends = [end for end in self.ends if now - end < WINDOW_SECONDS] + [now]
            self.start_after = now + min(2 ** (len(self.ends) - 1), 16) - 1
        if len(self.ends) > RESTARTS:
            return False
        if now >= self.start_after:
            self.restarts += 1
            self.start()
        return True

    def describe(self) -> dict[str, Any]:
        """Return what `status` shows."""
        running = self.process is not None and self.process.poll() is None
        pid = self.process.pid if self.process is not None and running else None
        return {"pid": pid, "running": running, "restarts": self.restarts}
