"""What the vocabulary said of an asset before, said again."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from crosswind.contexts.catalog.versions.deltas import State
from crosswind.contexts.catalog.vocabulary import repository
from crosswind.contexts.catalog.vocabulary.models import DomainRow, TermRow
from crosswind.contexts.catalog.vocabulary.said import SaidService
from crosswind.contexts.catalog.vocabulary.schemas import (
    ColumnTerms,
    DomainGiven,
    OwnerGiven,
    OwnersGiven,
    TermsGiven,
)
from crosswind.kit.errors import Conflict
from crosswind.kit.unit_of_work import UnitOfWork

Terms = Mapping[str, Sequence[str]]
"""By column."""


class Restoring:
    """Assets of one unit of work, which whoever calls holds."""

    def __init__(self, uow: UnitOfWork, said: SaidService) -> None:
        self._session = uow.session
        self._actor = uow.actor
        self._said = said

    def restore(self, asset_id: UUID, state: State) -> None:
        """Make owners, domain and terms, also of columns that are still there, those of a state: a version each.

        Conflict where a domain or term of such a name is not there any more.
        """
        now = self._said.of(asset_id)
        owners = [OwnerGiven.model_construct(**each) for each in state["owners"]]
        domain = DomainGiven.model_construct(domain=state["domain"])
        own = state["terms"] if state["terms"] != now["terms"] else None
        columns = self._columns(asset_id, now["columns"], state["column_terms"])
        terms = TermsGiven.model_construct(terms=own, columns=columns)
        moves = state["domain"] != now["domain"]
        self._check(
            state["domain"] if moves else None, {*(own or ()), *(term for each in columns for term in each.terms)}
        )
        if state["owners"] != now["owners"]:
            self._said.own(asset_id, OwnersGiven.model_construct(owners=owners), None)
        if moves:
            self._said.place(asset_id, domain, None)
        if own is not None or columns:
            self._said.mean(asset_id, terms, None)

    def _columns(self, asset_id: UUID, now: Terms, then: Terms) -> list[ColumnTerms]:
        """The terms of columns that differ, of those that are there."""
        differing = {name: then.get(name, []) for name in {*now, *then} if then.get(name, []) != now.get(name, [])}
        row = repository.holder(self._session, self._actor, asset_id) if differing else None
        there = repository.column_keys(self._session, row.key, list(differing)) if row is not None else {}
        return [ColumnTerms.model_construct(name=name, terms=[*differing[name]]) for name in sorted(there)]

    def _check(self, domain: str | None, terms: Collection[str]) -> None:
        asked = ((DomainRow, [domain] if domain else []), (TermRow, sorted(terms)))
        gone = []
        for noun, names in asked:
            known = repository.named(self._session, noun, self._actor.tenant, names)
            called = "domain" if noun is DomainRow else "term"
            gone += [f"{called} '{each}'" for each in names if each not in known]
        if gone:
            raise Conflict(f"The version has what is there no more: {', '.join(gone)}", missing=gone)
