"""Opening a link step by step, by our own turn of libpq's handle: so each step has a name, a time and a deadline."""

from __future__ import annotations

import select
import time
from collections.abc import Callable
from typing import Any, Literal

import psycopg
from psycopg import pq

from crosswind.connectors.deadline import Deadline
from crosswind.connectors.errors import Cancelled, ConnectionFailed, ConnectionTimeout, ConnectorError
from crosswind.connectors.port import Credentials
from crosswind.kit.outbound import Target
from crosswind_databases.postgres.conninfo import conninfo
from crosswind_databases.postgres.faults import of_dial
from crosswind_databases.postgres.settings import PostgresSettings

Link = psycopg.Connection[tuple[Any, ...]]
Phase = Literal["dial", "tls", "login"]
Observer = Callable[[Phase, float], None]
"""Told each finished phase and its milliseconds."""

_SLICE_MS = 100
_TLS = {pq.ConnStatus.SSL_STARTUP}
_LOGIN = {pq.ConnStatus.AWAITING_RESPONSE, pq.ConnStatus.AUTH_OK, pq.ConnStatus.SETENV, pq.ConnStatus.CONSUME}


class Dialler:
    """Opens one link to one of a target's addresses."""

    def __init__(
        self, settings: PostgresSettings, credentials: Credentials, deadline: Deadline, cancelled: Callable[[], bool]
    ) -> None:
        self._settings = settings
        self._credentials = credentials
        self._deadline = deadline
        self._cancelled = cancelled

    def open(self, target: Target, observe: Observer = lambda _phase, _milliseconds: None) -> Link:
        """Return a link in autocommit mode, or raise ConnectorError; a dead address gives way to the next."""
        *others, last = target.addresses
        for index, address in enumerate(others):
            share = Deadline.after(self._deadline.left / (len(target.addresses) - index))
            try:
                return self._open(address, observe, share)
            except (ConnectionFailed, ConnectionTimeout) as error:
                if error.step != "dial":
                    raise
        return self._open(last, observe, self._deadline)

    def _open(self, address: str, observe: Observer, deadline: Deadline) -> Link:
        handle = pq.PGconn.connect_start(conninfo(self._settings, self._credentials, address).encode())
        try:
            self._turn(handle, observe, deadline)
            handle.nonblocking = 1
            link: Link = psycopg.Connection(handle)
        except BaseException:
            handle.finish()
            raise
        link.autocommit = True
        link.prepare_threshold = None
        return link

    def _turn(self, handle: pq.abc.PGconn, observe: Observer, deadline: Deadline) -> None:
        """Turn libpq's handle until the link is open; as its manual says, the first wait is for writing."""
        phase: Phase = "dial"
        polled, since = int(pq.PollingStatus.WRITING), time.monotonic()
        while polled != pq.PollingStatus.OK:
            if handle.status == pq.ConnStatus.BAD or polled == pq.PollingStatus.FAILED:
                raise self._fault(handle, phase)
            self._wait(handle.socket, polled, phase, deadline)
            polled = handle.connect_poll()
            now = _phase(handle.status, phase)
            if now != phase:
                observe(phase, (time.monotonic() - since) * 1000)
                phase, since = now, time.monotonic()
        observe(phase, (time.monotonic() - since) * 1000)

    def _fault(self, handle: pq.abc.PGconn, phase: Phase) -> ConnectorError:
        text = handle.error_message.decode(errors="replace")
        if secret := self._credentials.get("password"):
            text = text.replace(secret, "***")
        return of_dial(text, phase, self._settings)

    def _wait(self, descriptor: int, polled: int, phase: Phase, deadline: Deadline) -> None:
        waiter = select.poll()
        waiter.register(descriptor, select.POLLIN if polled == pq.PollingStatus.READING else select.POLLOUT)
        while not waiter.poll(min(_SLICE_MS, deadline.left * 1000)):
            if self._cancelled():
                raise Cancelled("Stopped while connecting", step=phase, remedy="Start it again when you need it.")
            if not deadline.left:
                raise timed_out(self._settings, phase)


def timed_out(settings: PostgresSettings, step: str) -> ConnectionTimeout:
    """Say that the server did not answer within the connection timeout."""
    return ConnectionTimeout(
        f"{settings.host}:{settings.port} did not answer within {settings.connection_timeout} s",
        step=step,
        remedy="Check host and port, and that a firewall or security group lets this machine through; "
        "or raise connectionTimeout.",
    )


def _phase(status: int, before: Phase) -> Phase:
    if status in _TLS:
        return "tls"
    if status in _LOGIN:
        return "login"
    return before
