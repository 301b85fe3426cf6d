"""What the vocabulary says of assets before it changes, for their versions: as many statements whatever there is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import case, func, literal, select, union_all
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session

from crosswind.contexts.catalog.models import ColumnRow
from crosswind.contexts.catalog.versions.deltas import IDS_OF, State
from crosswind.contexts.catalog.vocabulary.models import (
    AssetDomainRow,
    AssetTermRow,
    ColumnTermRow,
    DomainRow,
    ProductAssetRow,
    ProductRow,
    TermRow,
)
from crosswind.contexts.catalog.vocabulary.repository import Noun

C = ColumnRow
_FIELDS: dict[Noun, tuple[Any, str]] = {
    DomainRow: (AssetDomainRow.domain_key, "domain"),
    TermRow: (AssetTermRow.term_key, "terms"),
    ProductRow: (ProductAssetRow.product_key, "products"),
}
"""By what assets are put on one, and under which name their versions keep it."""


def said(session: Session, noun: Noun, asset_keys: Sequence[int]) -> dict[int, State]:
    """The domain, the terms or the data products of assets, as a version keeps them."""
    return _said(session, noun, asset_keys, noun.name)


def _said(session: Session, noun: Noun, asset_keys: Sequence[int], name: Any) -> dict[int, State]:
    link, field = _FIELDS[noun]
    holder = link.class_.asset_key
    asked = select(holder, _all(name, name), _all(noun.id, name)).join(noun, noun.key == link)
    asked = asked.where(holder.in_(asset_keys)).group_by(holder)
    found = {key: (names, _by_name(names, ids)) for key, names, ids in session.execute(asked)}
    states: dict[int, State] = {}
    for key in asset_keys:
        names, ids = found.get(key, ([], {}))
        shown = next(iter(names), None) if noun is DomainRow else names
        states[key] = {field: shown, IDS_OF[field]: ids}
    return states


def naming(
    session: Session, noun: Noun, key: int, asset_keys: Sequence[int], was: str | None = None
) -> dict[int, State]:
    """Of what is said of assets and their present columns, what names one whose name goes or changes, or `was` so."""
    name = noun.name if was is None else case((noun.key == key, literal(was)), else_=noun.name)
    link = _FIELDS[noun][0]
    members = session.scalars(select(link.class_.asset_key).where(link == key, link.class_.asset_key.in_(asset_keys)))
    found = _said(session, noun, members.all(), name)
    if noun is not TermRow:
        return found
    naming_it = select(ColumnTermRow.column_key).where(ColumnTermRow.term_key == key)
    asked = (
        select(C.asset_key, C.name, _all(name, name), _all(TermRow.id, name))
        .join(ColumnTermRow, ColumnTermRow.column_key == C.key)
        .join(TermRow, TermRow.key == ColumnTermRow.term_key)
        .where(C.asset_key.in_(asset_keys), C.removed_at.is_(None), C.key.in_(naming_it))
        .group_by(C.asset_key, C.name)
    )
    for asset, column, terms, ids in session.execute(asked):
        state = found.setdefault(asset, {})
        state.setdefault("column_terms", {})[column] = terms
        state.setdefault(IDS_OF["column_terms"], {}).update(_by_name(terms, ids))
    return found


def term_ids(session: Session, asset_key: int) -> dict[str, str]:
    """The ids of the terms of an asset and of its columns, by name."""
    own = select(AssetTermRow.term_key).where(AssetTermRow.asset_key == asset_key)
    columns = select(ColumnTermRow.term_key).join(C, C.key == ColumnTermRow.column_key).where(C.asset_key == asset_key)
    asked = select(TermRow.name, TermRow.id).where(TermRow.key.in_(union_all(own, columns)))
    return {name: str(identifier) for name, identifier in session.execute(asked)}


def _all(what: Any, name: Any) -> Any:
    return func.array_agg(aggregate_order_by(what, name))


def _by_name(names: Sequence[str], ids: Sequence[UUID]) -> dict[str, str]:
    return dict(zip(names, map(str, ids), strict=True))
