"""Versions of assets, which the metastore design does not have."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Path, Query

from crosswind.contexts.catalog.versions.schemas import (
    AssetDiff,
    AssetRestored,
    AssetVersion,
    AssetVersionDetail,
    DiffQuery,
)
from crosswind.doors.rest.families import PLATFORM
from crosswind.doors.rest.family import Family, IfMatch
from crosswind.doors.rest.services import Versions
from crosswind.kit.paging import Page, Window

Number = Annotated[int, Path(ge=0, lt=2**31)]

router = Family(PLATFORM, tags=["Versions"])


@router.get("/assets/{asset_id}/versions", permission="asset:read")
def list_versions(versions: Versions, asset_id: UUID, window: Window) -> Page[AssetVersion]:
    """List the changes of an asset, newest first."""
    return versions.list(asset_id, window)


@router.get("/assets/{asset_id}/versions/{number}", permission="asset:read")
def get_version(versions: Versions, asset_id: UUID, number: Number) -> AssetVersionDetail:
    """Return an asset as it was."""
    return versions.get(asset_id, number)


@router.get("/assets/{asset_id}/diff", permission="asset:read")
def compare_versions(versions: Versions, asset_id: UUID, query: Annotated[DiffQuery, Query()]) -> AssetDiff:
    """Compare two versions of an asset, and tell which changes of its schema break readers or writers."""
    return versions.diff(asset_id, query.before, query.after)


@router.post("/assets/{asset_id}/versions/{number}/restore", permission="asset:update")
def restore_version(versions: Versions, asset_id: UUID, number: Number, version: IfMatch) -> AssetRestored:
    """Write again what people had written then; what the source says is not brought back."""
    return versions.restore(asset_id, number, version)
