"""The door in a process of its own with the relay: `python -m tests.support.live_server store` says where it serves."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
KEYS = 6
"""Keys of as many callers, for one has a limited number of connections."""


class LiveServer(NamedTuple):
    """Where it serves, with which keys, and what its process holds in memory."""

    host: str
    keys: tuple[str, ...]
    pid: int

    @property
    def megabytes(self) -> float:
        lines = Path(f"/proc/{self.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


@contextmanager
def live_server(store: str) -> Iterator[LiveServer]:
    """The door over a store, until the block ends."""
    command = [sys.executable, "-m", "tests.support.live_server", store]
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        told = next(line for line in process.stdout if line.startswith("SERVING ")).split()
        yield LiveServer(told[1], tuple(told[2:]), process.pid)
    finally:
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                stream.close()


def main(store: str) -> None:
    """Serve until the input ends."""
    from tests.support.app import Rest
    from tests.support.listening import Listening

    with Rest(store) as rest:
        rest.platform.relay.start()
        listening = Listening(rest.app)
        print("SERVING", listening.url.removeprefix("http://"), *(rest.key() for _ in range(KEYS)), flush=True)
        sys.stdin.read()
        os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1])
