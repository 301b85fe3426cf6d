"""Compliance: what violates the rules, how each standard stands, and what can be done."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

from crosswind.contexts.governance.compliance.answers.schemas import (
    ComplianceStatus,
    StatusQuery,
    Violation,
    ViolationQuery,
)
from crosswind.contexts.governance.compliance.remedies.plans import Plan
from crosswind.contexts.governance.compliance.remedies.schemas import RemediateRequest, Remediation, RemedyResult
from crosswind.doors.rest.families import CONNECTIONS_PLATFORM
from crosswind.doors.rest.family import Family
from crosswind.doors.rest.services import Answers, Remedies
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


@router.post("/governance/compliance/remediate", permission="compliance:remediate")
def remediate_violations(remedies: Remedies, body: RemediateRequest) -> Remediation:
    """Remediate violations: show what can be done safely, and do it where dryRun is false."""
    return {"results": [_result(each) for each in remedies.remediate(body)]}


def _result(each: Plan) -> RemedyResult:
    return {
        "violationId": each.violation,
        "action": each.action,
        "outcome": each.outcome,
        "before": each.step.before if each.step else None,
        "after": each.step.after if each.step else None,
        "code": CONNECTIONS_PLATFORM.code(each.error)[0] if each.error else None,
        "message": each.message,
    }
