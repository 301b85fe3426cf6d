"""Our door in a process of its own: `python -m tests.bench.serving store` prints its address and a key, and serves."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
SCOPES = ("lineage:ingest", "asset:read", "asset:create", "asset:update", "relationship:create")


class Door(NamedTuple):
    """Where it serves, with which key, and what its process holds in memory."""

    port: int
    key: str
    pid: int

    @property
    def cpu(self) -> float:
        """Seconds of CPU that its process took so far."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    @property
    def megabytes(self) -> float:
        lines = Path(f"/proc/{self.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


@contextmanager
def serving(store: str) -> Iterator[Door]:
    """The door over a store, until the block ends."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.serving", store],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        told = next(line for line in process.stdout if line.startswith("SERVING "))
        _, port, key = told.split()
        yield Door(int(port), key, process.pid)
    finally:
        process.kill()
        process.wait()


def main(store: str) -> None:
    from tests.support.airflow import Server
    from tests.support.app import Rest

    from crosswind.kit.garbage import sparing

    with Rest(store) as rest, sparing():
        server = Server(rest.app)
        server.start()
        print(f"SERVING {server.port} {rest.platform_key(*SCOPES)}", flush=True)
        sys.stdin.read()
        os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1])
