"""Tags one by one, and on assets one by one: the metastore design lists and makes them only."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Query

from crosswind.contexts.catalog.schemas.tags import Tag, TagUpdate
from crosswind.doors.rest.families import PLATFORM
from crosswind.doors.rest.family import Family, IfMatch
from crosswind.doors.rest.services import Catalog, TagsOf

router = Family(PLATFORM, tags=["Tags"])


@router.get("/tags/{tag_id}", permission="tag:read")
def get_tag(tags: TagsOf, tag_id: UUID) -> Tag:
    """Return a tag."""
    return tags.get(tag_id)


@router.put("/tags/{tag_id}", permission="tag:update")
def update_tag(tags: TagsOf, tag_id: UUID, body: TagUpdate) -> Tag:
    """Change a tag; a new name goes wherever the tag is."""
    return tags.update(tag_id, body)


@router.delete("/tags/{tag_id}", permission="tag:delete", status=204)
def delete_tag(
    tags: TagsOf, tag_id: UUID, force: Annotated[bool, Query(description="Take it off everything first")] = False
) -> None:
    """Remove a tag; one that is in use only with force."""
    tags.delete(tag_id, force=force)


@router.put("/assets/{asset_id}/tags/{tag_id}", permission="asset:update", status=204)
def add_tag_to_asset(catalog: Catalog, asset_id: UUID, tag_id: UUID, version: IfMatch) -> None:
    """Put a tag on an asset; one that is there already stays as it is."""
    catalog.add_tag(asset_id, tag_id, version)


@router.delete("/assets/{asset_id}/tags/{tag_id}", permission="asset:update", status=204)
def remove_tag_from_asset(catalog: Catalog, asset_id: UUID, tag_id: UUID, version: IfMatch) -> None:
    """Take a tag off an asset."""
    catalog.remove_tag(asset_id, tag_id, version)
