"""Keeping the platform's parts running: PostgreSQL first and last, Airflow's four and gRPC between."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType

from crosswind.doors.cli.stack import files, processes
from crosswind.doors.cli.stack.access import DATABASE, platform_keys
from crosswind.doors.cli.stack.components import GRPC, PARTS, Component
from crosswind.doors.cli.stack.configuration import allowed_addresses, write_configuration
from crosswind.doors.cli.stack.health import Probe
from crosswind.doors.cli.stack.keys import Keys
from crosswind.doors.cli.stack.layout import LOOPBACK, Layout, StackError
from crosswind.doors.cli.stack.state import State, supervision
from crosswind.kit.embedded import EmbeddedPostgres, EmbeddedPostgresError

HEALTHY_SECONDS = 300.0
TICK_SECONDS = 0.5
PATIENCE_SECONDS = 10.0
EXTRA = [GRPC] if GRPC in PARTS else []


class Supervisor:
    """The one process that starts the others, in the foreground until it is told to stop."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.server = EmbeddedPostgres(layout.postgres)
        self.components = [Component(name, layout) for name in PARTS]
        self.state = State(pid=os.getpid(), phase="starting", base=layout.base, allowed=allowed_addresses(layout))
        self._stopping = False
        self._clock = time.monotonic()
        self._postgres_ends: list[float] = []

    def run(self) -> int:
        """Bring the platform up, watch it, and stop it in order; returns the exit code."""
        with supervision(self.layout):
            for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
                signal.signal(number, self._stop)
            try:
                self._bring_up()
                self._watch()
            except (StackError, EmbeddedPostgresError) as error:
                self.state.problem = str(error)
                print(error, file=sys.stderr, flush=True)
            finally:
                self._bring_down()
        return 1 if self.state.problem else 0

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self._stopping = True

    def _bring_up(self) -> None:
        self.layout.logs.mkdir(parents=True, exist_ok=True)
        self._step("")
        processes.kill(processes.members(self.layout.run))
        refuse_taken_ports(self.layout)
        self.server.start()
        self.server.create_database(DATABASE)
        self._step("PostgreSQL answers")
        write_configuration(self.layout, Keys.of(self.layout), self.server.url(DATABASE))
        self._prepare()
        self._step("databases are migrated")
        for component in self.components:
            component.start()
        self._wait_until_healthy()

    def _prepare(self) -> None:
        log = self.layout.logs / "prepare.log"
        with log.open("wb") as stream:
            command = [sys.executable, "-m", "crosswind.doors.cli.stack.prepare"]
            environment = self.layout.environment()
            process = subprocess.Popen(command, stdout=stream, stderr=stream, stdin=subprocess.DEVNULL, env=environment)
            while process.poll() is None and not self._stopping:
                time.sleep(processes.POLL_SECONDS)
        if process.poll() is None:
            process.kill()
            process.wait()
        elif process.returncode != 0:
            msg = f"The databases could not be prepared:\n{tail(log)}"
            raise StackError(msg)

    def _wait_until_healthy(self) -> None:
        deadline = time.monotonic() + HEALTHY_SECONDS
        probe, awaited = Probe(self.layout), ["api-server", "scheduler", "dag_processor", "triggerer", *EXTRA]
        try:
            while not self._stopping:
                self._tend()
                ailing = probe.ailing()
                for name in [name for name in awaited if name not in ailing and "api-server" not in ailing]:
                    awaited.remove(name)
                    self._step(f"{name.replace('_', ' ')} is healthy")
                if not ailing and self._dags_known(probe):
                    break
                if time.monotonic() > deadline:
                    msg = f"Not healthy after {HEALTHY_SECONDS:.0f} s: {', '.join(ailing or probe.missing_dags())}."
                    raise StackError(msg)
                time.sleep(TICK_SECONDS)
        finally:
            probe.close()
        if not self._stopping:
            self._write_env()
            self.state.phase = "healthy"
            self._step("the DAGs are known")

    def _write_env(self) -> None:
        """Tell clients where we are; the key in it is an administrator's."""
        told = {
            "CROSSWIND_URL": f"{self.layout.base}/crosswind",
            "CROSSWIND_FAB_URL": f"{self.layout.base}/pluginsv2/crosswind",
            "CROSSWIND_API_KEY": platform_keys(self.layout).admin,
            "AIRFLOW_HOME": str(self.layout.home),
            **({"CROSSWIND_GRPC": self.layout.grpc} if EXTRA else {}),
        }
        files.write(self.layout.env_file, "".join(f"export {name}='{value}'\n" for name, value in told.items()))

    def _dags_known(self, probe: Probe) -> bool:
        missing = probe.missing_dags()
        errors = probe.import_errors() if missing else []
        if errors:
            msg = "Airflow cannot import our DAGs:\n" + "\n".join(errors)
            raise StackError(msg)
        return not missing

    def _watch(self) -> None:
        while not self._stopping:
            self._tend()
            time.sleep(TICK_SECONDS)

    def _tend(self) -> None:
        """Start again what ended; the state changes only when something did."""
        self._tend_postgres()
        for component in self.components:
            if not component.watch():
                msg = f"{component.name} ends again and again; see {self.layout.logs / (component.name + '.log')}."
                raise StackError(msg)
        seen = {component.name: component.describe() for component in self.components}
        seen["postgres"] = {"pid": self.server.pid, "running": True, "restarts": len(self._postgres_ends)}
        if seen != self.state.components:
            self.state.components = seen
            self.state.write(self.layout)

    def _tend_postgres(self) -> None:
        if self.server.pid is not None:
            return
        self._postgres_ends.append(time.monotonic())
        recent = [end for end in self._postgres_ends if end > time.monotonic() - 300]
        if len(recent) > 5:
            msg = f"PostgreSQL ends again and again; see {self.server.place.log}."
            raise StackError(msg)
        self.server.start()

    def _bring_down(self) -> None:
        self.state.phase = "failed" if self.state.problem else "stopping"
        self.state.write(self.layout)
        leaders = [part.process.pid for part in self.components if part.process is not None]
        for pid in leaders:
            processes.send(pid, signal.SIGTERM)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline and any(part.describe()["running"] for part in self.components):
            time.sleep(processes.POLL_SECONDS)
        processes.kill(processes.members(self.layout.run))
        self.server.stop()
        self.state.components = {}
        if not self.state.problem:
            self.state.phase = "stopped"
        self.state.write(self.layout)

    def _step(self, text: str) -> None:
        now = time.monotonic()
        if text:
            self.state.steps.append([text, round(now - self._clock, 1)])
            print(f"{text} ({now - self._clock:.1f} s)", flush=True)
        self._clock = now
        self.state.write(self.layout)


def refuse_taken_ports(layout: Layout) -> None:
    """Raise StackError when somebody else listens on a port that a part needs."""
    refuse_taken(layout.port, "CROSSWIND_PORT")
    if GRPC in PARTS:
        refuse_taken(layout.grpc_port, "CROSSWIND_GRPC_PORT")


def refuse_taken(port: int, variable: str) -> None:
    """Raise StackError when somebody else listens on a port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError as error:
            msg = f"Port {port} on {LOOPBACK} is in use by another program: stop it, or set {variable} to a free port."
            raise StackError(msg) from error


def tail(log: Path, lines: int = 15) -> str:
    """Return the last lines of a log."""
    return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:]) if log.exists() else ""
