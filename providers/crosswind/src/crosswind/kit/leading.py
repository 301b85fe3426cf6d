"""A thread that works in one process at a time, by an advisory lock, and is woken by notifications of the store."""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import Event, Thread

import psycopg
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from crosswind.kit.listening import Link, Waker

log = logging.getLogger(__name__)


class Leading:
    """Calls `work`, which says whether there is more, again and again; it outlives a store that is away."""

    def __init__(
        self, engine: Engine, name: str, lock: int, work: Callable[[], bool], *, channel: str, poll: float
    ) -> None:
        self._engine = engine
        self._name = name
        self._lock = lock
        self._work = work
        self._channel = channel
        self._poll = poll
        self._waker = Waker()
        self._stop = Event()
        self._thread: Thread | None = None

    def start(self) -> None:
        """Begin, once."""
        if self._thread is None:
            self._stop.clear()
            self._thread = Thread(target=self._run, name=f"crosswind-{self._name}", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """End after the present step."""
        self._stop.set()
        self._waker.wake()
        if self._thread is not None:
            self._thread.join(timeout=5)
            self._thread = None

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self._lead()
            except (psycopg.Error, SQLAlchemyError) as error:
                log.warning("The thread %s waits for the store: %s", self._name, type(error).__name__)
            except Exception:
                log.exception("The thread %s failed and will try again", self._name)
            self._stop.wait(min(self._poll, 1.0))

    def _lead(self) -> None:
        link = Link(self._engine, [self._channel])
        try:
            held = False
            while not self._stop.is_set():
                held = held or _locked(link, self._lock)
                if not (held and self._work()):
                    link.wait(self._poll, self._waker)
        finally:
            link.close()


def _locked(link: Link, lock: int) -> bool:
    row = link.raw.execute("SELECT pg_try_advisory_lock(%s)", (lock,)).fetchone()
    return bool(row and row[0])
