"""Attribute grants: what a user is held to."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

from crosswind.contexts.access.schemas import GrantRequest, GrantShown, SubjectQuery
from crosswind.doors.rest.families import PLATFORM
from crosswind.doors.rest.family import Family
from crosswind.doors.rest.services import Access
from crosswind.kit.paging import Page, Window
from crosswind.kit.text import Identifier

router = Family(PLATFORM, tags=["Members and grants"])


@router.get("/grants", permission="grant:read")
def list_grants(access: Access, query: Annotated[SubjectQuery, Query()], window: Window) -> Page[GrantShown]:
    """List what the tenant's users are held to."""
    return access.grants(query, window)


@router.post("/grants", permission="grant:create", status=201)
def add_grant(access: Access, body: GrantRequest) -> GrantShown:
    """Hold a user to a value of an attribute; without any a user is unrestricted in it."""
    return access.add_grant(body)


@router.delete("/grants/{id}", permission="grant:delete", status=204)
def remove_grant(access: Access, id: str, tenant: Annotated[Identifier | None, Query()] = None) -> None:  # noqa: A002
    """Remove a grant."""
    access.remove_grant(id, tenant)
