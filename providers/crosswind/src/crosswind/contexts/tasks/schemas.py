"""Tasks as callers write and read them, in the words of the metastore design; runs and leases in those of ours."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, model_validator
from pydantic.alias_generators import to_camel

TaskType = Literal["DISCOVERY", "CRAWL", "COMPLIANCE_SCAN"]
TaskStatus = Literal["PENDING", "RUNNING", "COMPLETED", "FAILED", "CANCELLED"]
Standards = Annotated[list[Annotated[str, Field(min_length=1, max_length=32)]], Field(min_length=1, max_length=20)]
PatternList = Annotated[list[Annotated[str, Field(min_length=1, max_length=300)]], Field(max_length=100)]


class SourcePayload(BaseModel):
    """Which connection a task works on; patterns left out are those of the connection's own configuration.

    `standards` narrows the rules that a compliance scan judges by.
    """

    model_config = ConfigDict(extra="forbid", populate_by_name=True)
    connection_id: str = Field(
        min_length=1, max_length=128, validation_alias=AliasChoices("connection_id", "connectionId")
    )
    include: PatternList | None = None
    exclude: PatternList | None = None
    standards: Standards | None = None


class TaskRequest(BaseModel):
    """A task to be created; a higher priority is worked on earlier where Airflow has to choose."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"type": "CRAWL", "priority": 5, "payload": {"connection_id": "conn-postgres-001"}}]
        },
    )
    type: TaskType
    priority: int = Field(5, ge=1, le=10)
    payload: SourcePayload

    @model_validator(mode="after")
    def _standards_are_for_scans(self) -> TaskRequest:
        if self.payload.standards is not None and self.type != "COMPLIANCE_SCAN":
            raise ValueError("payload.standards is for tasks of type COMPLIANCE_SCAN")
        return self


class BackgroundTask(BaseModel):
    """A task as the metastore design shows it."""

    id: str
    type: TaskType
    status: TaskStatus
    priority: int
    progress: int
    connection_id: str
    payload: dict[str, Any]
    result: dict[str, Any] | None
    error: dict[str, Any] | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    version: int = Field(exclude=True)


class Camel(BaseModel):
    """Base of what the platform family shows."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="forbid")


class RunQuery(Camel):
    """Filters on the list of runs; the route refuses names that are none of its own."""

    model_config = ConfigDict(extra="ignore")
    connection_id: str | None = Field(None, max_length=128)
    status: TaskStatus | None = None
    type: TaskType | None = None


class Run(Camel):
    """A task with the run that does it in Airflow."""

    id: str
    type: TaskType
    status: TaskStatus
    progress: int
    connection_id: str
    connection_name: str | None
    dag_id: str
    run_id: str
    requested_by: str
    result: dict[str, Any] | None
    error: dict[str, Any] | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


class LeaseRequest(Camel):
    """The run and the try that a lease is asked for."""

    dag_id: str = Field(max_length=250)
    run_id: str = Field(max_length=250)
    try_number: int = Field(ge=1, le=1000)


class LeasedConnection(Camel):
    """The connection that a lease is for."""

    id: str
    airflow_conn_id: str
    type: str
    sub_type: str


class LeasedDiscovery(Camel):
    """What is to be read there."""

    include: list[str]
    exclude: list[str]
    depth: Literal["names", "full"]


class Lease(Camel):
    """A lease; `lease` is the token, shown this once."""

    lease: str
    task_id: str
    type: TaskType
    connection: LeasedConnection
    discovery: LeasedDiscovery
    expires_at: datetime


class Outcome(Camel):
    """What a run came to, or why this try of it failed."""

    result: dict[str, Any] | None = None
    error: dict[str, Any] | None = None


class Due(Camel):
    """What is due, what was started, and what the reconciler mended."""

    due: list[str]
    started: list[str] = []
    restarted: list[str] = []
    settled: int = 0
    message: str | None = None
