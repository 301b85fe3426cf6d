"""What the vocabulary says of one asset: owners, domain and terms."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Path

from crosswind.contexts.catalog.vocabulary.schemas import DomainGiven, OwnersGiven, OwnersShown, SaidOf, TermsGiven
from crosswind.doors.rest.families import PLATFORM
from crosswind.doors.rest.family import Family, IfMatch
from crosswind.doors.rest.services import Said

AssetId = Annotated[UUID, Path(alias="id")]

router = Family(PLATFORM, tags=["Vocabulary"])


@router.get("/assets/{id}/owners", permission="asset:read")
def get_asset_owners(said: Said, asset_id: AssetId) -> OwnersShown:
    """Return who answers for an asset."""
    return said.owners(asset_id)


@router.put("/assets/{id}/owners", permission="asset:update")
def set_asset_owners(said: Said, asset_id: AssetId, body: OwnersGiven, version: IfMatch) -> OwnersShown:
    """Make these the owners of an asset, and nobody else."""
    return said.own(asset_id, body, version)


@router.get("/assets/{id}/vocabulary", permission="asset:read")
def get_asset_vocabulary(said: Said, asset_id: AssetId) -> SaidOf:
    """Return an asset's owners, domain, terms and data products."""
    return said.of(asset_id)


@router.put("/assets/{id}/domain", permission="asset:update")
def set_asset_domain(said: Said, asset_id: AssetId, body: DomainGiven, version: IfMatch) -> SaidOf:
    """Put an asset into a domain, or into none."""
    return said.place(asset_id, body, version)


@router.put("/assets/{id}/terms", permission="asset:update")
def set_asset_terms(said: Said, asset_id: AssetId, body: TermsGiven, version: IfMatch) -> SaidOf:
    """Make these the terms of an asset and of the columns that are named."""
    return said.mean(asset_id, body, version)
