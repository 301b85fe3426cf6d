"""One whole platform for all system tests of a session."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from tests.support.stack import Stack, source_server

from crosswind.doors.cli.stack.layout import LOOPBACK, Layout

ROOT = Path(__file__).parents[2]
PORTS = 8
KEPT = "CROSSWIND_TEST_RUN"
"""A run folder of a platform that is up already, with CROSSWIND_* as it was started; it is left running."""


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    """The platform, brought up by `crosswind up` on free ports; `ports` are some that its connections may dial."""
    kept = os.environ.get(KEPT)
    folder = Path(kept or tempfile.mkdtemp(prefix="cw-stack-"))
    folder.chmod(0o755)
    environment = dict(os.environ) if kept else _environment(folder)
    if not kept:
        command(environment, "up")
    try:
        layout = _layout(environment)
        ports = [int(each.rpartition(":")[2]) for each in layout.allowed if each.startswith(LOOPBACK)]
        with source_server(folder / "seen", layout.source_port) as source:
            found = Stack(layout, source, ports)
            yield found
            found.close()
    finally:
        if not kept:
            command(environment, "down")
            shutil.rmtree(folder, ignore_errors=True)


def command(environment: Mapping[str, str], name: str) -> None:
    """Run a command of ours, which must succeed."""
    done = subprocess.run(
        [sys.executable, "-m", "crosswind.doors.cli.main", name],
        cwd=ROOT, env=dict(environment), capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, f"crosswind {name}: {done.stdout}\n{done.stderr}"


def _environment(folder: Path) -> dict[str, str]:
    port, source, bucket, grpc, *allowed = _free_ports(PORTS + 4)
    ours = {
        "CROSSWIND_ROOT": str(ROOT),
        "CROSSWIND_RUN_FOLDER": str(folder / "run"),
        "CROSSWIND_PORT": str(port),
        "CROSSWIND_SOURCE_PORT": str(source),
        "CROSSWIND_BUCKET_PORT": str(bucket),
        "CROSSWIND_GRPC_PORT": str(grpc),
        "CROSSWIND_PARALLELISM": "3",
        "CROSSWIND_DAGS": str(ROOT / "tests/airflow/people"),
        "CROSSWIND_ALLOWED_ADDRESSES": ",".join(f"{LOOPBACK}:{each}" for each in allowed),
    }
    return {**os.environ, **ours}


def _layout(environment: Mapping[str, str]) -> Layout:
    before = dict(os.environ)
    os.environ.update(environment)
    try:
        return Layout.from_environment()
    finally:
        os.environ.clear()
        os.environ.update(before)


def _free_ports(count: int) -> list[int]:
    probes = [socket.create_server((LOOPBACK, 0)) for _ in range(count)]
    ports = [int(probe.getsockname()[1]) for probe in probes]
    for probe in probes:
        probe.close()
    return ports
