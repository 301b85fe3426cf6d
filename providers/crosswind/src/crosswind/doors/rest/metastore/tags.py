"""Tags of the metastore design."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

from crosswind.contexts.catalog.schemas.tags import Tag, TagCreate, TagQuery
from crosswind.doors.rest.families import METASTORE
from crosswind.doors.rest.family import Family
from crosswind.doors.rest.services import TagsOf
from crosswind.kit.paging import Page, Window

router = Family(METASTORE, tags=["Tags"])


@router.get("/tags", permission="tag:read")
def list_tags(tags: TagsOf, query: Annotated[TagQuery, Query()], window: Window) -> Page[Tag]:
    """List tags."""
    return tags.list(query, window)


@router.post("/tags", permission="tag:create", status=201)
def create_tag(tags: TagsOf, body: TagCreate) -> Tag:
    """Add a tag."""
    return tags.create(body)
