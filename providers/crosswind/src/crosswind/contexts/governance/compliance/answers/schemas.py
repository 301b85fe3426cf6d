"""Violations and the state of standards as they are asked for and shown."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel
from typing_extensions import TypedDict

from crosswind.contexts.governance.compliance.rules import Action, Severity

Status = Literal["open", "closed"]
Result = Literal["passed", "failed", "unknown", "not-applicable"]
Sort = Literal[
    "-severity", "severity", "-firstSeen", "firstSeen", "-lastSeen", "lastSeen", "rule", "-rule", "owner", "-owner"
]
StandardWord = Annotated[str, Field(min_length=1, max_length=32)]
ConnectionWord = Annotated[str, Field(min_length=1, max_length=128)]


class Camel(BaseModel):
    """Base of queries and bodies: camelCase on the wire."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)


class ViolationQuery(Camel):
    """Filters of violations; all that are given must hold."""

    standard: StandardWord | None = Field(None, description="Violations of rules that cite this standard")
    severity: Severity | None = None
    status: Status | None = None
    rule: Annotated[str, Field(min_length=1, max_length=64)] | None = None
    connection_id: ConnectionWord | None = None
    asset_id: UUID | None = Field(None, description="Violations on the asset and on its columns")
    owner: Annotated[str, Field(min_length=1, max_length=255)] | None = None
    waived: bool | None = Field(None, description="Those that somebody accepts at present, or those that nobody does")
    sort: Sort = Field("-severity", description="The gravest first, then the newest, unless said otherwise")


class StatusQuery(Camel):
    """What the state of the standards is asked about."""

    connection_id: ConnectionWord | None = None


class Cited(TypedDict):
    """Where a standard asks for what a rule demands."""

    standard: str
    citation: str


class Place(TypedDict):
    """What violates: a column is named with its asset."""

    type: Literal["connection", "asset", "column"]
    id: str
    name: str


class Waiver(TypedDict):
    """Who accepts a violation as it is, why and until when; over at that moment by itself."""

    reason: str
    until: datetime
    by: str
    at: datetime


class Violation(TypedDict):
    """A connection, asset or column that violates a rule; `action` is what remediate can do about it."""

    id: UUID
    rule: str
    ruleVersion: int
    title: str
    standards: list[Cited]
    severity: Severity
    status: Status
    resource: Place
    connectionId: str
    assetId: UUID | None
    owner: str | None
    evidence: dict[str, Any]
    message: str
    remedy: str
    action: Action | None
    firstSeen: datetime
    lastSeen: datetime
    closedAt: datetime | None
    closedWhy: str | None
    waiver: Waiver | None
    version: int


class StandardStatus(TypedDict):
    """How many rules of a standard passed, failed, could not be judged, or met nothing they are about.

    The four counts add up to `rules`; they are over all connections that were scanned. What is waived is open too, and
    a rule does not pass by it.
    """

    standard: str
    title: str
    rules: int
    passed: int
    failed: int
    unknown: int
    notApplicable: int
    openViolations: int
    waivedViolations: int
    bySeverity: dict[str, int]
    lastScan: datetime | None


class Scanned(TypedDict):
    """The connections that the figures are about, and those of them that no scan looked at yet."""

    total: int
    scanned: int
    neverScanned: int


class ComplianceStatus(TypedDict):
    """The state of every standard."""

    standards: list[StandardStatus]
    connections: Scanned
