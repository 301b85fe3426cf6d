"""Lineage of the metastore design."""

from __future__ import annotations

from typing import Annotated, cast
from uuid import UUID

from fastapi import Path, Query
from msgspec import Raw

from crosswind.contexts.catalog.schemas.lineage import Lineage, LineageQuery
from crosswind.contexts.catalog.schemas.sql import SqlLineage, SqlRequest
from crosswind.doors.rest.families import METASTORE
from crosswind.doors.rest.family import Family
from crosswind.doors.rest.request import MEGABYTE
from crosswind.doors.rest.services import Lineages, SqlLineages

router = Family(METASTORE, tags=["Assets"])


@router.get("/assets/{id}/lineage", permission="asset:read")
def get_lineage(
    lineages: Lineages, asset_id: Annotated[UUID, Path(alias="id")], query: Annotated[LineageQuery, Query()]
) -> Lineage:
    """Return what an asset is made of and what is made of it, also of one that vanished."""
    return cast("Lineage", Raw(lineages.as_json(asset_id, query)))


@router.post("/lineage/sql", permission="asset:read", body_limit=4 * MEGABYTE)
def read_sql(sql_lineages: SqlLineages, body: SqlRequest) -> SqlLineage:
    """Tell what statements read, write and make of what; keep it as relationships where `save` says so."""
    return sql_lineages.read(body)
