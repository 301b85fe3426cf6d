"""Violations that somebody accepts as they are, for a reason and a time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from crosswind.contexts.governance.compliance.repository import violations
from crosswind.contexts.governance.compliance.repository.violations import Held
from crosswind.kit.errors import Conflict, Invalid, NotFound, StaleVersion
from crosswind.kit.unit_of_work import Event, UnitOfWork

LONGEST = timedelta(days=366)
"""An acceptance is looked at again within a year, as PCI DSS 4.0.1 (12.3.1) asks of risk analyses."""


class WaiverRequest(BaseModel):
    """Why a violation is accepted, and until when: a year ahead at most."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"reason": "Test data only, see SEC-114", "until": "2027-03-31T00:00:00Z"}]},
    )
    reason: Annotated[str, Field(min_length=1, max_length=2_000, pattern=r"\S")]
    until: AwareDatetime


class WaiverService:
    """Waivers of one unit of work."""

    def __init__(self, uow: UnitOfWork) -> None:
        self._uow = uow
        self._session: Session = uow.session

    def waive(self, identifier: UUID, request: WaiverRequest, version: int | None) -> None:
        """Accept an open violation, or accept it anew with another reason or end."""
        now = datetime.now(UTC)
        if not now < request.until <= now + LONGEST:
            raise Invalid("A waiver ends in the future, a year ahead at most", field="until")
        held = self._held(identifier, version)
        if held.status != "open":
            raise Conflict("The violation is closed; there is nothing to accept", status=held.status)
        by = self._uow.actor.account
        violations.waive(self._session, held.key, {"until": request.until, "by": by, "why": request.reason})
        after = {"rule": held.rule, "reason": request.reason, "until": request.until}
        self._record(held, identifier, "waive", after)

    def withdraw(self, identifier: UUID, version: int | None) -> None:
        """Accept a violation no longer; one that is not waived stays as it is."""
        held = self._held(identifier, version)
        if held.waived_until is None:
            return
        violations.waive(self._session, held.key, {"until": None, "by": None, "why": None})
        self._record(held, identifier, "unwaive", {"rule": held.rule})

    def _held(self, identifier: UUID, version: int | None) -> Held:
        held = violations.held(self._session, self._uow.actor, identifier)
        if held is None:
            raise NotFound("Violation", identifier)
        if version is not None and version != held.version:
            raise StaleVersion(f"The violation is at version {held.version}, not {version}", version=held.version)
        return held

    def _record(self, held: Held, identifier: UUID, action: str, after: dict[str, object]) -> None:
        before = {"reason": held.waived_why, "until": held.waived_until} if held.waived_until else None
        self._uow.record(Event("violation", str(identifier), action, before, after, held.connection_id))
