"""The audit trail of the metastore design."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

from crosswind.contexts.governance.schemas import TrailQuery
from crosswind.contexts.governance.trail import TrailEntry
from crosswind.doors.rest.families import METASTORE
from crosswind.doors.rest.family import Family
from crosswind.doors.rest.services import AuditTrail
from crosswind.kit.paging import Page, Window

router = Family(METASTORE, tags=["Audit"])


@router.get("/audits", permission="audit:read")
def list_audits(trail: AuditTrail, query: Annotated[TrailQuery, Query()], window: Window) -> Page[TrailEntry]:
    """List who changed what, newest first."""
    return trail.list(query, window)
