"""A link of its own to the store that hears notifications and can be woken by other threads."""

from __future__ import annotations

import os
import select
import weakref
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import psycopg
from sqlalchemy import Engine


class Waker:
    """Ends a wait in another thread; many wakes before the wait are one."""

    def __init__(self) -> None:
        self._read, self._write = os.pipe()
        os.set_blocking(self._read, False)
        os.set_blocking(self._write, False)
        self._awake = False
        self._close = weakref.finalize(self, _close, self._read, self._write)

    def wake(self) -> None:
        """Wake; never blocks."""
        if not self._awake:
            self._awake = True
            with suppress(OSError):
                os.write(self._write, b"!")

    def wait(self, seconds: float, *others: int) -> bool:
        """Wait until woken, until one of `others` can be read, or until the time is over; whether it was woken."""
        poll = select.poll()
        for each in (self._read, *others):
            poll.register(each, select.POLLIN)
        if self._read not in dict(poll.poll(max(seconds, 0.0) * 1000)):
            return False
        self._awake = False
        with suppress(BlockingIOError):
            os.read(self._read, 64)
        return True


def _close(*pipe: int) -> None:
    for end in pipe:
        os.close(end)


class Link:
    """A connection outside the pool, each statement committed by itself; it lives as long as its owner wants.

    Raises `psycopg.Error` when the store is away. LISTEN and session locks need a link of this kind: a pooler that
    hands out connections by transaction (PgBouncer's transaction mode) has none.
    """

    def __init__(self, engine: Engine, channels: Sequence[str] = ()) -> None:
        self.connection = engine.connect()
        self.connection.detach()
        self.raw: psycopg.Connection[Any] = self.connection.connection.dbapi_connection  # type: ignore[assignment]
        self.raw.rollback()
        self.raw.autocommit = True
        self._heard = False
        self.raw.add_notify_handler(self._hear)
        for channel in channels:
            self.raw.execute(f"LISTEN {channel}")

    def _hear(self, _: object) -> None:
        self._heard = True

    def wait(self, seconds: float, waker: Waker) -> bool:
        """Wait for a notification or the waker; whether one of them came. Raises when the link is dead."""
        if self._heard:
            seconds = 0.0
        woken = waker.wait(seconds, self.raw.fileno())
        self.raw.pgconn.consume_input()
        while self.raw.pgconn.notifies() is not None:
            self._heard = True
        heard, self._heard = self._heard, False
        return woken or heard

    def lock(self, key: int) -> bool:
        """Take an advisory lock for as long as the link lives, unless another has it; whether it is ours."""
        row = self.raw.execute("SELECT pg_try_advisory_lock(%s)", (key,)).fetchone()
        return bool(row and row[0])

    def close(self) -> None:
        """End it; locks of the session end with it."""
        with suppress(Exception):
            self.connection.close()
