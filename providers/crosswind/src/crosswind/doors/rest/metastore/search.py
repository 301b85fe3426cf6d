"""Search of the metastore design."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

from crosswind.contexts.catalog.schemas.search import FacetResult, SearchQuery, SearchResult
from crosswind.doors.rest.families import METASTORE
from crosswind.doors.rest.family import Family
from crosswind.doors.rest.services import Search
from crosswind.kit.paging import Window

router = Family(METASTORE, tags=["Search"])


@router.get("/search", permission="asset:read")
def search(searches: Search, query: Annotated[SearchQuery, Query()], window: Window) -> SearchResult:
    """Find assets by words of names, columns, comments, descriptions and tags."""
    return searches.search(query, window)


@router.get("/search/facets", permission="asset:read")
def facets(searches: Search, query: Annotated[SearchQuery, Query()]) -> FacetResult:
    """Count the hits by type, tag, classification, connection, schema, owner, domain and term."""
    return searches.facets(query)
