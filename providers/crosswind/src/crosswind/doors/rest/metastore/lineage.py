"""Lineage of the metastore design."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Path, Query

from crosswind.contexts.catalog.schemas import Lineage, LineageQuery
from crosswind.doors.rest.families import METASTORE
from crosswind.doors.rest.family import Family
from crosswind.doors.rest.services import Lineages

router = Family(METASTORE, tags=["Assets"])


@router.get("/assets/{id}/lineage", permission="asset:read")
def get_lineage(
    lineages: Lineages, asset_id: Annotated[UUID, Path(alias="id")], query: Annotated[LineageQuery, Query()]
) -> Lineage:
    """Return what an asset is made of and what is made of it, also of one that vanished."""
    return lineages.of(asset_id, query)
