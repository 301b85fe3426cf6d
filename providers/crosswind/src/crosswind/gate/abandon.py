"""Ends a call's statement once nobody waits for its answer: the client went, or its deadline is over."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Lock
from time import monotonic
from typing import Any

from sqlalchemy.orm import Session

from crosswind.kit.errors import Unavailable

AGAIN = 0.1
"""Seconds from one cancellation to the next: the store forgets one that comes between two statements."""
LONGEST = 60.0
"""Seconds after which a call is left to its own statement's limit."""
log = logging.getLogger(__name__)


class Abandoned(Unavailable):
    """Nobody waits for the answer any more, so nothing of the call was stored."""


class Abandon:
    """What one call and whoever watches its client share; `now` may come from any thread and at any time."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._gone = False
        self._left = Event()
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
            self._left.set()
        self.check()

    def check(self) -> None:
        """Raise `Abandoned` when nobody waits."""
        if self._gone:
            raise Abandoned("The call was given up before it was done")

    def now(self) -> None:
        """Give the call up; blocks until it has left the store, or `LONGEST`."""
        until = monotonic() + LONGEST
        while self._cancelled() and monotonic() < until:
            if self._left.wait(AGAIN):
                return

    def _cancelled(self) -> bool:
        """Tell the store to end the statement that runs; False where none can any more, or it cannot be told."""
        with self._lock:
            self._gone = True
            if self._link is None:
                return False
            try:
                self._link.cancel_safe(timeout=5.0)
            except Exception:
                log.warning("A statement could not be cancelled; it ends by its own limit", exc_info=True)
                return False
            return True
