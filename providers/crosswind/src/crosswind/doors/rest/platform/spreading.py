"""How tags spread along lineage."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Path

from crosswind.contexts.catalog.spreading.service import Propagation, TagSpread
from crosswind.doors.rest.families import PLATFORM
from crosswind.doors.rest.family import Family
from crosswind.doors.rest.services import Spreading

TagId = Annotated[UUID, Path(alias="id")]

router = Family(PLATFORM, tags=["Vocabulary"])


@router.put("/tags/{id}/propagation", permission="tag:update")
def set_tag_propagation(spreading: Spreading, tag_id: TagId, body: Propagation) -> TagSpread:
    """Let a tag spread downstream along lineage, so many edges far, or no longer."""
    return spreading.set(tag_id, body)
