"""The last results of all connections; reading them dials nothing."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

from crosswind.contexts.connections.schemas import ConnectionHealth, HealthQuery
from crosswind.doors.rest.connections_platform.paths import ConnectionId
from crosswind.doors.rest.families import CONNECTIONS_PLATFORM
from crosswind.doors.rest.family import Family
from crosswind.doors.rest.services import ConnectionTests
from crosswind.kit.paging import Page, Window

router = Family(CONNECTIONS_PLATFORM, tags=["Health"])


@router.get("/health/connections", permission="connection:read")
def list_connection_health(
    tests: ConnectionTests, query: Annotated[HealthQuery, Query()], window: Window
) -> Page[ConnectionHealth]:
    """All connections health."""
    return tests.health_list(query, window)


@router.get("/health/connections/{connectionId}", permission="connection:read")
def get_health_of_connection(tests: ConnectionTests, connection_id: ConnectionId) -> ConnectionHealth:
    """Connection health."""
    return tests.health(connection_id)
