"""Where tasks stand in Airflow: read for those still open, and stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from crosswind.contexts.tasks.models import TaskRow
from crosswind.contexts.tasks.ports import RunKey, Runs, RunState
from crosswind.contexts.tasks.repository import OPEN, Standing, TaskRepository

STATUSES = {
    "queued": "PENDING",
    "running": "RUNNING",
    "restarting": "RUNNING",
    "success": "COMPLETED",
    "failed": "FAILED",
}


class FollowUp:
    """Compares open tasks with their runs; three statements and one update whatever their number."""

    def __init__(self, tasks: TaskRepository, runs: Runs) -> None:
        self._tasks = tasks
        self._runs = runs

    def settle(self, rows: Sequence[TaskRow]) -> tuple[int, list[TaskRow]]:
        """Store what changed; return how many did, and the tasks whose run is not there (yet)."""
        open_rows = [row for row in rows if row.status in OPEN]
        if not open_rows:
            return 0, []
        states = self._runs.states([_key(row) for row in open_rows])
        lost = [row for row in open_rows if _key(row) not in states]
        standings = [_standing(row, states.get(_key(row))) for row in open_rows]
        changed = self._reached([each for each in standings if each is not None], open_rows)
        self._tasks.settle(changed)
        return len(changed), [row for row in lost if row.status == "PENDING"]

    def progress(self, rows: Sequence[TaskRow]) -> dict[str, int]:
        """Return the percentage of each running task, by task id."""
        return self._told([row for row in rows if row.status == "RUNNING"])

    def _reached(self, standings: list[Standing], rows: Sequence[TaskRow]) -> list[Standing]:
        """The same, those that failed with how far they had got: nobody asks their runs any more."""
        failed = {each.id for each in standings if each.status == "FAILED"}
        told = self._told([row for row in rows if row.id in failed])
        return [replace(each, progress=max(each.progress, told.get(each.id, 0))) for each in standings]

    def _told(self, rows: Sequence[TaskRow]) -> dict[str, int]:
        """What the runs of tasks told of their progress last, by task id."""
        told = self._runs.progress([_key(row) for row in rows]) if rows else {}
        return {row.id: told[_key(row)] for row in rows if _key(row) in told}


def _standing(row: TaskRow, state: RunState | None) -> Standing | None:
    if state is None:
        gone = row.status == "RUNNING"
        return Standing(row.id, "FAILED", row.progress, None, datetime.now(UTC)) if gone else None
    status = STATUSES.get(state.state, row.status)
    if status == row.status:
        return None
    ended = status not in OPEN
    progress = 100 if status == "COMPLETED" else row.progress
    return Standing(row.id, status, progress, state.started_at, state.finished_at if ended else None)


def _key(row: TaskRow) -> RunKey:
    return row.dag_id, row.run_id
