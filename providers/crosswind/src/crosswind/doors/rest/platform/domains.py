"""Domains of the vocabulary, and the assets in them."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Path, Query

from crosswind.contexts.catalog.vocabulary.schemas import (
    Domain,
    DomainCreate,
    DomainUpdate,
    Membership,
    MembershipAnswer,
    SpokenQuery,
)
from crosswind.doors.rest.families import PLATFORM
from crosswind.doors.rest.family import Family, IfMatch
from crosswind.doors.rest.platform.removals import LATER, removed
from crosswind.doors.rest.reply import Reply
from crosswind.doors.rest.services import Domains
from crosswind.kit.paging import Page, Window

DomainId = Annotated[UUID, Path(alias="id")]

router = Family(PLATFORM, tags=["Vocabulary"])


@router.get("/domains", permission="domain:read")
def list_domains(domains: Domains, query: Annotated[SpokenQuery, Query()], window: Window) -> Page[Domain]:
    """List domains by name."""
    return domains.list(query, window)


@router.post("/domains", permission="domain:create", status=201)
def create_domain(domains: Domains, body: DomainCreate) -> Domain:
    """Add a domain."""
    return domains.create(body)


@router.get("/domains/{id}", permission="domain:read")
def get_domain(domains: Domains, domain_id: DomainId) -> Domain:
    """Return a domain."""
    found: Domain = domains.get(domain_id)
    return found


@router.put("/domains/{id}", permission="domain:update")
def update_domain(domains: Domains, domain_id: DomainId, body: DomainUpdate, version: IfMatch) -> Domain:
    """Change a domain; what is left out stays."""
    return domains.update(domain_id, body, version)


@router.delete("/domains/{id}", permission="domain:delete", status=204, responses=LATER)
def delete_domain(domains: Domains, domain_id: DomainId, version: IfMatch) -> Reply[None]:
    """Remove a domain; its assets stay."""
    return removed(domains.delete(domain_id, version), f"/domains/{domain_id}")


@router.post("/domains/{id}/assets", permission="asset:update")
def change_domain_assets(domains: Domains, domain_id: DomainId, body: Membership) -> MembershipAnswer:
    """Put up to 1,000 assets into a domain and take as many out, all or none."""
    return domains.change(domain_id, body)
