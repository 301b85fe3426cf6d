"""The vocabulary of tags as it is taken and shown."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from typing_extensions import TypedDict

from crosswind.contexts.catalog.schemas.common import Prose, Word


class Tag(TypedDict):
    """A word of the vocabulary."""

    id: UUID
    name: str
    category: str | None
    description: str | None
    propagates: Literal["downstream"] | None
    propagation_depth: int | None
    created_at: datetime


class TagQuery(BaseModel):
    """Filters of a list of tags."""

    category: str | None = Field(None, max_length=100)


class TagCreate(BaseModel):
    """A new tag."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"name": "PII", "category": "Sensitive", "description": "Personally Identifiable Information"}]
        },
    )
    name: Word
    category: Word | None = None
    description: Prose | None = None


class TagUpdate(BaseModel):
    """What is written of a tag; what is left out stays, null empties but for the name."""

    model_config = ConfigDict(extra="forbid")
    name: Word | None = None
    category: Word | None = None
    description: Prose | None = None
