"""What a list or a search is narrowed by, as clauses over assets."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, String, Text, and_, cast, func, or_, select, union_all
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import aliased

from crosswind.contexts.catalog.asked import Filters
from crosswind.contexts.catalog.models import AssetRow, ColumnRow
from crosswind.contexts.catalog.repository.scope import A, Clause, Scope, classified, on_connection, seen_by, tagged
from crosswind.contexts.catalog.repository.spelled import KEPT, Spelled, narrowing
from crosswind.contexts.catalog.vocabulary.models import (
    AssetOwnerRow,
    AssetTermRow,
    ColumnTermRow,
    DomainRow,
    ProductAssetRow,
    ProductRow,
    TermRow,
)
from crosswind.kit.actor import Actor

_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def seen(actor: Actor) -> Spelled:
    """Assets that the actor may see, removed or not."""
    return _seen(Scope.of(actor))


def narrowed(actor: Actor, filters: Filters) -> Spelled:
    """Live assets that the actor may see and that the filters leave; with no filter all of them."""
    return _spelled(Scope.of(actor), tuple(filters.items()), seen=True)


def left(actor: Actor, filters: Filters) -> Spelled:
    """Live assets of the actor's tenant that the filters leave, whether or not it may see them."""
    return _spelled(Scope.of(actor), tuple(filters.items()), seen=False)


@lru_cache(maxsize=KEPT)
def _seen(scope: Scope) -> Spelled:
    return narrowing([seen_by(scope.actor())])


@lru_cache(maxsize=KEPT)
def _spelled(scope: Scope, filters: tuple[tuple[str, tuple[str, ...]], ...], *, seen: bool) -> Spelled:
    actor = scope.actor()
    mine = seen_by(actor) if seen else A.tenant == actor.tenant
    return narrowing([mine, A.removed_at.is_(None), *clauses(actor, dict(filters))])


def clauses(actor: Actor, filters: Filters) -> list[Clause]:
    """What the filters leave, whoever may see it."""
    return [_BY[key](actor, values) for key, values in filters.items() if values]


def owned(actor: Actor, names: Sequence[str]) -> Clause:
    """Assets that each of these people or teams answers for, as people or the source say, whatever the name's case."""
    return and_(*(A.key.in_(_answered_for(actor, name)) for name in names))


def _answered_for(actor: Actor, name: str) -> Any:
    o, told = AssetOwnerRow, aliased(AssetRow)
    said = select(o.asset_key).where(o.tenant == actor.tenant, func.lower(o.name) == name.lower())
    lowered = cast(func.lower(cast(told.source_owners, Text)), JSONB)
    by_source = select(told.key).where(
        told.tenant == actor.tenant,
        told.source_owners.is_not(None),
        lowered.contains(func.jsonb_build_array(cast(name.lower(), Text))),
    )
    return select(union_all(said, by_source).subquery().c[0])


def in_domain(actor: Actor, names: Sequence[str]) -> Clause:
    """Assets of one of these domains, by id or name; each alone, so that the store knows how many that may be."""
    d = DomainRow
    named = [d.name == name for name in names]
    by_id = [cast(d.id, String) == name.lower() for name in names if _UUID.fullmatch(name)]
    keys = (select(d.key).where(d.tenant == actor.tenant, each).scalar_subquery() for each in (*named, *by_id))
    return or_(*(A.domain_key == key for key in keys))


def in_product(actor: Actor, names: Sequence[str]) -> Clause:
    """Assets that are part of each of these data products, by id or name."""
    link = ProductAssetRow
    there = (
        select(link.asset_key).where(link.product_key == func.any(_array(_keys(actor, ProductRow, [name]))))
        for name in names
    )
    return and_(*(A.key.in_(each) for each in there))


def meaning(actor: Actor, names: Sequence[str]) -> Clause:
    """Assets that are about each of these terms, themselves or with a column; by id, name or synonym."""
    return and_(*(A.key.in_(_about(actor, name)) for name in names))


def _about(actor: Actor, name: str) -> Any:
    keys = _array(_keys(actor, TermRow, [name], TermRow.synonyms.contains([name])))
    own = select(AssetTermRow.asset_key).where(AssetTermRow.term_key == func.any(keys))
    link = ColumnTermRow
    on_columns = (
        select(ColumnRow.asset_key)
        .join(link, link.column_key == ColumnRow.key)
        .where(link.term_key == func.any(keys), ColumnRow.removed_at.is_(None))
    )
    return select(union_all(own, on_columns).subquery().c[0])


def _keys(actor: Actor, noun: Any, names: Sequence[str], *others: Clause) -> Select[Any]:
    ids = [name.lower() for name in names if _UUID.fullmatch(name)]
    by_id = [cast(noun.id, String).in_(ids)] if ids else []
    return select(noun.key).where(noun.tenant == actor.tenant, or_(noun.name.in_(names), *by_id, *others))


def _array(keys: Select[Any]) -> Any:
    """As an array that is made once, so that the index on what it is compared with is used."""
    return func.array(keys.scalar_subquery())


_BY: Mapping[str, Callable[[Actor, Sequence[str]], Clause]] = {
    "type": lambda _, names: A.type.in_(names),
    "schema": lambda _, names: A.schema.in_(names),
    "connection": lambda actor, names: or_(*(on_connection(actor, name) for name in names)),
    "classification": lambda _, names: or_(*(classified(name) for name in names)),
    "tag": lambda actor, names: and_(*(tagged(actor, name) for name in names)),
    "owner": owned,
    "domain": in_domain,
    "term": meaning,
    "product": in_product,
}
