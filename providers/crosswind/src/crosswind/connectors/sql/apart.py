"""The parent's side of the process apart: a few of them, each for one text at a time, ended when they take too long."""

from __future__ import annotations

import os
import select
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from typing import TypeVar

import msgspec

from crosswind.connectors.sql.shapes import Ask, Known, Read, Step, TableName, Told, Traced
from crosswind.kit.errors import Invalid, Unavailable

T = TypeVar("T", Read, Traced)
MOST = 2
SECONDS = 5.0
STARTING = 20.0
"""Seconds that a fresh process may take to begin, on a busy machine."""
WAIT = 10.0
"""Seconds that a text waits for its turn."""
Columns = Callable[[list[TableName]], list[tuple[TableName, list[str]]]]


class SqlReader:
    """Reads statements; safe to use from several threads. `close` ends its processes."""

    def __init__(self, seconds: float = SECONDS, most: int = MOST) -> None:
        self._seconds = seconds
        self._turns = threading.Semaphore(most)
        self._lock = threading.Lock()
        self._idle: list[_Process] = []

    def read(self, ask: Ask, columns: Columns) -> list[Told]:
        """What the statements read, write and make of what; `columns` is asked for those of the tables they name.

        Raises `Invalid` for what cannot be read in time, `Unavailable` while others take all turns.
        """
        if not self._turns.acquire(timeout=WAIT):
            raise Unavailable("Other statements are being read; try again shortly")
        try:
            return self._told(ask, columns)
        finally:
            self._turns.release()

    def close(self) -> None:
        """End what waits for work."""
        with self._lock:
            idle, self._idle = self._idle, []
        for process in idle:
            process.end()

    def _taken(self) -> _Process:
        with self._lock:
            while self._idle:
                process = self._idle.pop()
                if process.alive:
                    return process
                process.end()
        return _Process()

    def _told(self, ask: Ask, columns: Columns) -> list[Told]:
        process = self._taken()
        try:
            named = process.ask(ask, Read, self._seconds)
            traced = None if named.problem else process.ask(Known(columns(named.tables)), Traced, self._seconds)
        except BaseException:
            process.end()
            raise
        with self._lock:
            self._idle.append(process)
        if traced is None:
            raise Invalid(f"The SQL cannot be read: {named.problem}", field="sql")
        return traced.statements


class _Process:
    """One process with its pipes."""

    def __init__(self) -> None:
        self._starting = STARTING
        self._process = subprocess.Popen(
            [sys.executable, "-m", "crosswind.connectors.sql.worker"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        assert self._process.stdin is not None
        os.set_blocking(self._process.stdin.fileno(), False)

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return self._process.poll() is None

    def ask(self, step: Step, kind: type[T], seconds: float) -> T:
        """Send a step and wait for what is told of it; Invalid when it takes too long or ends the process."""
        until = time.monotonic() + seconds + self._starting
        self._starting = 0.0
        body = msgspec.msgpack.encode(step)
        try:
            self._send(struct.pack(">I", len(body)) + body, until)
            size = struct.unpack(">I", self._receive(4, until))[0]
            return msgspec.msgpack.decode(self._receive(size, until), type=kind)
        except TimeoutError:
            raise Invalid(f"The SQL cannot be read within {seconds:g} seconds", field="sql") from None
        except (EOFError, OSError):
            raise Invalid("The SQL cannot be read: it takes more memory or depth than there is", field="sql") from None

    def end(self) -> None:
        """End it, whatever it does."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()

    def _send(self, data: bytes, until: float) -> None:
        assert self._process.stdin is not None
        descriptor = self._process.stdin.fileno()
        view = memoryview(data)
        while view:
            self._wait(descriptor, select.POLLOUT, until)
            view = view[os.write(descriptor, view[:65536]) :]

    def _receive(self, size: int, until: float) -> bytes:
        assert self._process.stdout is not None
        descriptor = self._process.stdout.fileno()
        data = bytearray()
        while len(data) < size:
            self._wait(descriptor, select.POLLIN, until)
            chunk = os.read(descriptor, min(size - len(data), 1 << 20))
            if not chunk:
                raise EOFError
            data += chunk
        return bytes(data)

    @staticmethod
    def _wait(descriptor: int, event: int, until: float) -> None:
        poll = select.poll()
        poll.register(descriptor, event)
        left = until - time.monotonic()
        if left <= 0 or not poll.poll(left * 1000):
            raise TimeoutError
