"""A thread that ends what runs on a link when its time is over or somebody asked to stop."""

from __future__ import annotations

import contextlib
import logging
import os
import socket
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self

import psycopg

from crosswind_databases.postgres.dial import Deadline, Link

log = logging.getLogger(__name__)
_POLL_SECONDS = 0.1
_GRACE_SECONDS = 1.0


class Watch:
    """While it is entered, ends the link's work at the deadline or when `cancelled` says so.

    It asks the server first, then shuts the socket, because a dead link does not deliver a request to cancel.
    """

    def __init__(self, link: Link, deadline: Deadline, cancelled: Callable[[], bool]) -> None:
        self._link = link
        self._deadline = deadline
        self._cancelled = cancelled
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._guard, daemon=True, name="crosswind-watch")
        self.stopped = False
        self.timed_out = False

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
            self.stopped = self._asked()
            self.timed_out = not self.stopped and not self._deadline.left
            if self.stopped or self.timed_out:
                self._end()
                return

    def _asked(self) -> bool:
        try:
            return self._cancelled()
        except Exception:
            log.exception("Asking whether to stop failed; the work goes on")
            return False

    def _end(self) -> None:
        with contextlib.suppress(psycopg.Error):
            self._link.cancel_safe(timeout=_GRACE_SECONDS)
        if not self._over.wait(_GRACE_SECONDS):
            shut(self._link)


def shut(link: Link) -> None:
    """Shut the socket under a link, which wakes whoever waits on it in another thread."""
    with contextlib.suppress(OSError, psycopg.Error), socket.socket(fileno=os.dup(link.fileno())) as twin:
        twin.shutdown(socket.SHUT_RDWR)
