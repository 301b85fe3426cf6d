"""Connections tried."""

from __future__ import annotations

from crosswind.contexts.connections.schemas import ConnectionHealth, TestResult, Validation
from crosswind.doors.rest.connections_platform.paths import ConnectionId
from crosswind.doors.rest.families import CONNECTIONS_PLATFORM
from crosswind.doors.rest.family import Family
from crosswind.doors.rest.services import ConnectionTests

router = Family(CONNECTIONS_PLATFORM, tags=["Connection testing"])


@router.post("/connections/{connectionId}/test", permission="connection:test", dials=True)
def test_connection(tests: ConnectionTests, connection_id: ConnectionId) -> TestResult:
    """Test connection step by step; a failed step names its code and a remedy."""
    return tests.test(connection_id)


@router.post("/connections/{connectionId}/validate", permission="connection:read", reads=True)
def validate_connection(tests: ConnectionTests, connection_id: ConnectionId) -> Validation:
    """Validate configuration without dialling."""
    return tests.validate(connection_id)


@router.get("/connections/{connectionId}/health", permission="connection:read")
def get_connection_health(tests: ConnectionTests, connection_id: ConnectionId) -> ConnectionHealth:
    """Health check: the last result and its age."""
    return tests.health(connection_id)


@router.post("/connections/{connectionId}/refresh", permission="connection:test", dials=True)
def refresh_connection(tests: ConnectionTests, connection_id: ConnectionId) -> ConnectionHealth:
    """Refresh connection: read it again from Airflow and ping it over a new link."""
    return tests.refresh(connection_id)
