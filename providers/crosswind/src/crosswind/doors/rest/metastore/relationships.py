"""Relationships of the metastore design."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Path

from crosswind.contexts.catalog.schemas.relationships import Relationship, RelationshipCreate
from crosswind.doors.rest.families import METASTORE
from crosswind.doors.rest.family import Family
from crosswind.doors.rest.services import Relationships

router = Family(METASTORE, tags=["Relationships"])


@router.post("/relationships", permission="relationship:create", status=201)
def create_relationship(relationships: Relationships, body: RelationshipCreate) -> Relationship:
    """Join two assets."""
    return relationships.create(body)


@router.delete("/relationships/{id}", permission="relationship:delete", status=204)
def delete_relationship(relationships: Relationships, relationship_id: Annotated[UUID, Path(alias="id")]) -> None:
    """Remove a relationship that a person made."""
    relationships.delete(relationship_id)
