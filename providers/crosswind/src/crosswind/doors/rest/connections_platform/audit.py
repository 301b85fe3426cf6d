"""The audit log, and a connection's trail in it."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

from crosswind.contexts.governance.schemas import AuditEntry, AuditQuery
from crosswind.doors.rest.families import CONNECTIONS_PLATFORM
from crosswind.doors.rest.family import Family
from crosswind.doors.rest.services import Audit
from crosswind.kit.paging import Page, Window

router = Family(CONNECTIONS_PLATFORM, tags=["Audit trail"])


@router.get("/governance/audit", permission="audit:read")
def list_audit(audit: Audit, query: Annotated[AuditQuery, Query()], window: Window) -> Page[AuditEntry]:
    """Audit log."""
    return audit.list(query, window)


@router.get("/governance/audit/{connectionId}", permission="audit:read")
def get_connection_audit(
    audit: Audit,
    connectionId: str,  # noqa: N803 - the path's word
    query: Annotated[AuditQuery, Query()],
    window: Window,
) -> Page[AuditEntry]:
    """Connection audit trail."""
    return audit.trail(connectionId, query, window)
