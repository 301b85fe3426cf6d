"""Assets of the metastore design."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Path, Query
from pydantic import ValidationError

from crosswind.contexts.catalog.repository.making import Draft
from crosswind.contexts.catalog.schemas.assets import AssetCreate, AssetDetail, AssetListed, AssetQuery, AssetUpdate
from crosswind.contexts.catalog.service.making import MakingService
from crosswind.doors.rest.families import METASTORE
from crosswind.doors.rest.family import Family, IfMatch
from crosswind.doors.rest.joint import Joint
from crosswind.doors.rest.request import as_json
from crosswind.doors.rest.services import Catalog
from crosswind.kit.errors import Invalid
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


def read_asset(making: MakingService, body: bytes) -> Draft | None:
    """What a body asks for; None where the ordinary way says what is wrong with it, or looks closer."""
    try:
        return making.draft(AssetCreate.model_validate(as_json(body)))
    except (Invalid, ValidationError):
        return None


@router.post(
    "/assets",
    permission="asset:create",
    status=201,
    joint=Joint("making", read_asset, MakingService.create_together, once=True),
)
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
