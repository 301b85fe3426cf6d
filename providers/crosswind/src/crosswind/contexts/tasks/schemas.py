"""Tasks as callers write and read them, in the words of the metastore design; runs and leases in those of ours."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, ValidationInfo, field_validator, model_validator
from pydantic.alias_generators import to_camel

from crosswind.kit.text import Name, formed

TaskType = Literal["DISCOVERY", "CRAWL", "COMPLIANCE_SCAN", "BULK_INGESTION"]
TaskStatus = Literal["PENDING", "RUNNING", "COMPLETED", "FAILED", "CANCELLED"]
Standards = Annotated[list[Annotated[str, Field(min_length=1, max_length=32)]], Field(min_length=1, max_length=20)]
UPLOADED = "upload:"
SOURCE = r"^(s3://[A-Za-z0-9][A-Za-z0-9._-]{1,61}[A-Za-z0-9]/\S.*|upload:[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})$"
_SOURCES = "must be s3://<bucket>/<key>, or the `source` that an upload answered"
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


class ImportOptions(BaseModel):
    """`upsert` lets lines meet assets that exist; `validate` ends the import at the first block with a bad line."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)
    upsert: bool = True
    strict: bool = Field(False, alias="validate")


class ImportPayload(BaseModel):
    """Which file a bulk ingestion takes in: `s3://bucket/key`, read through a connection, or `upload:` and its id.

    Without `connection_id` the connection is the one to that bucket; whether the file is gzip its content says. Without
    `name` an uploaded file keeps the name that it was sent with.
    """

    model_config = ConfigDict(extra="forbid", populate_by_name=True)
    source: Annotated[str, Field(max_length=1200, json_schema_extra={"pattern": SOURCE}), formed(SOURCE, _SOURCES)]
    name: Name | None = Field(None, description="How the file is called")
    format: Literal["json", "jsonl"] = "json"
    connection_id: str | None = Field(
        None, min_length=1, max_length=128, validation_alias=AliasChoices("connection_id", "connectionId")
    )
    options: ImportOptions = Field(default_factory=ImportOptions)

    @property
    def upload(self) -> str | None:
        """The id of the uploaded file, None for one that lies elsewhere."""
        return self.source.removeprefix(UPLOADED) if self.source.startswith(UPLOADED) else None

    @property
    def place(self) -> tuple[str, str]:
        """The bucket and the key of an object."""
        bucket, _, key = self.source.removeprefix("s3://").partition("/")
        return bucket, key


class TaskRequest(BaseModel):
    """A task to be created; a higher priority is worked on earlier where Airflow has to choose."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"type": "CRAWL", "priority": 5, "payload": {"connection_id": "conn-postgres-001"}},
                {
                    "type": "BULK_INGESTION",
                    "priority": 5,
                    "payload": {"source": "s3://bucket/metadata.json", "format": "json"},
                },
            ]
        },
    )
    type: TaskType
    priority: int = Field(5, ge=1, le=10)
    payload: SourcePayload | ImportPayload

    @field_validator("payload", mode="before")
    @classmethod
    def _by_type(cls, value: Any, info: ValidationInfo) -> Any:
        """Read the payload as its type has it, so that a mistake is told of that one alone."""
        if not isinstance(value, dict):
            return value
        kind = ImportPayload if info.data.get("type") == "BULK_INGESTION" else SourcePayload
        return kind.model_validate(value)

    @model_validator(mode="after")
    def _payload_fits(self) -> TaskRequest:
        if isinstance(self.payload, ImportPayload) != (self.type == "BULK_INGESTION"):
            raise ValueError(f"payload is not one of a task of type {self.type}")
        if getattr(self.payload, "standards", None) is not None and self.type != "COMPLIANCE_SCAN":
            raise ValueError("payload.standards is for tasks of type COMPLIANCE_SCAN")
        return self


class BackgroundTask(BaseModel):
    """A task as the metastore design shows it."""

    id: str
    type: TaskType
    status: TaskStatus
    priority: int
    progress: int
    connection_id: str | None
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
    priority: int | None = Field(None, ge=1, le=10)


class Run(Camel):
    """A task with the run that does it in Airflow.

    `source` is the file that a bulk ingestion takes in, `fileName` how it is called, an object by its address.
    """

    id: str
    type: TaskType
    status: TaskStatus
    priority: int
    progress: int
    connection_id: str | None
    connection_name: str | None
    source: str | None
    file_name: str | None
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
    """A lease; `lease` is the token, shown this once. A task on no connection has none, and nothing to discover."""

    lease: str
    task_id: str
    type: TaskType
    connection: LeasedConnection | None
    discovery: LeasedDiscovery | None
    payload: dict[str, Any]
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
