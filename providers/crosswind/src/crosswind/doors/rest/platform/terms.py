"""Glossary terms of the vocabulary, and the assets in them."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Path, Query

from crosswind.contexts.catalog.vocabulary.schemas import (
    Membership,
    MembershipAnswer,
    SpokenQuery,
    Term,
    TermCreate,
    TermUpdate,
)
from crosswind.doors.rest.families import PLATFORM
from crosswind.doors.rest.family import Family, IfMatch
from crosswind.doors.rest.platform.removals import LATER, removed
from crosswind.doors.rest.reply import Reply
from crosswind.doors.rest.services import Terms
from crosswind.kit.paging import Page, Window

TermId = Annotated[UUID, Path(alias="id")]

router = Family(PLATFORM, tags=["Vocabulary"])


@router.get("/terms", permission="term:read")
def list_terms(terms: Terms, query: Annotated[SpokenQuery, Query()], window: Window) -> Page[Term]:
    """List glossary terms by name."""
    return terms.list(query, window)


@router.post("/terms", permission="term:create", status=201)
def create_term(terms: Terms, body: TermCreate) -> Term:
    """Add a term."""
    return terms.create(body)


@router.get("/terms/{id}", permission="term:read")
def get_term(terms: Terms, term_id: TermId) -> Term:
    """Return a term."""
    found: Term = terms.get(term_id)
    return found


@router.put("/terms/{id}", permission="term:update")
def update_term(terms: Terms, term_id: TermId, body: TermUpdate, version: IfMatch) -> Term:
    """Change a term; what is left out stays."""
    return terms.update(term_id, body, version)


@router.delete("/terms/{id}", permission="term:delete", status=204, responses=LATER)
def delete_term(terms: Terms, term_id: TermId, version: IfMatch) -> Reply[None]:
    """Remove a term; its assets stay."""
    return removed(terms.delete(term_id, version), f"/terms/{term_id}")


@router.post("/terms/{id}/assets", permission="asset:update")
def change_term_assets(terms: Terms, term_id: TermId, body: Membership) -> MembershipAnswer:
    """Put up to 1,000 assets into a term and take as many out, all or none."""
    return terms.change(term_id, body)
