"""Runs: tasks with what Airflow says of them, and what a running task reports of its own."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Query

from crosswind.contexts.tasks.schemas import Outcome, Run, RunQuery
from crosswind.doors.rest.families import PLATFORM
from crosswind.doors.rest.family import Family
from crosswind.doors.rest.services import Tasks
from crosswind.kit.paging import Page, Window

router = Family(PLATFORM, tags=["Runs"])


@router.get("/runs", permission="run:read")
def list_runs(tasks: Tasks, query: Annotated[RunQuery, Query()], window: Window) -> Page[Run]:
    """List runs, newest first."""
    return tasks.list(query, window)


@router.put("/runs/{taskId}/outcome", permission="crawl:ingest", status=204)
def put_outcome(tasks: Tasks, task_id: Annotated[str, Path(alias="taskId", max_length=64)], body: Outcome) -> None:
    """Keep what a running task came to, and end its lease."""
    tasks.record_outcome(task_id, body)
