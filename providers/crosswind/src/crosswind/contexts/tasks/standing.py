"""Where a task stands, in the words that every protocol tells it with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crosswind.contexts.tasks.models import TaskRow

UNEXPLAINED = {"step": "run", "message": "The run ended without saying why; its log in Airflow tells more."}


def standing(row: TaskRow, progress: Mapping[str, int]) -> dict[str, Any]:
    """The task's state; `progress` are percentages by task id, as its run told them last."""
    return {
        "id": row.id,
        "type": row.type,
        "status": row.status,
        "progress": 100 if row.status == "COMPLETED" else max(row.progress, progress.get(row.id, 0)),
        "result": row.result,
        "error": row.error or (UNEXPLAINED if row.status == "FAILED" else None),
        "created_at": row.created_at,
        "started_at": row.started_at,
        "finished_at": row.finished_at,
    }
