"""One violation, and whether somebody accepts it as it is."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Path

from crosswind.contexts.governance.compliance.answers.schemas import Violation
from crosswind.contexts.governance.compliance.waivers import WaiverRequest
from crosswind.doors.rest.families import PLATFORM
from crosswind.doors.rest.family import Family, IfMatch
from crosswind.doors.rest.services import Answers, Waivers

ViolationId = Annotated[UUID, Path()]

router = Family(PLATFORM, tags=["Compliance"])


@router.get("/violations/{violation_id}", permission="compliance:read")
def get_violation(answers: Answers, violation_id: ViolationId) -> Violation:
    """Return a violation."""
    return answers.violation(violation_id)


@router.put("/violations/{violation_id}/waiver", permission="compliance:waive")
def waive_violation(
    waivers: Waivers, answers: Answers, violation_id: ViolationId, body: WaiverRequest, version: IfMatch
) -> Violation:
    """Accept a violation for a reason and a time; it stays open and is told apart."""
    waivers.waive(violation_id, body, version)
    return answers.violation(violation_id)


@router.delete("/violations/{violation_id}/waiver", permission="compliance:waive")
def withdraw_waiver(waivers: Waivers, answers: Answers, violation_id: ViolationId, version: IfMatch) -> Violation:
    """Accept a violation no longer."""
    waivers.withdraw(violation_id, version)
    return answers.violation(violation_id)
