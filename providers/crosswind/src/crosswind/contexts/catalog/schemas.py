"""What the catalog shows and takes; what is shown are plain dicts, so that a hot read builds nothing else."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal, NotRequired
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from typing_extensions import TypedDict

from crosswind.kit.errors import Invalid
from crosswind.kit.text import check_name

AssetType = Literal["TABLE", "VIEW", "DASHBOARD", "PIPELINE", "DATASET", "CHART"]
LineageType = Literal["DEPENDS_ON", "USES", "PRODUCES"]
MOST_TAGS = 100
TAGGED = "A tag's id or name, on the asset or on one of its columns"
CLASSIFIED = "A classification of the asset or of one of its columns"
OWNED = "The name of a person or team that answers for the asset"
PLACED = "A domain's id or name"
MEANT = "A term's id, name or synonym, on the asset or on one of its columns"
SOLD = "A data product's id or name"
ASKED = 'Words, and filters such as type:TABLE tag:PII owner:ana domain:"Sales EU"'


def _plain(text: str) -> str:
    try:
        check_name(text, "it")
    except Invalid:
        raise ValueError("holds a control character or one that changes the direction of text") from None
    return text


Word = Annotated[str, Field(min_length=1, max_length=100, pattern=r"\S"), AfterValidator(_plain)]
Title = Annotated[str, Field(min_length=1, max_length=255, pattern=r"\S"), AfterValidator(_plain)]
Place = Annotated[str, Field(min_length=1, max_length=500, pattern=r"\S"), AfterValidator(_plain)]
Tags = Annotated[list[Word], Field(max_length=MOST_TAGS)]
Prose = Annotated[str, Field(max_length=20_000)]


class Person(TypedDict):
    """Who made something."""

    id: str
    name: str | None


class Owner(TypedDict):
    """Who answers for an asset: a user or a team, in a technical or business role or as steward."""

    kind: str
    name: str
    role: str


class PropagatedTag(TypedDict):
    """A tag that reached an asset along lineage, and the nearest asset that people put it on."""

    tag: str
    from_asset: UUID
    depth: int


class Brief(TypedDict):
    """An asset as others refer to it."""

    id: UUID
    name: str
    type: str
    qualified_name: str
    connection_id: str | None
    description: str | None
    tags: list[str]
    classification: str | None
    schema: str | None
    database: str | None
    removed_at: datetime | None


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


class AssetQuery(BaseModel):
    """Filters of a list of assets."""

    type: AssetType | None = None
    tag: str | None = Field(None, max_length=100, description=TAGGED)
    classification: str | None = Field(None, max_length=100, description=CLASSIFIED)
    created_after: datetime | None = None
    created_before: datetime | None = None
    search: str | None = Field(None, max_length=200)
    connection_id: str | None = Field(None, max_length=128)
    schema_: str | None = Field(None, max_length=1000, alias="schema")
    removed: bool = Field(False, description="Show what vanished from its source instead of what is there")
    sort: str = Field("updated_at:desc", pattern=r"^(updated_at|created_at|name|qualified_name|type)(:(asc|desc))?$")
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
        """Whether it asks for all that there is."""
        return self.model_fields_set <= {"sort", "cursor", "include", "type"}

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
    columns: Annotated[list[ColumnUpdate], Field(max_length=10_000)] = Field(default_factory=list)


class Hit(TypedDict):
    """A found asset; `highlights` are HTML by field: escaped, with `<em>` around what matched."""

    asset: Brief
    score: float
    highlights: dict[str, list[str]]


class SearchResult(TypedDict):
    """Hits, best first; a capped total means "that many or more", ranked among the newest or among some of them.

    `words` and `filters` are what the text was read as; `widened` says that it found little by the beginnings of words,
    so that words which hold it inside were looked for too.
    """

    results: list[Hit]
    total: int
    total_is_capped: bool
    ranked_among: Literal["all", "newest", "some"]
    words: str
    filters: dict[str, list[str]]
    widened: bool


class SearchQuery(BaseModel):
    """What is searched for and how it is narrowed."""

    q: str = Field("", max_length=500, description=ASKED)
    type: AssetType | None = None
    tag: str | None = Field(None, max_length=100, description=TAGGED)
    classification: str | None = Field(None, max_length=100, description=CLASSIFIED)
    connection_id: str | None = Field(None, max_length=128)
    connection: str | None = Field(None, max_length=128, description="The same as connection_id, as facets name it")
    schema_: str | None = Field(None, max_length=1000, alias="schema")
    owner: str | None = Field(None, max_length=100, description=OWNED)
    domain: str | None = Field(None, max_length=100, description=PLACED)
    term: str | None = Field(None, max_length=100, description=MEANT)
    product: str | None = Field(None, max_length=100, description=SOLD)

    @model_validator(mode="after")
    def _named_once(self) -> SearchQuery:
        if self.connection and self.connection_id not in {None, self.connection}:
            raise ValueError("connection and connection_id are the same filter; give one of them")
        return self

    @property
    def within(self) -> str | None:
        """The connection that hits are narrowed to."""
        return self.connection_id or self.connection

    @property
    def given(self) -> dict[str, str | None]:
        """The filters, by the words that a query's text has for them."""
        names = ("type", "tag", "classification", "owner", "domain", "term", "product")
        given = {name: getattr(self, name) for name in names}
        return {**given, "connection": self.within, "schema": self.schema_}


class FacetResult(TypedDict):
    """How the hits spread; at most fifty values a facet, the most frequent."""

    facets: dict[str, dict[str, int]]
    total: int
    total_is_capped: bool
    ranked_among: Literal["all", "newest", "some"]


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


class Accepted(TypedDict):
    """An event that was taken in: the asset it is of."""

    id: UUID
    status: Literal["accepted"]


class ItemError(TypedDict):
    """Why one item of a batch cannot be stored."""

    index: int
    field: str
    message: str


class IngestionResult(TypedDict):
    """What a batch did; `errors` lists the first hundred."""

    processed: int
    created: int
    updated: int
    unchanged: int
    errors: list[ItemError]
