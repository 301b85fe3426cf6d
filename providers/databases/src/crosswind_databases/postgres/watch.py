"""Ends what runs on a link when its time is over or somebody asked to stop."""

from __future__ import annotations

import contextlib
import os
import socket
from collections.abc import Callable

import psycopg

from crosswind.connectors import watch
from crosswind.connectors.deadline import Deadline
from crosswind_databases.postgres.dial import Link

_GRACE_SECONDS = 1.0


class Watch(watch.Watch):
    """While it is entered, ends the link's work at the deadline or when `cancelled` says so.

    It asks the server first, then shuts the socket, because a dead link does not deliver a request to cancel.
    """

    def __init__(self, link: Link, deadline: Deadline, cancelled: Callable[[], bool]) -> None:
        super().__init__(deadline, cancelled)
        self._link = link

    def _end(self) -> None:
        with contextlib.suppress(psycopg.Error):
            self._link.cancel_safe(timeout=_GRACE_SECONDS)
        if not self._over.wait(_GRACE_SECONDS):
            shut(self._link)
            self._over.wait()


def shut(link: Link) -> None:
    """Shut the socket under a link, which wakes whoever waits on it in another thread."""
    with contextlib.suppress(OSError, psycopg.Error), socket.socket(fileno=os.dup(link.fileno())) as twin:
        twin.shutdown(socket.SHUT_RDWR)
