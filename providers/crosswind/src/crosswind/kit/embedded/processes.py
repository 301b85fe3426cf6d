"""Which processes serve a data folder, read from /proc: a postmaster.pid alone proves nothing."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

POLL_SECONDS = 0.02


def postmaster(data: Path) -> int | None:
    """Return the process id of the server that runs on a data folder."""
    try:
        pid = int((data / "postmaster.pid").read_text(encoding="utf-8").split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return None
    return pid if _serves(pid, data) else None


def status(data: Path) -> str:
    """Return the state that the server last wrote of itself, such as `ready`."""
    try:
        lines = (data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return ""
    return lines[7].strip() if len(lines) > 7 else ""


def servers_of(data: Path) -> list[int]:
    """Return every PostgreSQL process on a data folder, orphans of a killed postmaster among them."""
    every = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]
    return [pid for pid in every if _serves(pid, data)]


def wait_until_gone(data: Path, seconds: float) -> bool:
    """Wait until no process serves a data folder; tell whether that came true in time."""
    deadline = time.monotonic() + seconds
    while servers_of(data):
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL_SECONDS)
    return True


def send(pid: int, number: signal.Signals) -> None:
    """Signal a process that may be gone."""
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


def _serves(pid: int, data: Path) -> bool:
    try:
        folder = Path(f"/proc/{pid}/cwd").readlink()
        program = Path(f"/proc/{pid}/exe").readlink()
    except OSError:
        return False
    return folder == data.resolve() and program.name.split(" ")[0] == "postgres"
