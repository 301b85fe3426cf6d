"""The queries."""

# ruff: noqa: A002 - the names of arguments are the design's
from __future__ import annotations

from typing import Annotated, Any

import strawberry
from strawberry import ID, UNSET, Info

from crosswind.contexts.catalog.schemas.assets import TagsQuery
from crosswind.contexts.catalog.schemas.relationships import RelationshipQuery
from crosswind.contexts.catalog.schemas.search import SearchQuery
from crosswind.contexts.catalog.schemas.tags import TagQuery
from crosswind.contexts.catalog.versions.schemas import DiffQuery
from crosswind.contexts.tasks.schemas import RunQuery
from crosswind.doors.graphql.context import Context, reach
from crosswind.doors.graphql.needs import reads
from crosswind.doors.graphql.scalars import AssetType, LineageDirection, RelationshipType, identifier
from crosswind.doors.graphql.types.assets import Asset, AssetConnection, LineageGraph, Relationship, lineage_query
from crosswind.doors.graphql.types.impacts import ImpactReport, impact_query
from crosswind.doors.graphql.types.inputs import (
    AssetFilter,
    LineageFilter,
    Pagination,
    SearchFilters,
    TagFilter,
    filtered,
    plain,
    window,
)
from crosswind.doors.graphql.types.people import Tag
from crosswind.doors.graphql.types.searches import SearchFacets, SearchPage, SearchResult
from crosswind.doors.graphql.types.tasks import BackgroundTask, TaskFilter
from crosswind.doors.graphql.types.versions import AssetDiff, AssetVersion

Here = Info[Context, Any]


@strawberry.type(description="What can be asked.")
class Query:
    """The queries."""

    @reads("asset:read", "An asset by its id.")
    def asset(self, info: Here, id: ID) -> Asset | None:
        """An asset in full."""
        context = reach(info)
        return Asset.of(context, context.services.catalog.get(identifier(id, "id")))

    @reads("asset:read", "One page of the assets, the latest changed first.")
    def assets(
        self,
        info: Here,
        filter: AssetFilter | None = UNSET,
        pagination: Pagination | None = UNSET,
    ) -> AssetConnection | None:
        """One page of the assets."""
        context, part = reach(info), window(pagination)
        page = context.services.catalog.list(asset_query(filter, pagination), part)
        context.show(len(page.items))
        facts = {
            "nodes": page.items,
            "total_count": page.total,
            "total_is_capped": page.capped,
            "has_next_page": page.has_more,
            "has_previous_page": part.offset > 0 or bool(pagination and pagination.after),
            "end_cursor": page.next_cursor,
        }
        return AssetConnection.of(context, facts)

    @reads("asset:read", "Assets found by words of names, columns, descriptions and tags, the best first.")
    def search(
        self,
        info: Here,
        query: str,
        filters: SearchFilters | None = UNSET,
        pagination: Pagination | None = UNSET,
    ) -> list[SearchResult | None] | None:
        """Hits, best first."""
        context = reach(info)
        found = context.services.search.search(filtered(SearchQuery, filters, q=query), window(pagination))
        return list(SearchResult.each(context, found["results"]))

    @reads("asset:read", "The same as `search`, with how many were found and what its text was read as.")
    def search_page(
        self,
        info: Here,
        query: str,
        filters: SearchFilters | None = UNSET,
        pagination: Pagination | None = UNSET,
    ) -> SearchPage | None:
        """Hits, best first, and what the text was read as."""
        context = reach(info)
        found = context.services.search.search(filtered(SearchQuery, filters, q=query), window(pagination))
        return SearchPage.of(context, found)

    @reads("asset:read", "How the hits of a search spread over types, tags, connections and schemas.")
    def facets(self, info: Here, query: str, filters: SearchFilters | None = UNSET) -> SearchFacets | None:
        """The facets of a search."""
        context = reach(info)
        return SearchFacets.of(context, context.services.search.facets(filtered(SearchQuery, filters, q=query)))

    @reads("asset:read", "What an asset is made of and what is made of it; three levels both ways if not told else.")
    def lineage(
        self,
        info: Here,
        asset_id: ID,
        depth: int | None = UNSET,
        direction: LineageDirection | None = UNSET,
        limit: int | None = UNSET,
        filter: LineageFilter | None = UNSET,
    ) -> LineageGraph | None:
        """The lineage of one asset."""
        context = reach(info)
        query = lineage_query(depth, direction, limit, filter)
        return LineageGraph.of(context, context.services.lineages.of(identifier(asset_id, "assetId"), query))

    @reads(
        "asset:read", "What breaks when an asset, or one of its columns, changes, and whom to tell; ten levels down."
    )
    def impact(
        self,
        info: Here,
        asset_id: ID,
        depth: int | None = UNSET,
        limit: int | None = UNSET,
        column: str | None = UNSET,
        asset_types: list[AssetType] | None = UNSET,
    ) -> ImpactReport | None:
        """The impact of a change."""
        context = reach(info)
        query = impact_query(depth, limit, column, asset_types)
        return ImpactReport.of(context, context.services.impacts.of(identifier(asset_id, "assetId"), query))

    @reads("relationship:read", "Edges as they were given, oldest first; of one asset where its id is given.")
    def relationships(
        self,
        info: Here,
        asset_id: ID | None = UNSET,
        type: RelationshipType | None = UNSET,
        pagination: Pagination | None = UNSET,
    ) -> list[Relationship] | None:
        """One window of the edges."""
        context = reach(info)
        query = filtered(RelationshipQuery, UNSET, asset_id=asset_id, type=plain(type))
        page = context.services.relationships.list(query, window(pagination))
        return Relationship.each(context, page.items)

    @reads("asset:read", "The versions of an asset, the latest first.")
    def asset_versions(
        self, info: Here, asset_id: ID, pagination: Pagination | None = UNSET
    ) -> list[AssetVersion] | None:
        """One window of the versions."""
        context = reach(info)
        page = context.services.versions.list(identifier(asset_id, "assetId"), window(pagination))
        return AssetVersion.each(context, page.items)

    @reads("asset:read", "How two versions differ: without `to` the present one, without `from` the one before that.")
    def asset_diff(
        self,
        info: Here,
        asset_id: ID,
        before: Annotated[int | None, strawberry.argument(name="from")] = UNSET,
        after: Annotated[int | None, strawberry.argument(name="to")] = UNSET,
    ) -> AssetDiff | None:
        """How two versions differ."""
        context = reach(info)
        query = filtered(DiffQuery, UNSET, before=before, after=after)
        found = context.services.versions.diff(identifier(asset_id, "assetId"), query.before, query.after)
        return AssetDiff.of(context, found)

    @reads("tag:read", "The vocabulary of tags, by name.")
    def tags(
        self,
        info: Here,
        filter: TagFilter | None = UNSET,
        pagination: Pagination | None = UNSET,
    ) -> list[Tag | None] | None:
        """One window of the tags."""
        context = reach(info)
        page = context.services.tags.list(filtered(TagQuery, filter), window(pagination))
        return list(Tag.each(context, page.items))

    @reads("task:read", "A task by its id, as its run in Airflow stands now.")
    def task(self, info: Here, id: ID) -> BackgroundTask | None:
        """A task."""
        context = reach(info)
        return BackgroundTask.of(context, vars(context.services.tasks.get(id)))

    @reads("task:read", "Tasks, the latest first.")
    def tasks(
        self,
        info: Here,
        filter: TaskFilter | None = UNSET,
        pagination: Pagination | None = UNSET,
    ) -> list[BackgroundTask | None] | None:
        """One window of the tasks."""
        context = reach(info)
        page = context.services.tasks.page(filtered(RunQuery, filter), window(pagination))
        return list(BackgroundTask.each(context, (vars(each) for each in page.items)))


def asset_query(narrowed: AssetFilter | None, pagination: Pagination | None) -> TagsQuery:
    """The service's query of a list of assets."""
    cursor = pagination.after if pagination else None
    return filtered(TagsQuery, narrowed, cursor=cursor)
