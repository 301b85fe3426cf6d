"""Assets as they are asked for, written and shown."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal, NotRequired
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StrictBool, field_validator, model_validator
from typing_extensions import TypedDict

from crosswind.contexts.catalog.schemas.common import (
    CLASSIFIED,
    MEANT,
    OWNED,
    PLACED,
    SOLD,
    TAGGED,
    AssetType,
    ColumnName,
    Fact,
    Owner,
    Person,
    Place,
    Prose,
    Tags,
    Title,
    Word,
)
from crosswind.contexts.catalog.wire import LONGEST_PLACE
from crosswind.kit.errors import Invalid
from crosswind.kit.text import formed

MOST_COLUMNS = 10_000


class PropagatedTag(TypedDict):
    """A tag that reached an asset along lineage, and the nearest asset that people put it on.

    `from_name` is null where the reader may not see that asset.
    """

    tag: str
    from_asset: UUID
    from_name: str | None
    depth: int


class PropagatedColumnTag(PropagatedTag):
    """A tag that reached a column along column lineage, and the nearest column that people put it on.

    `from_name` and `from_column` are null where the reader may not see the asset of that column.
    """

    from_column: str | None


class Asset(TypedDict):
    """An asset in a list; `metadata` shows what people wrote over what the source says."""

    id: UUID
    type: str
    name: str
    qualified_name: str
    description: str | None
    metadata: dict[str, Any]
    tags: list[str]
    classification: str | None
    connection_id: str | None
    created_at: datetime
    updated_at: datetime
    crawled_at: datetime | None
    removed_at: datetime | None
    version: int
    owners: list[Owner]
    domain: str | None
    terms: list[str]
    products: list[str]
    propagated_tags: list[PropagatedTag]


class SchemaColumn(TypedDict):
    """A column; `references` are the columns its foreign keys point to."""

    id: UUID
    name: str
    type: str
    nullable: bool
    position: int
    default: str | None
    identity: str | None
    generated: str | None
    comment: str | None
    description: str | None
    tags: list[str]
    propagated_tags: list[PropagatedColumnTag]
    classification: str | None
    primary_key: bool
    unique: bool
    references: list[str]


class AssetListed(Asset):
    """An asset in a list, with its columns where those are asked for."""

    schema: NotRequired[list[SchemaColumn]]


class AssetDetail(Asset):
    """An asset with its columns; `version` counts what people changed, `source_version` what crawls did."""

    schema: list[SchemaColumn]
    created_by: Person | None
    source_version: int


_SORTS = r"^(updated_at|created_at|name|qualified_name|type)(:(asc|desc))?$"
_SORTED = "must be one of updated_at, created_at, name, qualified_name and type, with :asc or :desc"
Sort = Annotated[str, Field(json_schema_extra={"pattern": _SORTS}), formed(_SORTS, _SORTED)]


class AssetQuery(BaseModel):
    """Filters of a list of assets."""

    type: AssetType | None = None
    tag: str | None = Field(None, max_length=100, description=TAGGED)
    classification: str | None = Field(None, max_length=100, description=CLASSIFIED)
    created_after: datetime | None = None
    created_before: datetime | None = None
    search: str | None = Field(None, max_length=LONGEST_PLACE)
    connection_id: str | None = Field(None, max_length=128)
    schema_: str | None = Field(None, max_length=1000, alias="schema")
    removed: bool = Field(False, description="Show what vanished from its source instead of what is there")
    sort: Sort = "updated_at:desc"
    owner: str | None = Field(None, max_length=100, description=OWNED)
    domain: str | None = Field(None, max_length=100, description=PLACED)
    term: str | None = Field(None, max_length=100, description=MEANT)
    product: str | None = Field(None, max_length=100, description=SOLD)
    include: Literal["columns"] | None = Field(None, description="Show each asset's columns too, as schema")
    cursor: str | None = Field(
        None, max_length=4096, description="The next_cursor of the page before, with the same filters and sort"
    )

    @property
    def plain(self) -> bool:
        """Whether it asks for all that there is, or all of a type."""
        return not any(self.model_dump(exclude={"sort", "cursor", "include", "type"}).values())

    @property
    def every_tag(self) -> list[str]:
        """Tags that an asset must have, each of them."""
        return [self.tag] if self.tag else []


class TagsQuery(AssetQuery):
    """The same with several tags, each of which an asset must have."""

    tags: Annotated[list[Annotated[str, Field(max_length=100)]], Field(max_length=20)] = Field(default_factory=list)

    @property
    def every_tag(self) -> list[str]:
        """Tags that an asset must have, each of them."""
        return [*super().every_tag, *self.tags]


class ColumnCreate(BaseModel):
    """A column of an asset that no crawl finds, in the order of its table: what the source says, and people."""

    model_config = ConfigDict(extra="forbid")
    name: ColumnName
    type: str = Field("unknown", min_length=1, max_length=2_000)
    nullable: StrictBool = True
    default: Fact | None = None
    identity: Word | None = None
    generated: Fact | None = None
    comment: Fact | None = None
    description: Prose | None = None
    tags: Tags = Field(default_factory=list)
    classification: Word | None = None
    terms: Tags = Field(default_factory=list)


class AssetCreate(BaseModel):
    """An asset that no crawl finds."""

    model_config = ConfigDict(extra="forbid")
    type: AssetType
    name: Title
    qualified_name: Place
    description: Prose | None = None
    metadata: dict[str, Any] = Field(default_factory=dict)
    tags: Tags = Field(default_factory=list)
    classification: Word | None = None
    columns: Annotated[list[ColumnCreate], Field(max_length=MOST_COLUMNS)] = Field(default_factory=list)

    @model_validator(mode="before")
    @classmethod
    def _without_schema(cls, given: Any) -> Any:
        if isinstance(given, dict) and "schema" in given:
            raise Invalid("schema: an asset is made with its columns as `columns`", field="schema")
        return given

    @field_validator("columns")
    @classmethod
    def _each_once(cls, columns: list[ColumnCreate]) -> list[ColumnCreate]:
        seen: set[str] = set()
        for index, column in enumerate(columns):
            if column.name in seen:
                raise Invalid(f"The column '{column.name}' stands twice", field=f"columns.{index}.name")
            seen.add(column.name)
        return columns


class ColumnUpdate(BaseModel):
    """What people write on a column, found by its name; what is left out stays, null empties."""

    model_config = ConfigDict(extra="forbid")
    name: Annotated[str, Field(min_length=1, max_length=512)]
    description: Prose | None = None
    tags: Tags | None = None
    classification: Word | None = None


class AssetUpdate(BaseModel):
    """What people write on an asset and its columns; what is left out stays, null empties.

    `metadata` is merged into what is there, one level deep: a key with null goes. Type, name and qualified name are
    the source's where a crawl found the asset; there they may be given as they are.
    """

    model_config = ConfigDict(extra="forbid")
    type: AssetType | None = None
    name: Title | None = None
    qualified_name: Place | None = None
    description: Prose | None = None
    metadata: dict[str, Any] | None = None
    tags: Tags | None = None
    classification: Word | None = None
    columns: Annotated[list[ColumnUpdate], Field(max_length=MOST_COLUMNS)] = Field(default_factory=list)
