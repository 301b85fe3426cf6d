"""What other users of a machine may read of a process."""

from __future__ import annotations

from pathlib import Path


def shown(pid: int) -> bytes:
    """The environment and the command line of a process; empty once it is gone."""
    try:
        return Path(f"/proc/{pid}/environ").read_bytes() + Path(f"/proc/{pid}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return b""
