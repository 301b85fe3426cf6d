"""Assets, beside what the metastore design has: what was deleted, and restored again."""

from __future__ import annotations

from uuid import UUID

from crosswind.contexts.catalog.schemas.assets import Asset, AssetDetail
from crosswind.doors.rest.families import PLATFORM
from crosswind.doors.rest.family import Family, IfMatch
from crosswind.doors.rest.services import Catalog
from crosswind.kit.paging import Page, Window

router = Family(PLATFORM, tags=["Assets"])


@router.get("/assets/deleted", permission="asset:read")
def list_deleted_assets(catalog: Catalog, window: Window) -> Page[Asset]:
    """List the assets that people deleted and that can be restored."""
    return catalog.deleted(window)


@router.post("/assets/{asset_id}/restore", permission="asset:delete")
def restore_asset(catalog: Catalog, asset_id: UUID, version: IfMatch) -> AssetDetail:
    """Show a deleted asset again, as it was described."""
    return catalog.restore(asset_id, version)
