"""Relationships as they are asked for and shown."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel
from typing_extensions import TypedDict

from crosswind.contexts.catalog.schemas.common import Person

RelationshipType = Literal["DEPENDS_ON", "CONTAINS", "PRODUCES", "USES", "RELATED_TO"]
PERSON = "person"
"""The origin of what people made; all others come back by themselves."""


class Relationship(TypedDict):
    """An edge as it was given; `origin` says who vouches for it, such as a crawl or a person."""

    id: UUID
    source_asset_id: UUID
    target_asset_id: UUID
    type: str
    metadata: dict[str, Any]
    origin: str
    created_by: Person | None
    created_at: datetime


class End(TypedDict):
    """The asset at an end of an edge, as far as a list names it."""

    id: UUID
    name: str
    type: str
    qualified_name: str


class RelationshipListed(Relationship):
    """An edge with the assets at its ends, which are null for who may not read assets."""

    source_asset: End | None
    target_asset: End | None


class RelationshipCreate(BaseModel):
    """A new edge; `column_mapping` in metadata names columns of the end that reads, each with those it is made of.

    The source reads, but in `PRODUCES` the target does.
    """

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "source_asset_id": "00000000-0000-4000-8000-000000000001",
                    "target_asset_id": "00000000-0000-4000-8000-000000000002",
                    "type": "DEPENDS_ON",
                    "metadata": {"column_mapping": {"total": ["net_total"]}},
                }
            ]
        },
    )
    source_asset_id: UUID
    target_asset_id: UUID
    type: RelationshipType
    metadata: dict[str, Any] = Field(default_factory=dict)


class RelationshipQuery(BaseModel):
    """Filters of a list of edges; `asset_id` is at either end."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)

    asset_id: UUID | None = None
    type: RelationshipType | None = None
    origin: Annotated[str, Field(max_length=32)] | None = None
