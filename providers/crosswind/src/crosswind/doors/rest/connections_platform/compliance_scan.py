"""Compliance scans, started."""

from __future__ import annotations

from typing import Annotated

from fastapi import Body

from crosswind.contexts.governance.compliance.schemas import ScanRequest, ScansStarted
from crosswind.doors.rest.families import CONNECTIONS_PLATFORM, METASTORE
from crosswind.doors.rest.family import Family
from crosswind.doors.rest.reply import Reply
from crosswind.doors.rest.services import ScanStarts

router = Family(CONNECTIONS_PLATFORM, tags=["Compliance"])


@router.post("/governance/compliance/scan", permission="compliance:scan", status=202)
def run_compliance_scan(starts: ScanStarts, body: Annotated[ScanRequest | None, Body()] = None) -> Reply[ScansStarted]:
    """Run compliance scan: a task for each connection, followed where Location points for the first."""
    started = starts.start(body or ScanRequest())
    place = f"{METASTORE.mount}{METASTORE.prefix}/tasks/{started.task_id}"
    return Reply(started, headers={"Location": place})
