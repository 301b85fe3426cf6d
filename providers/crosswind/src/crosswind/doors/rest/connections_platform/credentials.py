"""A connection's credentials."""

from __future__ import annotations

from crosswind.contexts.connections.schemas import Credentials, CredentialsBody
from crosswind.doors.rest.connections_platform.paths import ConnectionId
from crosswind.doors.rest.families import CONNECTIONS_PLATFORM
from crosswind.doors.rest.family import Family, IfMatch
from crosswind.doors.rest.services import Connections

router = Family(CONNECTIONS_PLATFORM, tags=["Credentials"])


@router.get("/connections/{connectionId}/credentials", permission="credential:read")
def get_credentials(connections: Connections, connection_id: ConnectionId) -> Credentials:
    """Get credentials (masked)."""
    return connections.credentials(connection_id)


@router.put("/connections/{connectionId}/credentials", permission="credential:update")
def update_credentials(
    connections: Connections, connection_id: ConnectionId, body: CredentialsBody, if_match: IfMatch
) -> Credentials:
    """Update credentials."""
    return connections.set_credentials(connection_id, body.credentials, if_match)
