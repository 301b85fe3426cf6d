"""Findings and scans as they are asked for, sent and shown."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

Kind = Literal[
    "EMAIL", "PHONE", "PERSON_NAME", "ADDRESS", "DATE_OF_BIRTH", "NATIONAL_ID", "IBAN", "PAYMENT_CARD", "IP_ADDRESS"
]  # fmt: skip
Status = Literal["proposed", "confirmed", "rejected"]
Decision = Literal["confirm", "reject", "reopen"]
Confidence = Annotated[float, Field(ge=0, le=1)]
STATUS_OF: dict[Decision, Status] = {"confirm": "confirmed", "reject": "rejected", "reopen": "proposed"}


class Camel(BaseModel):
    """Base of what the platform family shows and takes."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="forbid")


class FindingQuery(Camel):
    """Filters of findings; all of them hold together. Those no longer seen are left out unless asked for."""

    model_config = ConfigDict(extra="ignore")
    connection_id: str | None = Field(None, min_length=1, max_length=128)
    asset_id: UUID | None = None
    kind: Kind | None = None
    status: Status | None = None
    min_confidence: Confidence | None = None
    gone: bool = False


class FindingShown(Camel):
    """One kind of personal data in one column."""

    id: UUID
    kind: Kind
    detail: str | None
    confidence: float
    reason: str
    status: Status
    asset_id: UUID
    asset_name: str
    qualified_name: str
    column_id: UUID
    column: str
    connection_id: str | None
    first_seen: datetime
    last_seen: datetime
    gone_at: datetime | None
    reviewed_by: str | None
    reviewed_at: datetime | None
    note: str | None
    version: int


class KindCount(Camel):
    """How many findings of a kind there are, by what people decided."""

    kind: Kind
    proposed: int
    confirmed: int
    rejected: int


class FindingSummary(Camel):
    """Findings counted."""

    kinds: list[KindCount]


class ReviewRequest(Camel):
    """What a person decided on findings; the note is kept with them."""

    ids: list[UUID] = Field(min_length=1, max_length=500)
    decision: Decision
    note: str | None = Field(None, max_length=2000)


class ReviewOutcome(Camel):
    """What became of one of them."""

    id: UUID
    outcome: Literal["changed", "unchanged", "failed"]
    code: str | None = None
    message: str | None = None


class ReviewAnswer(Camel):
    """What became of each, in the order they were given."""

    results: list[ReviewOutcome]


class ScannedColumn(Camel):
    """A column that is to be looked at."""

    id: UUID
    name: str
    data_type: str


class ScannedTable(Camel):
    """A table with its columns."""

    asset_id: UUID
    schema_: str = Field(alias="schema")
    name: str
    columns: list[ScannedColumn]


class ScannedTables(Camel):
    """Tables in the order of the catalog; `next` is where the following page begins, null at the end."""

    tables: list[ScannedTable]
    total: int
    next: int | None


class Detected(Camel):
    """A kind of personal data that a sample of a column shows; the reason never quotes a value."""

    kind: Kind
    detail: str | None = Field(None, max_length=100)
    confidence: Confidence
    reason: str = Field(min_length=1, max_length=500)


class LookedAt(Camel):
    """What a column shows: nothing is an answer too. Null says that it held no value, which takes no finding away."""

    column_id: UUID
    findings: list[Detected] | None = Field(max_length=9)


class FindingBatch(Camel):
    """Columns that were looked at; the same sequence again is the same request."""

    sequence: int = Field(ge=0, le=2**31 - 1)
    columns: list[LookedAt] = Field(max_length=20_000)


class BatchAnswer(Camel):
    """How many findings are new, were seen before, and belong to columns that are not there any more."""

    created: int
    seen: int
    unknown: int


class ScanFailure(Camel):
    """A table that could not be sampled."""

    asset_id: UUID
    code: str = Field(max_length=50)
    message: str = Field(max_length=500)


class ScanCompletion(Camel):
    """The end of a run: what was looked at, what could not be, and what the source says of its own protection."""

    batches: int = Field(ge=0, le=2**31 - 1)
    tables: int = Field(ge=0)
    columns: int = Field(ge=0)
    sampled: int = Field(ge=0)
    empty: int = Field(ge=0)
    unread: int = Field(0, ge=0)
    failed: int = Field(ge=0)
    failures: list[ScanFailure] = Field(default=[], max_length=100)
    facts: dict[str, Any] = {}


class ScanShown(Camel):
    """A scan with its counts."""

    task_id: str
    connection_id: str
    status: Literal["RUNNING", "COMPLETED"]
    started_at: datetime
    completed_at: datetime | None
    summary: dict[str, Any] | None
