"""What imports, uploads and files of descriptions answer."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel
from typing_extensions import TypedDict

from crosswind.contexts.catalog.ports import ImportStatus


class Upload(TypedDict):
    """A file that was sent; `source` is what a bulk ingestion names it by."""

    id: UUID
    source: str
    name: str | None
    size: int
    createdAt: datetime


class ImportBegin(BaseModel):
    """Which file a try has before it: `identity` changes when the file does."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="forbid")
    identity: Annotated[str, Field(min_length=1, max_length=500)]


class ImportPlace(TypedDict):
    """Up to where an import is stored: so many blocks, so many lines, or all of it."""

    sequence: int
    lines: int
    completed: bool


class BlockAnswer(TypedDict):
    """What one block did."""

    sequence: int
    lines: int
    counts: dict[str, int]


class ImportShown(TypedDict):
    """An import; `counts` are of all blocks that are stored, also of one that was cancelled or failed."""

    taskId: str
    status: ImportStatus
    requestedBy: str
    lines: int
    blocks: int
    counts: dict[str, int]
    startedAt: datetime
    completedAt: datetime | None


class LineProblem(TypedDict):
    """Why a line was not taken."""

    line: int
    field: str
    message: str


class SheetResult(TypedDict):
    """What a file of descriptions did, or would do; `errors` lists the first hundred, rows counted from 1."""

    dryRun: bool
    rows: int
    changed: int
    unchanged: int
    errors: list[LineProblem]
    errorCount: int
