"""Who the caller is to us."""

from __future__ import annotations

from crosswind.contexts.access.schemas import Me
from crosswind.doors.rest.families import PLATFORM
from crosswind.doors.rest.family import Family
from crosswind.doors.rest.services import Access

router = Family(PLATFORM, tags=["Access"])


@router.get("/me", permission="me:read")
def get_me(access: Access) -> Me:
    """Tell who I am."""
    return access.me()
