"""Runs of jobs, as their events told of them."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel
from typing_extensions import TypedDict


class JobRunQuery(BaseModel):
    """Which runs to list."""

    state: Literal["START", "RUNNING", "COMPLETE", "ABORT", "FAIL", "OTHER"] | None = None


class RunShown(TypedDict):
    """A run of a job as its events told; `facets` are those of its latest events, within bounds."""

    runId: UUID
    state: str
    jobNamespace: str
    jobName: str
    assetId: UUID
    parentRunId: UUID | None
    nominalAt: datetime | None
    startedAt: datetime | None
    endedAt: datetime | None
    updatedAt: datetime
    facets: dict[str, object]
