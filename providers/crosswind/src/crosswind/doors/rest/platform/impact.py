"""What depends on an asset, and what ran: of the platform's own."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Query

from crosswind.contexts.catalog.schemas.impact import Impact, ImpactQuery
from crosswind.contexts.catalog.schemas.runs import JobRunQuery, RunShown
from crosswind.doors.rest.families import PLATFORM
from crosswind.doors.rest.family import Family
from crosswind.doors.rest.services import Impacts, OpenLineage
from crosswind.kit.paging import Page, Window

router = Family(PLATFORM, tags=["Lineage"])


@router.get("/assets/{asset_id}/impact", permission="asset:read")
def get_impact(impacts: Impacts, asset_id: UUID, query: Annotated[ImpactQuery, Query()]) -> Impact:
    """Return what breaks downstream of an asset or column, by distance, with the owners to tell."""
    return impacts.of(asset_id, query)


@router.get("/assets/{asset_id}/runs", permission="asset:read")
def list_asset_runs(
    openlineage: OpenLineage, asset_id: UUID, query: Annotated[JobRunQuery, Query()], window: Window
) -> Page[RunShown]:
    """List the runs of a pipeline, or those that wrote a dataset, newest first."""
    return openlineage.runs(asset_id, query, window)
