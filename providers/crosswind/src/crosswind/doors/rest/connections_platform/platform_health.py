"""The platform's own health."""

from __future__ import annotations

from crosswind.contexts.monitoring.service import PlatformHealth
from crosswind.doors.rest.families import CONNECTIONS_PLATFORM
from crosswind.doors.rest.family import Family
from crosswind.doors.rest.reply import Reply
from crosswind.doors.rest.services import Health

router = Family(CONNECTIONS_PLATFORM, tags=["Monitoring and health"])


@router.get("/health", public=True)
def get_health(health: Health) -> Reply[PlatformHealth]:
    """Platform health; 503 with the same body when it is unhealthy."""
    found = health.platform()
    return Reply(found, status=503 if found.status == "unhealthy" else 200, headers={"Cache-Control": "no-store"})
