"""The registry of connections."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

from crosswind.contexts.connections.schemas import Connection, ConnectionBody, ConnectionQuery, StatusChange
from crosswind.doors.rest.connections_platform.paths import ConnectionId
from crosswind.doors.rest.families import CONNECTIONS_PLATFORM
from crosswind.doors.rest.family import Family, IfMatch
from crosswind.doors.rest.reply import Reply
from crosswind.doors.rest.services import Connections
from crosswind.kit.paging import Page, Window

router = Family(CONNECTIONS_PLATFORM, tags=["Connections"])


def created(connection: Connection) -> Reply[Connection]:
    """A new connection with the address it answers at."""
    return Reply(connection, headers={"Location": f"/connections-platform/v1/connections/{connection['id']}"})


@router.get("/connections", permission="connection:read")
def list_connections(
    connections: Connections, query: Annotated[ConnectionQuery, Query()], window: Window
) -> Page[Connection]:
    """List all connections."""
    return connections.list(query, window)


@router.post("/connections", permission="connection:create", status=201)
def create_connection(connections: Connections, body: ConnectionBody) -> Reply[Connection]:
    """Create connection."""
    return created(connections.create(body))


@router.get("/connections/{connectionId}", permission="connection:read")
def get_connection(connections: Connections, connection_id: ConnectionId) -> Connection:
    """Get connection details."""
    return connections.get(connection_id)


@router.put("/connections/{connectionId}", permission="connection:update")
def update_connection(
    connections: Connections, connection_id: ConnectionId, body: ConnectionBody, if_match: IfMatch
) -> Connection:
    """Update connection: what is left out is removed, but for the credentials, which stay."""
    return connections.update(connection_id, body, if_match)


@router.delete("/connections/{connectionId}", permission="connection:delete", status=204)
def delete_connection(connections: Connections, connection_id: ConnectionId, if_match: IfMatch) -> None:
    """Delete connection."""
    connections.delete(connection_id, if_match)


@router.patch("/connections/{connectionId}/status", permission="connection:update")
def update_connection_status(
    connections: Connections, connection_id: ConnectionId, body: StatusChange, if_match: IfMatch
) -> Connection:
    """Update connection status."""
    return connections.set_status(connection_id, body, if_match)
