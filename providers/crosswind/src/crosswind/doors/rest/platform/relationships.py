"""Relationships, to be looked at: the metastore design makes and deletes them only."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Query

from crosswind.contexts.catalog.schemas.relationships import Relationship, RelationshipListed, RelationshipQuery
from crosswind.doors.rest.families import PLATFORM
from crosswind.doors.rest.family import Family
from crosswind.doors.rest.services import Relationships
from crosswind.kit.paging import Page, Window

router = Family(PLATFORM, tags=["Relationships"])


@router.get("/relationships", permission="relationship:read")
def list_relationships(
    relationships: Relationships, query: Annotated[RelationshipQuery, Query()], window: Window
) -> Page[RelationshipListed]:
    """List relationships with the assets at their ends, such as those at either end of an asset."""
    return relationships.list(query, window)


@router.get("/relationships/{relationship_id}", permission="relationship:read")
def get_relationship(relationships: Relationships, relationship_id: UUID) -> Relationship:
    """Return a relationship."""
    return relationships.get(relationship_id)
