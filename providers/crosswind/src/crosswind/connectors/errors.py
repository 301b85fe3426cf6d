"""What can go wrong with an external system, each with the step that failed and a remedy.

ConnectorError                CONN_001
├── ConnectionFailed          CONN_001  it could not be reached or the link broke; a retry can help
├── AddressRefused            CONN_001  the address is no address or not one we may dial
├── ConnectionTimeout         CONN_002  it did not answer in time; a retry can help
├── InvalidCredentials        CONN_003  it refused the login
├── ConnectionPoolExhausted   CONN_004  it has no connection left for us; a retry can help
├── TlsFailed                 CONN_005  TLS is missing, or its certificate cannot be trusted
├── ReadRefused               CONN_001  we are in, but may not or cannot read that
├── SourceBusy                CONN_001  a lock or a restart is in the way; a retry can help
└── Cancelled                 CONN_001  somebody asked to stop
"""

from __future__ import annotations

from typing import Any, ClassVar

from crosswind.kit.errors import SourceFailed


class ConnectorError(SourceFailed):
    """Base of what connectors raise; never holds a password, a statement or a whole connection string."""

    code: ClassVar[str] = "CONN_001"

    def __init__(self, message: str, *, step: str, remedy: str, **details: Any) -> None:
        super().__init__(f"{message} (step: {step}). {remedy}", step=step, remedy=remedy, code=self.code, **details)
        self.reason = message
        self.step = step
        self.remedy = remedy


class ConnectionFailed(ConnectorError):
    """The system could not be reached, or the link broke."""

    transient = True


class AddressRefused(ConnectorError):
    """The address is malformed, unknown, or one that Crosswind may not dial."""


class ConnectionTimeout(ConnectorError):
    """The system did not answer in time."""

    code = "CONN_002"
    transient = True


class InvalidCredentials(ConnectorError):
    """The system refused the login."""

    code = "CONN_003"


class ConnectionPoolExhausted(ConnectorError):
    """The system has no connection left for us."""

    code = "CONN_004"
    transient = True


class TlsFailed(ConnectorError):
    """TLS is missing where it is demanded, or its certificate cannot be trusted."""

    code = "CONN_005"


class ReadRefused(ConnectorError):
    """The login works, but what was asked for may not or cannot be read."""


class SourceBusy(ConnectorError):
    """A lock, a restart or a lack of resources at the source is in the way."""

    transient = True


class Cancelled(ConnectorError):
    """The caller asked to stop."""
