"""Background tasks of the metastore design."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path

from crosswind.contexts.tasks.schemas import BackgroundTask, TaskRequest
from crosswind.doors.rest.families import METASTORE
from crosswind.doors.rest.family import Family, IfMatch
from crosswind.doors.rest.reply import Reply
from crosswind.doors.rest.services import Tasks

TaskId = Annotated[str, Path(alias="id", min_length=1, max_length=64, pattern=r"^[A-Za-z0-9-]+$")]

router = Family(METASTORE, tags=["Background tasks"])


@router.post("/tasks", permission="task:create", status=201)
def create_task(tasks: Tasks, body: TaskRequest) -> Reply[BackgroundTask]:
    """Create a task; it is worked on by a DAG run of the same id."""
    task = tasks.create(body)
    return Reply(task, headers={"Location": location(task.id)})


@router.get("/tasks/{id}", permission="task:read")
def get_task(tasks: Tasks, task_id: TaskId) -> BackgroundTask:
    """Return a task with its progress."""
    return tasks.get(task_id)


@router.delete("/tasks/{id}", permission="task:delete")
def cancel_task(tasks: Tasks, task_id: TaskId, version: IfMatch) -> BackgroundTask:
    """Cancel a task and end its run."""
    return tasks.cancel(task_id, version)


def location(task_id: str) -> str:
    """Return where a task is followed, relative to the base address of all families."""
    return f"{METASTORE.mount}{METASTORE.prefix}/tasks/{task_id}"
