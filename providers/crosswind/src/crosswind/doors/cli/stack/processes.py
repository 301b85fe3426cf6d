"""Finding and ending an installation's processes, also when those that started them are dead."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterable
from pathlib import Path

from crosswind.doors.cli.stack.layout import MARKER

POLL_SECONDS = 0.05


def members(run: Path) -> set[int]:
    """Return every process that carries the installation's marker or shares a session with one that does."""
    mark = f"{MARKER}={run}".encode()
    everyone = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]
    spared = _ancestors()
    marked = {pid for pid in everyone if pid not in spared and mark in _environment(pid)}
    sessions = {session(pid) for pid in marked} - {session(pid) for pid in spared}
    return {pid for pid in everyone if pid in marked or (pid not in spared and session(pid) in sessions)}


def session(pid: int) -> int:
    """Return a process's session, 0 when it is gone."""
    try:
        return os.getsid(pid)
    except ProcessLookupError:
        return 0


def alive(pid: int) -> bool:
    """Tell whether a process runs; a zombie does not."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except OSError:
        return False
    return fields[0] not in "ZX"


def end(pids: Iterable[int], patience: float) -> set[int]:
    """Ask processes to end and wait so many seconds; returns those still there."""
    left = {pid for pid in pids if alive(pid)}
    for pid in left:
        send(pid, signal.SIGTERM)
    return wait_gone(left, patience)


def kill(pids: Iterable[int]) -> set[int]:
    """End processes that do not listen; returns those still there after five seconds."""
    left = {pid for pid in pids if alive(pid)}
    for pid in left:
        send(pid, signal.SIGKILL)
    return wait_gone(left, 5.0)


def wait_gone(pids: Iterable[int], patience: float) -> set[int]:
    """Wait until processes are gone; returns those still there in the end."""
    left, deadline = set(pids), time.monotonic() + patience
    while left := {pid for pid in left if alive(pid)}:
        if time.monotonic() > deadline:
            break
        time.sleep(POLL_SECONDS)
    return left


def send(pid: int, number: signal.Signals) -> None:
    """Signal a process that may be gone."""
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


def _environment(pid: int) -> list[bytes]:
    try:
        return Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    except OSError:
        return []


def _ancestors() -> set[int]:
    """Return this process and those that started it: the caller of `down` may carry the marker itself."""
    found, pid = {os.getpid()}, os.getppid()
    while pid > 1:
        found.add(pid)
        try:
            fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        except OSError:
            break
        pid = int(fields[1])
    return found
