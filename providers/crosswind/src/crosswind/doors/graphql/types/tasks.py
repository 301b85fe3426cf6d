"""Background tasks; each is a DAG run."""

from __future__ import annotations

from datetime import datetime
from enum import Enum

import strawberry
from strawberry import ID, UNSET
from strawberry.scalars import JSON

from crosswind.doors.graphql.needs import computed
from crosswind.doors.graphql.shown import Shown


@strawberry.enum(description="What a task does.")
class TaskType(Enum):
    """What a task does."""

    DISCOVERY = "DISCOVERY"
    CRAWL = "CRAWL"
    COMPLIANCE_SCAN = "COMPLIANCE_SCAN"
    BULK_INGESTION = "BULK_INGESTION"


@strawberry.enum(description="How far a task is.")
class TaskStatus(Enum):
    """How far a task is."""

    PENDING = "PENDING"
    RUNNING = "RUNNING"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"


@strawberry.type(description="A task; a DAG run of the same id works on it.")
class BackgroundTask(Shown):
    """A task."""

    id: ID
    type: TaskType
    status: TaskStatus
    priority: int | None
    progress: int = strawberry.field(description="Percent.")
    connection_id: ID | None
    payload: JSON | None
    result: JSON | None
    error: JSON | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    version: int | None


@strawberry.type(description="Where a task stands.")
class TaskProgress(Shown):
    """Where a task stands."""

    status: TaskStatus
    progress: int = strawberry.field(description="Percent.")

    @computed("The task's id.")
    def task_id(self) -> ID:
        """The task's id."""
        return ID(str(self.facts["id"]))

    @computed("The task itself.")
    def task(self) -> BackgroundTask:
        """The task itself."""
        return BackgroundTask.of(self.context, self.facts)


@strawberry.input(description="A new task.")
class TaskInput:
    """A new task."""

    type: TaskType
    priority: int | None = strawberry.field(default=UNSET, description="1 to 10; a higher one is worked on earlier.")
    payload: JSON = strawberry.field(
        description='What it works on, as in REST: `{"connection_id": "…"}`, for an import `{"source": "s3://…"}`.'
    )


@strawberry.input(description="Narrows a list of tasks.")
class TaskFilter:
    """Narrows a list of tasks."""

    type: TaskType | None = UNSET
    status: TaskStatus | None = UNSET
    connection_id: ID | None = UNSET
    priority: int | None = strawberry.field(default=UNSET, description="1 to 10.")
