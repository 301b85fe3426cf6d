"""What breaks downstream of an asset, as it is asked for and shown."""

from __future__ import annotations

from typing import NotRequired
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel
from typing_extensions import TypedDict

from crosswind.contexts.catalog.schemas.common import AssetType


class ImpactQuery(BaseModel):
    """What breaks when an asset, or one of its columns, changes."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)
    depth: int = Field(10, ge=1, le=10)
    limit: int = Field(1_000, ge=1, le=5_000, description="At most as many relationships are followed")
    column: str | None = Field(None, min_length=1, max_length=512)
    asset_type: list[AssetType] = Field(default_factory=list, max_length=6)


class Affected(TypedDict):
    """An asset downstream at its least distance; `columns` are those of it that are made of the column asked for."""

    id: UUID
    name: str
    type: str
    qualifiedName: str
    connectionId: str | None
    depth: int
    via: list[str]
    owners: list[str]
    columns: NotRequired[list[str]]


class OwnerTold(TypedDict):
    """Somebody to tell, and how many of the affected assets are theirs."""

    owner: str
    assets: int


class Impact(TypedDict):
    """What lies downstream of an asset, nearest first; counts are of what is listed, partial where there is more."""

    id: UUID
    name: str
    total: int
    byDepth: dict[str, int]
    byType: dict[str, int]
    owners: list[OwnerTold]
    unowned: int
    affected: list[Affected]
    isPartial: bool
