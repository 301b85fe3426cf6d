"""Assets of the metastore design."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Path, Query

from crosswind.contexts.catalog.schemas.assets import AssetCreate, AssetDetail, AssetListed, AssetQuery, AssetUpdate
from crosswind.doors.rest.families import METASTORE
from crosswind.doors.rest.family import Family, IfMatch
from crosswind.doors.rest.services import Catalog, Making
from crosswind.kit.paging import Page, Window

AssetId = Annotated[UUID, Path(alias="id")]

router = Family(METASTORE, tags=["Assets"])


@router.get("/assets", permission="asset:read")
def list_assets(catalog: Catalog, query: Annotated[AssetQuery, Query()], window: Window) -> Page[AssetListed]:
    """List assets."""
    return catalog.list(query, window)


@router.get("/assets/{id}", permission="asset:read")
def get_asset(catalog: Catalog, asset_id: AssetId) -> AssetDetail:
    """Return an asset with its columns."""
    return catalog.get(asset_id)


def make_asset(making: Making, body: AssetCreate) -> AssetDetail | None:
    """Make it in one statement, where that does."""
    return making.create(body)


@router.post("/assets", permission="asset:create", status=201, at_once=make_asset)
def create_asset(catalog: Catalog, body: AssetCreate) -> AssetDetail:
    """Make an asset that no crawl finds."""
    return catalog.create(body)


@router.put("/assets/{id}", permission="asset:update")
def update_asset(catalog: Catalog, asset_id: AssetId, body: AssetUpdate, version: IfMatch) -> AssetDetail:
    """Describe an asset; what is left out stays, and no crawl changes what is written here."""
    return catalog.update(asset_id, body, version)


@router.delete("/assets/{id}", permission="asset:delete", status=204)
def delete_asset(catalog: Catalog, asset_id: AssetId, version: IfMatch) -> None:
    """Remove an asset; one that its source still has comes back with the next crawl."""
    catalog.delete(asset_id, version)
