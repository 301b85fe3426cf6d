"""Findings of personal data, and what people decide on them."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

from crosswind.contexts.governance.findings.schemas import (
    FindingQuery,
    FindingShown,
    FindingSummary,
    ReviewAnswer,
    ReviewRequest,
)
from crosswind.doors.rest.families import PLATFORM
from crosswind.doors.rest.family import Family
from crosswind.doors.rest.services import Findings
from crosswind.kit.paging import Page, Window

router = Family(PLATFORM, tags=["Findings"])


@router.get("/findings", permission="finding:read")
def list_findings(findings: Findings, query: Annotated[FindingQuery, Query()], window: Window) -> Page[FindingShown]:
    """List what scans found, by asset and column."""
    return findings.list(query, window)


@router.get("/findings/summary", permission="finding:read")
def get_finding_summary(findings: Findings, query: Annotated[FindingQuery, Query()]) -> FindingSummary:
    """Count findings by kind and by what people decided."""
    return findings.summary(query)


@router.post("/findings/review", permission="finding:review")
def review_findings(findings: Findings, body: ReviewRequest) -> ReviewAnswer:
    """Confirm, reject or reopen up to 500 findings; a decision stays through all later scans."""
    return findings.review(body)
