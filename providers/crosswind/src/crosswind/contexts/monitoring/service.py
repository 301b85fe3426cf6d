"""The platform's health: what is known, without dialling any source."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Literal

from pydantic import BaseModel

from crosswind import __version__
from crosswind.contexts.events.repository import unpublished_seconds
from crosswind.contexts.events.webhook_rows import disabled
from crosswind.contexts.monitoring.repository import unsealed_seconds
from crosswind.kit.unit_of_work import UnitOfWork

Status = Literal["healthy", "degraded", "unhealthy"]
STARTED = datetime.now(UTC)
SEALED_WITHIN = 300.0
PUBLISHED_WITHIN = 60.0
_WORST: dict[Status, int] = {"healthy": 0, "degraded": 1, "unhealthy": 2}


class Check(BaseModel):
    """One part and how it is."""

    status: Status
    latency: str | None = None
    message: str | None = None


class PlatformHealth(BaseModel):
    """The platform's health in the connections-platform design's words."""

    status: Status
    timestamp: datetime
    checks: dict[str, Check]
    version: str
    uptime: str


class HealthService:
    """Looks at the store and what it holds."""

    def __init__(self, uow: UnitOfWork, unseen: Callable[[], Sequence[str]] = tuple) -> None:
        self._uow = uow
        self._unseen = unseen

    def platform(self) -> PlatformHealth:
        """How the platform is."""
        checks = self._checks()
        worst = max((check.status for check in checks.values()), key=_WORST.__getitem__)
        now = datetime.now(UTC)
        length = _duration(now - STARTED)
        return PlatformHealth(status=worst, timestamp=now, checks=checks, version=__version__, uptime=length)

    def _checks(self) -> dict[str, Check]:
        found = unsealed_seconds(self._uow.session)
        if found is None:
            return {"database": Check(status="unhealthy", message="The store is not reachable")}
        latency, age = found
        late = age > SEALED_WITHIN
        audit = Check(status="degraded", message=f"Unsealed for {age:.0f} s") if late else Check(status="healthy")
        checks = {
            "database": Check(status="healthy", latency=f"{latency:.0f}ms"),
            "audit": audit,
            "events": self._events(),
        }
        return checks | {"navigation": self._navigation()}

    def _events(self) -> Check:
        """Whether the relay keeps up, and webhooks do."""
        waiting, switched_off = unpublished_seconds(self._uow.session), disabled(self._uow.session)
        if waiting > PUBLISHED_WITHIN:
            return Check(status="degraded", message=f"Unpublished for {waiting:.0f} s: no server relays events")
        said = f"{switched_off} webhooks were switched off after failing" if switched_off else None
        return Check(status="healthy", message=said)

    def _navigation(self) -> Check:
        """Airflow shows plugins' pages only to roles that may read "Plugins", which some of its own may not."""
        unseen = self._unseen()
        if not unseen:
            return Check(status="healthy")
        first = f"airflow roles add-perms {unseen[0]} -a can_read -r Plugins"
        message = f"Airflow's navigation does not show Crosswind to {', '.join(unseen)}: run `{first}`, for each"
        return Check(status="degraded", message=message)


def _duration(length: timedelta) -> str:
    for unit, seconds in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        count = int(length.total_seconds() // seconds)
        if count:
            return f"{count} {unit}{'s' if count != 1 else ''}"
    return f"{int(length.total_seconds())} seconds"
