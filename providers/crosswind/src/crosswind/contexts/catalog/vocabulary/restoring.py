"""What the vocabulary said of an asset before, said again."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from crosswind.contexts.catalog.versions.deltas import IDS_OF, State
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
from crosswind.kit.unit_of_work import UnitOfWork

Terms = Mapping[str, Sequence[str]]
"""By column."""


class Restoring:
    """Assets of one unit of work, which whoever calls holds."""

    def __init__(self, uow: UnitOfWork, said: SaidService) -> None:
        self._session = uow.session
        self._actor = uow.actor
        self._said = said

    def restore(self, asset_id: UUID, then: State) -> list[str]:
        """Make owners, domain and terms, also of columns that are still there, those of a state: a version each.

        Found by their ids, as they may have other names now, and else by name; returns those that are there no more,
        which are left out.
        """
        now = self._said.of(asset_id)
        state, gone = self._present(then)
        owners = [OwnerGiven.model_construct(**each) for each in state["owners"]]
        domain = DomainGiven.model_construct(domain=state["domain"])
        own = state["terms"] if state["terms"] != now["terms"] else None
        columns = self._columns(asset_id, now["columns"], state["column_terms"])
        terms = TermsGiven.model_construct(terms=own, columns=columns)
        moves = state["domain"] != now["domain"]
        if state["owners"] != now["owners"]:
            self._said.own(asset_id, OwnersGiven.model_construct(owners=owners), None)
        if moves:
            self._said.place(asset_id, domain, None)
        if own is not None or columns:
            self._said.mean(asset_id, terms, None)
        return gone

    def _columns(self, asset_id: UUID, now: Terms, then: Terms) -> list[ColumnTerms]:
        """The terms of columns that differ, of those that are there."""
        differing = {name: then.get(name, []) for name in {*now, *then} if then.get(name, []) != now.get(name, [])}
        row = repository.holder(self._session, self._actor, asset_id) if differing else None
        there = repository.column_keys(self._session, row.key, list(differing)) if row is not None else {}
        return [ColumnTerms.model_construct(name=name, terms=[*differing[name]]) for name in sorted(there)]

    def _present(self, state: State) -> tuple[State, list[str]]:
        """A state with what it names under the present names, and what of that is there no more."""
        domain = [state["domain"]] if state["domain"] else []
        domains = self._named(DomainRow, domain, state.get(IDS_OF["domain"], {}))
        own = self._named(TermRow, state["terms"], state.get(IDS_OF["terms"], {}))
        theirs = {term for terms in state["column_terms"].values() for term in terms}
        on_columns = self._named(TermRow, theirs, state.get(IDS_OF["column_terms"], {}))
        gone = [f"domain '{each}'" for each in domain if each not in domains]
        gone += [f"term '{each}'" for each in sorted({*state["terms"], *theirs} - own.keys() - on_columns.keys())]
        terms = {name: _those(on_columns, names) for name, names in state["column_terms"].items()}
        present = {
            "domain": next(iter(domains.values()), None),
            "terms": _those(own, state["terms"]),
            "column_terms": {name: names for name, names in terms.items() if names},
        }
        return {**state, **present}, gone

    def _named(self, noun: repository.Noun, names: Collection[str], ids: Mapping[str, str]) -> dict[str, str]:
        """The present names of what had these names; what is there no more is left out."""
        asked = {*names, *(ids[each] for each in names if each in ids)}
        known = repository.named(self._session, noun, self._actor.tenant, asked)
        found = {each: known.get(ids.get(each, each)) or known.get(each) for each in names}
        return {each: row.name for each, row in found.items() if row is not None}


def _those(present: Mapping[str, str], names: Sequence[str]) -> list[str]:
    return sorted({present[each] for each in names if each in present})
