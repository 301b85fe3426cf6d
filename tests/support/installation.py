"""An installation of its own for tests that start, break and stop the platform."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from crosswind.doors.cli.stack import files, processes
from crosswind.doors.cli.stack.layout import LOOPBACK
from crosswind.doors.cli.stack.state import State
from crosswind.kit.embedded import EmbeddedPostgres
from crosswind.kit.embedded.processes import servers_of

ROOT = Path(__file__).parents[2]


class Installation:
    """A run folder with free ports, and the commands a person would type there."""

    def __init__(self, folder: Path) -> None:
        port, source, bucket, grpc = free_ports(4)
        self.run_folder = folder / "run"
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("AIRFLOW", "CROSSWIND"))},
            "CROSSWIND_ROOT": str(ROOT),
            "CROSSWIND_RUN_FOLDER": str(self.run_folder),
            "CROSSWIND_PORT": str(port),
            "CROSSWIND_SOURCE_PORT": str(source),
            "CROSSWIND_BUCKET_PORT": str(bucket),
            "CROSSWIND_GRPC_PORT": str(grpc),
            "CROSSWIND_PARALLELISM": "2",
        }

    def crosswind(self, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        """Run a command of ours to its end."""
        return self.python("crosswind.doors.cli.main", *arguments, **more)

    def demo(self, **more: str) -> subprocess.CompletedProcess[str]:
        """Run the demo to its end, as `scripts/demo` does once everything is installed."""
        return self.python("demo", ONCE="1", **more)

    def given(self, descriptor: int) -> subprocess.CompletedProcess[str]:
        """Run the demo with an address from a pipe, as `scripts/demo` hands SOURCE over."""
        return self.python("demo", keep=(descriptor,), ONCE="1", CROSSWIND_SOURCE_FD=str(descriptor))

    def python(
        self, module: str, *arguments: str, keep: tuple[int, ...] = (), **more: str
    ) -> subprocess.CompletedProcess[str]:
        """Run a module to its end."""
        return subprocess.run(
            [sys.executable, "-m", module, *arguments],
            cwd=ROOT, env={**self.environment, **more}, capture_output=True, text=True, check=False, timeout=400,
            stdin=subprocess.DEVNULL, pass_fds=keep,
        )  # fmt: skip

    def up(self) -> None:
        """Bring the platform up, which must succeed."""
        done = self.crosswind("up")
        assert done.returncode == 0, f"{done.stdout}\n{done.stderr}\n{self.logs()}"

    def state(self) -> State:
        """What the supervisor said last."""
        return State(**files.read_json(self.run_folder / "state.json"))

    def servers(self) -> list[int]:
        """Every PostgreSQL process of the installation."""
        folders = [EmbeddedPostgres(self.run_folder / name) for name in ("postgres", "source")]
        return [pid for server in folders if server.folder.exists() for pid in servers_of(server.place.data)]

    def left(self) -> list[int]:
        """Every process of the installation that is there."""
        return sorted(processes.members(self.run_folder)) + self.servers()

    def logs(self) -> str:
        """The ends of all logs, for a failed assertion."""
        found = sorted((self.run_folder / "logs").glob("*.log"))
        return "\n".join(f"== {log.name}\n{log.read_text(encoding='utf-8', errors='replace')[-1500:]}" for log in found)


def until(condition: Callable[[], bool], seconds: float, why: str) -> None:
    """Wait for something to become true."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, why
        time.sleep(0.2)


def free_ports(count: int) -> list[int]:
    """Ports of loopback that nobody listens on at this moment."""
    probes = [socket.create_server((LOOPBACK, 0)) for _ in range(count)]
    ports = [int(probe.getsockname()[1]) for probe in probes]
    for probe in probes:
        probe.close()
    return ports
