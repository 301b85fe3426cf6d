"""Members of tenants."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

from crosswind.contexts.access.schemas import MemberRequest, MemberShown, SubjectQuery
from crosswind.doors.rest.families import PLATFORM
from crosswind.doors.rest.family import Family
from crosswind.doors.rest.services import Access
from crosswind.kit.paging import Page, Window
from crosswind.kit.text import Identifier

router = Family(PLATFORM, tags=["Members and grants"])


@router.get("/members", permission="member:read")
def list_members(access: Access, query: Annotated[SubjectQuery, Query()], window: Window) -> Page[MemberShown]:
    """List who belongs to the tenant."""
    return access.members(query, window)


@router.post("/members", permission="member:create", status=201)
def add_member(access: Access, body: MemberRequest) -> MemberShown:
    """Let a user hold a tenant; whoever has no row holds the default tenant."""
    return access.add_member(body)


@router.delete("/members/{id}", permission="member:delete", status=204)
def remove_member(access: Access, id: str, tenant: Annotated[Identifier | None, Query()] = None) -> None:  # noqa: A002
    """Take a tenant from a user."""
    access.remove_member(id, tenant)
