"""Versions as they are shown."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel
from typing_extensions import TypedDict

from crosswind.contexts.catalog.schemas.assets import AssetDetail
from crosswind.contexts.catalog.schemas.common import Owner, Person
from crosswind.contexts.catalog.versions.breaking import SchemaChange

Number = Annotated[int, Field(ge=0, lt=2**31)]


class AssetVersion(TypedDict):
    """One change of an asset: by a person (`curated`) or in its source, in words; `created` is its first state."""

    number: int
    kind: str
    at: datetime
    by: Person | None
    breaking: bool
    changes: list[str]


class AssetVersionDetail(AssetVersion):
    """A version with the asset as it was; `state` is in the metastore's words, source facts beside curated ones."""

    state: dict[str, Any]


class AssetRestored(AssetDetail):
    """An asset as it is now; `not_restored` names the domain and terms of the version that are there no more."""

    not_restored: list[str]


class FieldChange(TypedDict):
    """A field of both states that differs."""

    field: str
    before: Any
    after: Any


class ColumnsChange(TypedDict):
    """Columns by name, and of those that stayed what differs."""

    added: list[str]
    removed: list[str]
    changed: dict[str, list[FieldChange]]


class TagsChange(TypedDict):
    """Tags, terms or data products that came and went."""

    added: list[str]
    removed: list[str]


class OwnersChange(TypedDict):
    """Owners that came and went."""

    added: list[Owner]
    removed: list[Owner]


class AssetDiff(TypedDict):
    """How two versions differ; `schema` tells which changes break readers or writers, `breaking` whether any does."""

    before: int
    after: int
    fields: list[FieldChange]
    tags: TagsChange
    owners: OwnersChange
    terms: TagsChange
    products: TagsChange
    columns: ColumnsChange
    schema: list[SchemaChange]
    breaking: bool


class DiffQuery(BaseModel):
    """Which versions are compared; without `to` the present one, without `from` the one before that."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)

    before: Number | None = Field(None, alias="from")
    after: Number | None = Field(None, alias="to")
