"""A thread with a link of its own to the store, which it makes anew after the store was away."""

from __future__ import annotations

import logging
from abc import ABC, abstractmethod
from collections.abc import Sequence
from threading import Event, Thread

import psycopg
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from crosswind.kit.listening import Link, Waker

PAUSE = 1.0
"""The most seconds until a store that is away is tried again."""
log = logging.getLogger(__name__)


class LinkedThread(ABC):
    """Does its work in each process; of those that lock, one at a time gets to what the lock guards."""

    def __init__(self, engine: Engine, name: str, *, poll: float, channels: Sequence[str] = ()) -> None:
        self._engine = engine
        self._name = name
        self._poll = poll
        self._channels = channels
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

    @abstractmethod
    def _serve(self, link: Link) -> None:
        """Work until the stop; what it raises is logged, and it is called with a new link."""

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self._linked()
            except (psycopg.Error, SQLAlchemyError) as error:
                log.warning("The thread %s waits for the store: %s", self._name, type(error).__name__)
            except Exception:
                log.exception("The thread %s failed and will try again", self._name)
            self._stop.wait(min(self._poll, PAUSE))

    def _linked(self) -> None:
        link = Link(self._engine, self._channels)
        try:
            self._serve(link)
        finally:
            link.close()
