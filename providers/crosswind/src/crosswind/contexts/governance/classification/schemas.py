"""Classifications, tags and labelled resources as connections-platform takes and shows them."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic.alias_generators import to_camel
from typing_extensions import TypedDict

from crosswind.contexts.catalog.schemas.common import Prose, Word
from crosswind.kit.errors import CrosswindError

MOST_RESOURCES = 1_000
MOST_WORDS = 50
MOST_LEVEL = 1_000
Kind = Literal["asset", "column", "connection"]
Outcome = Literal["applied", "unchanged", "failed"]


class Camel(BaseModel):
    """Base of bodies: camelCase on the wire, and nothing that nobody reads."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="forbid")


class ClassificationShown(TypedDict):
    """A classification; those that every tenant has were created at no time."""

    id: UUID
    name: str
    level: int
    description: str | None
    createdAt: datetime | None


class ClassificationCreate(Camel):
    """A classification beside public (0), internal (1), confidential (2) and restricted (3)."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"name": "secret", "level": 4, "description": "For two people at a time"}]}
    )
    name: Word
    level: int = Field(ge=0, le=MOST_LEVEL, strict=True, description="The higher, the more sensitive")
    description: Prose | None = None


class GovernedTag(TypedDict):
    """A word of the vocabulary that the metastore's `/tags` shows too."""

    id: UUID
    name: str
    category: str | None
    description: str | None
    createdAt: datetime


class Resource(Camel):
    """A thing to label; an asset or a column is named by its uuid, a connection by its id."""

    model_config = ConfigDict(frozen=True)
    type: Kind
    id: Annotated[str, Field(min_length=1, max_length=128)]

    @model_validator(mode="before")
    @classmethod
    def _spelled_once(cls, given: Any) -> Any:
        """A uuid has one spelling, so that a thing named twice is seen to be."""
        if isinstance(given, dict) and given.get("type") != "connection" and isinstance(given.get("id"), str):
            with suppress(ValueError):
                return {**given, "id": str(UUID(given["id"]))}
        return given


class Labelling(Camel):
    """What is put on resources and taken off them; a classification that is null is taken off."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "resources": [
                        {"type": "asset", "id": "6f1f8a0e-2f0b-4ad0-9c1c-0a5f5f1d2c3b"},
                        {"type": "connection", "id": "orders"},
                    ],
                    "addTags": ["PII"],
                    "removeTags": ["Unreviewed"],
                    "classification": "confidential",
                }
            ]
        }
    )
    resources: list[Resource] = Field(min_length=1, max_length=MOST_RESOURCES)
    add_tags: list[Word] = Field(default_factory=list, max_length=MOST_WORDS, description="Ids or names")
    remove_tags: list[Word] = Field(default_factory=list, max_length=MOST_WORDS, description="Ids or names")
    classification: Word | None = None

    @model_validator(mode="after")
    def _asks_for_something(self) -> Labelling:
        if not (self.add_tags or self.remove_tags or self.classifies):
            raise ValueError("give addTags, removeTags or classification")
        return self

    @property
    def classifies(self) -> bool:
        """Whether a classification is set or taken off."""
        return "classification" in self.model_fields_set


@dataclass(frozen=True, slots=True)
class Labelled:
    """What became of one resource; `error` says why it failed."""

    resource: Resource
    outcome: Outcome
    error: CrosswindError | None = None
    note: str | None = None


class LabelResult(TypedDict):
    """What became of one resource; `code` is that of a failure."""

    resource: dict[str, Any]
    outcome: Outcome
    code: str | None
    message: str | None


class LabelAnswer(TypedDict):
    """The outcome of each resource, in the request's order, and how many had which."""

    applied: int
    unchanged: int
    failed: int
    results: list[LabelResult]
