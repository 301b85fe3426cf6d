"""A thread that ends work on a link when its time is over or somebody asked to stop."""

from __future__ import annotations

import logging
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable
from types import TracebackType
from typing import Self

from crosswind.connectors.deadline import Deadline

log = logging.getLogger(__name__)
_POLL_SECONDS = 0.1


class Watch(ABC):
    """While it is entered, ends the work at the deadline or when `cancelled` says so."""

    def __init__(self, deadline: Deadline, cancelled: Callable[[], bool]) -> None:
        self._deadline = deadline
        self._cancelled = cancelled
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._guard, daemon=True, name="crosswind-watch")
        self.stopped = False
        self.timed_out = False

    @abstractmethod
    def _end(self) -> None:
        """End what runs; asked again every tenth of a second until it is over."""

    def __enter__(self) -> Self:
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
                self._end()

    def _asked(self) -> bool:
        try:
            return self._cancelled()
        except Exception:
            log.exception("Asking whether to stop failed; the work goes on")
            return False
