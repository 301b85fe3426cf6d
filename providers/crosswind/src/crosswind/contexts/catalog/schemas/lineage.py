"""How lineage is asked for and shown."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal, NotRequired
from uuid import UUID

from pydantic import BaseModel, Field
from typing_extensions import TypedDict

from crosswind.contexts.catalog.schemas.common import AssetType, Brief

LineageType = Literal["DEPENDS_ON", "USES", "PRODUCES"]


class ColumnPair(TypedDict):
    """A column and the one it is made of."""

    upstream: str
    downstream: str


class RelationshipShown(TypedDict):
    """An edge; `depth` is its distance from the asset asked for, `column_mapping` in metadata names reader and read.

    `columns` is there when a column was asked for: those by which the walk went on.
    """

    id: UUID
    type: str
    source_asset_id: UUID
    target_asset_id: UUID
    metadata: dict[str, Any]
    created_at: datetime
    depth: int
    columns: NotRequired[list[ColumnPair]]


class LineageEntry(TypedDict):
    """An asset and the edge that leads to it."""

    asset: Brief
    relationship: RelationshipShown


class Lineage(TypedDict):
    """What an asset is made of and what is made of it; partial when a limit cut it."""

    asset: Brief
    upstream: list[LineageEntry]
    downstream: list[LineageEntry]
    is_partial: bool


class LineageQuery(BaseModel):
    """How far to look, where, and at most how much.

    `relationship_type` narrows the edges that are walked, `asset_type` the assets that are shown of them.
    """

    depth: int = Field(3, ge=1, le=10)
    direction: Literal["upstream", "downstream", "both"] = "both"
    limit: int = Field(1_000, ge=1, le=5_000, description="At most as many entries, of both directions together")
    relationship_type: list[LineageType] = Field(default_factory=list, max_length=3)
    asset_type: list[AssetType] = Field(default_factory=list, max_length=6)
    column: str | None = Field(
        None, min_length=1, max_length=512, description="Walk from this column by what edges say of columns"
    )

    @property
    def directions(self) -> tuple[Literal["upstream", "downstream"], ...]:
        """The ways to go."""
        return ("upstream", "downstream") if self.direction == "both" else (self.direction,)
