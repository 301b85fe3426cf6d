"""Compliance: what violates the rules, and how each standard stands."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

from crosswind.contexts.governance.compliance.answers.schemas import (
    ComplianceStatus,
    StatusQuery,
    Violation,
    ViolationQuery,
)
from crosswind.doors.rest.families import CONNECTIONS_PLATFORM
from crosswind.doors.rest.family import Family
from crosswind.doors.rest.services import Answers
from crosswind.kit.paging import Page, Window

router = Family(CONNECTIONS_PLATFORM, tags=["Compliance"])


@router.get("/governance/compliance/status", permission="compliance:read")
def get_compliance_status(answers: Answers, query: Annotated[StatusQuery, Query()]) -> ComplianceStatus:
    """Compliance status by standard."""
    return answers.status(query)


@router.get("/governance/compliance/violations", permission="compliance:read")
def list_violations(answers: Answers, query: Annotated[ViolationQuery, Query()], window: Window) -> Page[Violation]:
    """List violations, the gravest first."""
    return answers.violations(query, window)
