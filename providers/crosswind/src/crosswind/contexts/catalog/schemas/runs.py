"""Runs of jobs, as their events told of them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, Field
from typing_extensions import TypedDict


class JobRunQuery(BaseModel):
    """Which runs to list."""

    state: str | None = Field(None, max_length=20, pattern=r"^(START|RUNNING|COMPLETE|ABORT|FAIL|OTHER)$")


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
