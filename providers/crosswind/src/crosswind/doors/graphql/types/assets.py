"""Assets with what belongs to them, and the edges between them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import strawberry
from strawberry import ID, UNSET
from strawberry.scalars import JSON

from crosswind.contexts.catalog.schemas.lineage import LineageQuery
from crosswind.doors.graphql.context import Context
from crosswind.doors.graphql.loaders import Walk
from crosswind.doors.graphql.needs import computed
from crosswind.doors.graphql.scalars import AssetType, LineageDirection, RelationshipType
from crosswind.doors.graphql.shown import Shown
from crosswind.doors.graphql.types.inputs import LineageFilter, given, plain, taken
from crosswind.doors.graphql.types.people import Tag, User, tags_of

NESTED_LINEAGE = 100
"""Entries of an asset's lineage where no limit is given."""
_IN_FULL = frozenset({"metadata", "schema", "created_by", "source_version"})
"""What only an asset in full tells rightly; a list and a lineage tell less of it."""


@strawberry.type(description="A tag that reached a column along column lineage.")
class PropagatedColumnTag(Shown):
    """A tag that reached a column along column lineage."""

    tag: str
    from_asset: ID = strawberry.field(description="The asset of the nearest column that people put it on.")
    from_name: str | None = strawberry.field(description="Null where you may not see that asset.")
    from_column: str | None = strawberry.field(description="That column; null where you may not see its asset.")
    depth: int


@strawberry.type(description="A column.")
class SchemaElement(Shown):
    """A column."""

    id: ID
    name: str
    type: str
    nullable: bool
    position: int
    default: str | None
    identity: str | None
    generated: str | None
    comment: str | None = strawberry.field(description="What the source says.")
    description: str | None = strawberry.field(description="What people wrote, else what the source says.")
    classification: str | None
    primary_key: bool
    unique: bool
    references: list[str] = strawberry.field(description="The columns that its foreign keys point to.")

    @computed("The tags that people put on the column.")
    async def tags(self) -> list[Tag]:
        """Loaded for all columns at once."""
        return await tags_of(self.context, self.facts["tags"])

    @computed("Tags that reached it along column lineage, with where they came from.")
    def propagated_tags(self) -> list[PropagatedColumnTag]:
        """Part of the column."""
        return PropagatedColumnTag.each(self.context, self.facts["propagated_tags"])


@strawberry.type(description="Who answers for an asset.")
class Owner(Shown):
    """Who answers for an asset."""

    kind: str
    name: str
    role: str


@strawberry.type(description="A tag that reached an asset along lineage.")
class PropagatedTag(Shown):
    """A tag that reached an asset along lineage."""

    tag: str
    from_asset: ID = strawberry.field(description="The nearest asset that people put it on.")
    from_name: str | None = strawberry.field(description="Null where you may not see that asset.")
    depth: int


@strawberry.type(description="A table, view, dashboard, pipeline, dataset or chart.")
class Asset(Shown):
    """An asset; what its facts do not hold is loaded for all assets of the answer at once."""

    id: ID
    type: AssetType
    name: str
    qualified_name: str
    description: str | None
    metadata: JSON | None
    created_by: User | None
    created_at: datetime
    updated_at: datetime
    classification: str | None
    connection_id: ID | None
    domain: str | None
    terms: list[str] | None = strawberry.field(description="Terms of the glossary.")
    products: list[str] | None = strawberry.field(description="Data products that it is part of.")
    crawled_at: datetime | None = strawberry.field(description="When a crawl last saw it in full.")
    removed_at: datetime | None = strawberry.field(description="When it vanished from its source.")
    version: int = strawberry.field(description="Counts what people changed; mutations take it to refuse a stale one.")
    source_version: int = strawberry.field(description="Counts what crawls changed.")

    def read(self, name: str) -> Any:
        """A fact that is there, else one of the asset in full."""
        if name in self.facts and (name not in _IN_FULL or "source_version" in self.facts):
            found = self.facts[name]
            return User.of(self.context, found) if name == "created_by" and found is not None else found
        return self._loaded(name)

    async def _loaded(self, name: str) -> Any:
        self.facts = {**self.facts, **await self.context.loaders.asset(UUID(str(self.facts["id"])))}
        return self.read(name)

    async def _list(self, name: str) -> list[Any]:
        found = self.read(name)
        return (found if isinstance(found, list) else await found) or []

    @computed("The tags that people put on it.")
    async def tags(self) -> list[Tag]:
        """Loaded for all assets at once."""
        return await tags_of(self.context, self.facts["tags"])

    @computed("Its columns, in the order of the source; empty where it has none.")
    async def schema(self) -> list[SchemaElement] | None:
        """Loaded for all assets at once."""
        columns = await self._list("schema")
        self.context.show(len(columns))
        return SchemaElement.each(self.context, columns)

    @computed("Who answers for it.")
    async def owners(self) -> list[Owner] | None:
        """Loaded for all assets at once."""
        return Owner.each(self.context, await self._list("owners"))

    @computed("Tags that reached it along lineage, with where they came from.")
    async def propagated_tags(self) -> list[PropagatedTag] | None:
        """Loaded for all assets at once."""
        return PropagatedTag.each(self.context, await self._list("propagated_tags"))

    @computed(
        "What `restoreAssetVersion` left out, as the catalog has it no more: domain and terms; null in other answers."
    )
    def not_restored(self) -> list[str] | None:
        """Told by the restoring alone."""
        found: list[str] | None = self.facts.get("not_restored")
        return found

    @computed(
        "What it is made of and what is made of it: three levels, both ways and at most 100 edges "
        "where nothing else is asked for."
    )
    async def lineage(
        self,
        depth: int | None = UNSET,
        direction: LineageDirection | None = UNSET,
        limit: int | None = UNSET,
        filter: LineageFilter | None = UNSET,  # noqa: A002 - the argument's name
    ) -> LineageGraph | None:
        """Walked for all assets at once; whoever may only write an asset is not shown others by it."""
        self.context.require("asset:read", "Asset.lineage")
        query = lineage_query(depth, direction, limit if given(limit) else NESTED_LINEAGE, filter)
        walk = Walk(UUID(str(self.facts["id"])), query.model_dump_json())
        found = await self.context.loaders.lineages.load(walk)
        return None if found is None else LineageGraph.of(self.context, found)


@strawberry.type(description="A column, and the one of the downstream asset that is made of it.")
class ColumnPair(Shown):
    """A column and the one that is made of it."""

    upstream: str
    downstream: str


@strawberry.type(description="An edge, as it was given.")
class Relationship(Shown):
    """An edge; its ends are assets that the lineage shows anyway, or are loaded."""

    id: ID
    type: RelationshipType
    metadata: JSON | None
    created_at: datetime
    origin: str | None = strawberry.field(
        description="Who vouches for it, such as a crawl or a person; null in a lineage, which does not tell it."
    )

    @computed("Which person made it; null in a lineage, which does not tell it.")
    def created_by(self) -> User | None:
        """The person that the edge tells of."""
        by = self.facts.get("created_by")
        return None if by is None else User.of(self.context, by)

    @computed("Where the lineage of a column was asked for: the columns by which the walk went on.")
    def columns(self) -> list[ColumnPair] | None:
        """The walk's own."""
        pairs = self.facts.get("columns")
        return None if pairs is None else ColumnPair.each(self.context, pairs)

    @computed("Where it starts.")
    async def source(self) -> Asset:
        """The asset at its start."""
        return await self._end("source")

    @computed("Where it leads.")
    async def target(self) -> Asset:
        """The asset at its end."""
        return await self._end("target")

    async def _end(self, name: str) -> Asset:
        self.context.require("asset:read", f"Relationship.{name}")
        known = self.facts.get(name)
        if known is None:
            known = await self.context.loaders.asset(self.facts[f"{name}_asset_id"])
        return Asset.of(self.context, known)


@strawberry.type(description="An asset that lineage leads to, and the edge that leads there.")
class LineageEdge(Shown):
    """An asset that lineage leads to."""

    depth: int = strawberry.field(description="How many edges away from the asset that was asked for.")
    asset: Asset
    relationship: Relationship


@strawberry.type(description="What an asset is made of, and what is made of it.")
class LineageGraph(Shown):
    """The lineage of one asset."""

    is_partial: bool = strawberry.field(description="Whether there is more, beyond the depth or the limit.")

    @computed("The asset that was asked for.")
    def asset(self) -> Asset:
        """The start of the walk."""
        return Asset.of(self.context, self.facts["asset"])

    @computed("What it is made of.")
    def upstream(self) -> list[LineageEdge]:
        """Edges towards the sources."""
        return self._edges("upstream")

    @computed("What is made of it.")
    def downstream(self) -> list[LineageEdge]:
        """Edges away from the sources."""
        return self._edges("downstream")

    def _edges(self, side: str) -> list[LineageEdge]:
        entries = self.facts[side]
        self.context.show(len(entries))
        known = self._known()
        return [LineageEdge.of(self.context, _edge(self.context, entry, known)) for entry in entries]

    def _known(self) -> dict[UUID, Mapping[str, Any]]:
        found = {
            entry["asset"]["id"]: entry["asset"] for side in ("upstream", "downstream") for entry in self.facts[side]
        }
        return {**found, self.facts["asset"]["id"]: self.facts["asset"]}


@strawberry.type(description="What a page is part of.")
class PageInfo(Shown):
    """Where a page stands in its list."""

    has_next_page: bool
    has_previous_page: bool
    end_cursor: str | None = strawberry.field(description="What `pagination.after` of the next page takes.")


@strawberry.type(description="One page of assets.")
class AssetConnection(Shown):
    """One page of assets."""

    total_count: int
    total_is_capped: bool = strawberry.field(description="Whether there are more than the count tells.")

    @computed("The assets of this page.")
    def nodes(self) -> list[Asset]:
        """The page itself."""
        return Asset.each(self.context, self.facts["nodes"])

    @computed("Whether there is more.")
    def page_info(self) -> PageInfo:
        """Where the page stands."""
        return PageInfo.of(self.context, self.facts)


def lineage_query(depth: object, direction: object, limit: object, narrowed: object) -> LineageQuery:
    """The service's query of lineage; what is not given is as in REST."""
    asked: dict[str, Any] = plain(narrowed) if given(narrowed) else {}
    names = {"relationship_types": "relationship_type", "asset_types": "asset_type"}
    values = {names.get(name, name): value for name, value in asked.items()}
    values |= {"depth": depth, "direction": plain(direction), "limit": limit}
    return taken(LineageQuery, {name: value for name, value in values.items() if given(value)}, "lineage")


def _edge(context: Context, entry: Mapping[str, Any], known: Mapping[UUID, Mapping[str, Any]]) -> dict[str, Any]:
    relationship = entry["relationship"]
    ends = {side: known.get(relationship[f"{side}_asset_id"]) for side in ("source", "target")}
    return {
        "depth": relationship["depth"],
        "asset": Asset.of(context, entry["asset"]),
        "relationship": Relationship.of(context, {**relationship, **ends}),
    }
