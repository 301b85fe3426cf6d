"""Deadlines, and a thread that ends what runs on a wire when its time is over or somebody asked to stop."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from crosswind_object_stores.s3.wire import Wire

log = logging.getLogger(__name__)
_POLL_SECONDS = 0.1


@dataclass(frozen=True)
class Deadline:
    """A moment that several steps share."""

    at: float

    @classmethod
    def after(cls, seconds: float) -> Deadline:
        """Return the deadline that many seconds from now."""
        return cls(time.monotonic() + seconds)

    @property
    def left(self) -> float:
        """Seconds left, never negative."""
        return max(0.0, self.at - time.monotonic())


class Watch:
    """While it is entered, the wire works by `deadline`, and its sockets are shut when that is over or on request."""

    def __init__(self, wire: Wire, deadline: Deadline, cancelled: Callable[[], bool]) -> None:
        self._wire = wire
        self._deadline = deadline
        self._cancelled = cancelled
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._guard, daemon=True, name="crosswind-watch")
        self.stopped = False
        self.timed_out = False

    def __enter__(self) -> Self:
        self._wire.deadline, self._wire.stopped = self._deadline, self._asked
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()

    def _guard(self) -> None:
        while not self._over.wait(_POLL_SECONDS):
            self.stopped = self.stopped or self._asked()
            self.timed_out = not self.stopped and not self._deadline.left
            if self.stopped or self.timed_out:
                self._wire.shut()

    def _asked(self) -> bool:
        try:
            return self._cancelled()
        except Exception:
            log.exception("Asking whether to stop failed; the work goes on")
            return False
