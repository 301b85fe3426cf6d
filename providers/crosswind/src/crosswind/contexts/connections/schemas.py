"""What callers send about connections and what they read: open where the design is open."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel
from typing_extensions import TypedDict

Text = Annotated[str, Field(max_length=255)]
Identifier = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,128}$")]

EXAMPLE: dict[str, Any] = {
    "id": "conn-001",
    "connectionId": "2732763284",
    "name": "HP Customer Support Tickets Database",
    "type": "database",
    "provider": "aws",
    "subType": "rds-postgres",
    "description": "AWS RDS Server for HP CST tickets, runbooks, Case Histories etc.",
    "owner": "Adrian Paleacu",
    "environment": "dev",
    "aiZone": "HP Observability AIZone- Dev",
    "configuration": {
        "host": "rds-v3243521.us-east-1.rds.aws.com",
        "port": 5432,
        "database": "public",
        "rdbms": "postgres",
        "version": "14.2",
        "ssl": True,
        "certificate": "aws-cm-452219",
    },
    "credentials": {
        "username": "rdsuser",
        "passwordRef": "vault://secrets/rds/conn-001",
        "iam": "my_ec2_rds_readonly_role",
    },
    "network": {
        "region": "us-east-1",
        "vpc": "vpc-12114566",
        "subnets": ["subnet-11882349", "subnet-102294532"],
        "securityGroup": "HP rds SG",
        "availabilityZones": ["us-east-1a", "us-east-1b"],
    },
    "tags": {
        "category": "CST",
        "priority": "high",
        "access": "confidential",
        "department": "support",
        "costCenter": "cc-12345",
    },
    "metadata": {
        "size": "2.5TB",
        "recordCount": 15000000,
        "lastBackup": "2025-06-01T00:00:00Z",
        "indexedFields": ["created_date", "updated_date", "ticket_id"],
    },
    "pooling": {
        "enabled": True,
        "minConnections": 5,
        "maxConnections": 100,
        "idleTimeout": 300,
        "connectionTimeout": 30,
    },
    "monitoring": {"healthCheckInterval": 60, "alerting": True, "metricsEnabled": True, "logLevel": "info"},
    "compliance": {
        "dataClassification": "confidential",
        "encryption": "AES-256",
        "retention": "7 years",
        "gdprCompliant": True,
        "hipaaCompliant": False,
    },
}
"""The design's Connection entity."""


class Camel(BaseModel):
    """Base of bodies and queries: camelCase on the wire."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)


class ConnectionBody(Camel):
    """A connection as a client sends it; what Crosswind does not interpret is kept as it stands."""

    model_config = ConfigDict(extra="allow", json_schema_extra={"examples": [EXAMPLE]})

    id: Identifier | None = Field(None, description="Chosen by the client, or made")
    connection_id: str | int | None = Field(None, description="A label; the path takes `id`")
    name: Annotated[str, Field(min_length=1, max_length=255)] | None = None
    type: Text | None = Field(None, description="The kind (database), or the system (postgres)")
    sub_type: Text | None = Field(None, description="The system, such as postgres or rds-postgres")
    provider: Text | None = None
    owner: Text | None = None
    environment: Text | None = None
    ai_zone: Text | None = None
    configuration: dict[str, Any] = Field(default_factory=dict)
    credentials: dict[str, Any] | None = Field(None, description="Secrets, names, and references such as vault://…")
    network: dict[str, Any] | None = None
    compliance: dict[str, Any] | None = None


class StatusChange(Camel):
    """An inactive connection, or one under maintenance, is neither tested nor crawled."""

    model_config = ConfigDict(extra="forbid")

    status: Literal["active", "inactive", "maintenance"]
    reason: str | None = Field(None, max_length=1000)


class CredentialsBody(BaseModel):
    """New credentials; the mask keeps what is stored in its place, and what is left out is removed."""

    model_config = ConfigDict(extra="forbid")

    credentials: dict[str, Any]


class AdoptionBody(Camel):
    """What Crosswind shall know of an Airflow connection beside its address."""

    model_config = ConfigDict(extra="forbid")

    id: Identifier | None = None
    name: Annotated[str, Field(min_length=1, max_length=255)] | None = None
    sub_type: Text | None = None
    description: str | None = Field(None, max_length=4000)
    provider: Text | None = None
    owner: Text | None = None
    environment: Text | None = None
    ai_zone: Text | None = None
    network: dict[str, Any] | None = None
    compliance: dict[str, Any] | None = None
    tags: dict[str, Any] | list[Any] | None = None


Sort = Literal["id", "-id", "name", "-name", "created", "-created", "updated", "-updated", "status", "-status"]


class ConnectionQuery(Camel):
    """Filters of the list; all that are given must hold."""

    type: str | None = Field(None, description="The kind (database) or the system (postgres)")
    status: Literal["active", "inactive", "maintenance", "missing"] | None = None
    environment: str | None = None
    provider: str | None = None
    sub_type: str | None = None
    owner: str | None = None
    ai_zone: str | None = None
    region: str | None = None
    data_classification: str | None = None
    tag: str | None = Field(None, description="A tag's name, or name:value")
    search: str | None = Field(None, max_length=200, description="Part of id, name, owner or description")
    sort: Sort = "name"


class HealthQuery(Camel):
    """Filters of the list of last results."""

    status: Literal["healthy", "degraded", "unhealthy", "unknown"] | None = None


class AirflowConnectionQuery(Camel):
    """Filters of the Airflow connections that can be adopted."""

    search: str | None = Field(None, max_length=250, description="Part of the connection's id")


class Connection(TypedDict, total=False):
    """A connection as it was sent, with what the server owns; secrets are masked."""

    __pydantic_config__ = ConfigDict(extra="allow")  # type: ignore[misc]

    id: str
    name: str
    type: str
    subType: str
    provider: str
    owner: str
    description: str
    status: str
    environment: str
    aiZone: str
    created: datetime
    updated: datetime
    version: int
    governedTags: list[str]
    configuration: dict[str, Any]
    credentials: dict[str, Any]


class Credentials(TypedDict):
    """A connection's credentials, secrets masked."""

    connectionId: str
    credentials: dict[str, Any]
    version: int


class Step(TypedDict):
    """One step of a test: a gate must pass, another tells what will not work."""

    name: str
    status: Literal["passed", "warning", "failed", "skipped"]
    gate: bool
    message: str
    remedy: str | None
    code: str | None
    milliseconds: float


class TestResult(TypedDict):
    """What a test found, step by step; a failed step carries one of the codes CONN_001 to CONN_005."""

    connectionId: str
    success: bool
    status: str
    latencyMs: float | None
    checkedAt: datetime
    steps: list[Step]


class Finding(TypedDict):
    """One thing that is wrong, or worth knowing, about a connection's configuration."""

    field: str
    level: Literal["error", "warning"]
    message: str


class Validation(TypedDict):
    """What can be said of a connection without dialling."""

    connectionId: str
    valid: bool
    airflowConnId: str
    findings: list[Finding]


class ConnectionHealth(TypedDict):
    """The last result of a test or refresh and its age; reading it dials nothing."""

    connectionId: str
    name: str | None
    airflowConnId: str
    connectionStatus: str
    status: str
    timestamp: datetime | None
    ageSeconds: int | None
    latencyMs: float | None
    message: str | None
    checks: dict[str, dict[str, Any]]


class AirflowConnection(TypedDict):
    """An Airflow connection that can be adopted."""

    connId: str
    connType: str
    system: str
    type: str
    host: str | None
    port: int | None
    database: str | None
    description: str | None
