"""API keys."""

from __future__ import annotations

from crosswind.contexts.access.schemas import KeyCreated, KeyRequest, KeyShown
from crosswind.doors.rest.families import PLATFORM
from crosswind.doors.rest.family import Family
from crosswind.doors.rest.services import Access
from crosswind.kit.paging import Page, Window

router = Family(PLATFORM, tags=["API keys"])


@router.get("/keys", permission="key:read")
def list_keys(access: Access, window: Window) -> Page[KeyShown]:
    """List the tenant's API keys."""
    return access.keys(window)


@router.post("/keys", permission="key:create", status=201, secret=True)
def create_key(access: Access, body: KeyRequest) -> KeyCreated:
    """Create an API key; its secret is shown this once."""
    return access.create_key(body)


@router.delete("/keys/{id}", permission="key:delete", status=204)
def revoke_key(access: Access, id: str) -> None:  # noqa: A002 - the path's word
    """Revoke an API key."""
    access.revoke_key(id)
