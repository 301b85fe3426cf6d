"""Reaching a source within a deadline, with nothing of the store held meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import msgspec
from pydantic import BaseModel

from crosswind.connectors.connector_type import ConnectorType
from crosswind.connectors.errors import Cancelled, ConnectionTimeout
from crosswind.connectors.port import Connector
from crosswind.connectors.types import CheckStep
from crosswind.contexts.connections.secrecy import redact
from crosswind.kit.outbound import OutboundGuard


@dataclass(frozen=True, slots=True)
class Source:
    """All that a dial needs, read before it begins."""

    connector: ConnectorType
    settings: BaseModel
    credentials: Mapping[str, str]
    secret: Mapping[str, Any]


class Dialler:
    """Opens connectors for a request: each call ends by `seconds`, whatever the connection's own limits say."""

    def __init__(self, guard: OutboundGuard, seconds: float) -> None:
        self._guard = guard
        self._seconds = seconds

    def check(self, source: Source) -> list[CheckStep]:
        """The steps of a check, with no secret in their words."""
        with self._open(source) as connector:
            steps = connector.check()
        return [_redacted(step, source.secret) for step in steps]

    def ping(self, source: Source) -> float:
        """Milliseconds of a round trip; raises ConnectorError."""
        try:
            with self._open(source) as connector:
                return connector.ping()
        except Cancelled as error:
            raise ConnectionTimeout(
                f"No answer within {self._seconds:g} s",
                step=error.step,
                remedy="Check that the address is right and that a firewall lets Crosswind through.",
            ) from None

    @contextmanager
    def _open(self, source: Source) -> Iterator[Connector]:
        connector = source.connector.open(self._within(source.settings), source.credentials, self._guard)
        alarm = threading.Timer(self._seconds, connector.cancel)
        alarm.daemon = True
        alarm.start()
        try:
            with connector:
                yield connector
        finally:
            alarm.cancel()

    def _within(self, settings: BaseModel) -> BaseModel:
        """The settings with a connection timeout that ends a little before the alarm, so that its message is told."""
        own = getattr(settings, "connection_timeout", None)
        most = max(1, int(self._seconds) - 1)
        if not isinstance(own, int) or own <= most:
            return settings
        return settings.model_copy(update={"connection_timeout": most})


def _redacted(step: CheckStep, secret: Mapping[str, Any]) -> CheckStep:
    remedy = redact(step.remedy, secret) if step.remedy else None
    return msgspec.structs.replace(step, message=redact(step.message, secret), remedy=remedy)
