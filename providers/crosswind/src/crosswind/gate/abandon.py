"""Ends a call's statement once nobody waits for its answer: the client went, or its deadline is over."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any

from sqlalchemy.orm import Session

from crosswind.kit.errors import Unavailable

log = logging.getLogger(__name__)


class Abandoned(Unavailable):
    """Nobody waits for the answer any more, so nothing of the call was stored."""


class Abandon:
    """What one call and whoever watches its client share; `now` may come from any thread and at any time."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._gone = False
        self._link: Any = None

    @contextmanager
    def watching(self, session: Session) -> Iterator[None]:
        """Let `now` cancel what runs here, and raise `Abandoned` where it came before or meanwhile."""
        self.check()
        link = session.connection().connection.driver_connection
        with self._lock:
            self._link = link
        try:
            self.check()
            yield
        finally:
            with self._lock:
                self._link = None
        self.check()

    def check(self) -> None:
        """Raise `Abandoned` when nobody waits."""
        if self._gone:
            raise Abandoned("The call was given up before it was done")

    def now(self) -> None:
        """Give the call up; blocks until the store has been told."""
        with self._lock:
            self._gone = True
            if self._link is not None:
                try:
                    self._link.cancel_safe(timeout=5.0)
                except Exception:
                    log.warning("A statement could not be cancelled; it ends by its own limit", exc_info=True)
