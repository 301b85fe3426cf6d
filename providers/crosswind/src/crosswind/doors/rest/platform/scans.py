"""Scans: what tasks ask for and send with their lease, and what people look at."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

from crosswind.contexts.governance.findings.schemas import (
    BatchAnswer,
    FindingBatch,
    ScanCompletion,
    ScannedTables,
    ScanShown,
)
from crosswind.doors.rest.families import PLATFORM
from crosswind.doors.rest.family import Family
from crosswind.doors.rest.platform.crawls import TaskId
from crosswind.doors.rest.request import MEGABYTE
from crosswind.doors.rest.services import Scans

router = Family(PLATFORM, tags=["Scans"])


@router.get("/scans/{taskId}/columns", permission="scan:ingest")
def list_scanned_columns(
    scans: Scans,
    task_id: TaskId,
    after: Annotated[int, Query(ge=0, lt=2**63)] = 0,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> ScannedTables:
    """List the next tables that a scan is to look at, with their columns."""
    return scans.columns(task_id, after, limit)


@router.post("/scans/{taskId}/findings", permission="scan:ingest", body_limit=32 * MEGABYTE)
def send_findings(scans: Scans, task_id: TaskId, body: FindingBatch) -> BatchAnswer:
    """Store what columns showed."""
    return scans.findings(task_id, body)


@router.post("/scans/{taskId}/complete", permission="scan:ingest")
def complete_scan(scans: Scans, task_id: TaskId, body: ScanCompletion) -> ScanShown:
    """End a complete run: what was looked at and not seen is gone, and the connection is judged by the rules."""
    return scans.complete(task_id, body)


@router.get("/scans/{taskId}", permission="finding:read")
def get_scan(scans: Scans, task_id: TaskId) -> ScanShown:
    """Return a scan with its counts."""
    return scans.get(task_id)
