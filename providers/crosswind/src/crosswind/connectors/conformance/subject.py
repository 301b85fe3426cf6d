"""What a connector's test module hands to the suite: a real system, and a way to change what it holds."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from pydantic import BaseModel

from crosswind.connectors.connector_type import ConnectorType
from crosswind.connectors.port import Credentials
from crosswind.kit.outbound import OutboundGuard


class Workbench(Protocol):
    """Changes the source from outside the connector; names may hold any character."""

    def create(self, schema: str, name: str) -> None:
        """Create a table with at least two columns, and its schema where there is none."""
        ...

    def alter(self, schema: str, name: str) -> None:
        """Add a column to a table."""
        ...

    def fill(self, schema: str, name: str) -> None:
        """Write rows into a table and refresh the source's statistics."""
        ...

    def drop(self, schema: str, name: str) -> None:
        """Drop a table."""
        ...


@dataclass(frozen=True)
class Subject:
    """One system under test; `settings_at` returns good settings that point to another port of loopback.

    The settings' connection timeout is short (a few seconds), because the suite waits for it.
    """

    type: ConnectorType
    settings: BaseModel
    credentials: Credentials
    wrong_credentials: Credentials
    settings_at: Callable[[int], BaseModel]
    connection_timeout: float
    workbench: Workbench
    write_statement: str = "create table written (id int)"

    def open(
        self,
        settings: BaseModel | None = None,
        credentials: Credentials | None = None,
        guard: OutboundGuard | None = None,
    ) -> Any:
        """Make a connector that may dial loopback."""
        chosen = settings or self.settings
        return self.type.open(chosen, credentials or self.credentials, guard or _loopback(chosen))


def _loopback(settings: BaseModel) -> OutboundGuard:
    port = getattr(settings, "port", None)
    return OutboundGuard([f"{host}:{port}" for host in ("127.0.0.1", "localhost", "[::1]")] if port else [])


@contextlib.contextmanager
def silent_port() -> Iterator[int]:
    """Hold a port that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0), backlog=16) as server:
        yield server.getsockname()[1]


def closed_port() -> int:
    """Return a port that refuses connections."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
    return port
