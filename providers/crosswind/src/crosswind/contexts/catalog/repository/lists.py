"""Lists of assets: one statement finds a page, and one, whose plan is kept, reads what is shown of it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, UnaryExpression, bindparam, func, join, or_, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from crosswind.contexts.catalog.models import AssetRow
from crosswind.contexts.catalog.repository.assets import OWN
from crosswind.contexts.catalog.repository.cursors import Position, later
from crosswind.contexts.catalog.repository.narrow import clauses
from crosswind.contexts.catalog.repository.said import PARTS, without_hidden
from crosswind.contexts.catalog.repository.scope import (
    LIMIT,
    OFFSET,
    A,
    Clause,
    Scope,
    classified,
    counted,
    matching,
    on_connection,
    planned_by_values,
    seen_by,
    sliced,
    tagged,
)
from crosswind.contexts.catalog.repository.spelled import HERE, KEPT, Spelled, array, narrowing, spelled
from crosswind.contexts.catalog.schemas.assets import AssetQuery, TagsQuery
from crosswind.contexts.catalog.words import Query
from crosswind.kit.actor import Actor
from crosswind.kit.paging import Window

KEYS = bindparam("keys", type_=ARRAY(BigInteger))
PLANNED = 10
"""For so many keys the store plans without looking at them; for fewer it would plan anew each time."""
NONE = 0
"""The key of no asset."""
_SORTS = {
    "updated_at": A.updated_at,
    "created_at": A.created_at,
    "name": A.name,
    "qualified_name": A.qualified_name,
    "type": A.type,
}
_UNSAID = {"sort", "include", "cursor"}


class Listed(NamedTuple):
    """A window of a list: the `key` of each asset with the `value` that it stands there by, and rows to be shown.

    What was removed for good since the list was read has a place and no row.
    """

    places: Sequence[Any]
    rows: Sequence[Any]


def page(session: Session, actor: Actor, query: AssetQuery, window: Window) -> tuple[Listed, int]:
    """One window of the assets an actor may see, and how many there are, up to what is counted and one."""
    where = _narrowed(actor, query)
    with planned_by_values(session, bool(query.search)):
        total = counted(session, where, newest=query.plain)
        places = _places(query.sort).read(session, sliced(window), where)
    return Listed(places, _shown(session, actor, places, facts=query.include is not None)), total


def page_after(
    session: Session, actor: Actor, query: AssetQuery, position: Position, limit: int
) -> tuple[Listed, bool]:
    """At most so many of the assets after a position, and whether more follow; nothing is counted, nothing skipped."""
    values = {**sliced(Window(limit + 1)), "after_value": position.value, "after_key": position.key}
    with planned_by_values(session, not query.plain):
        found = _places(query.sort, after=True).read(session, values, _narrowed(actor, query))
    places = found[:limit]
    return Listed(places, _shown(session, actor, places, facts=query.include is not None)), len(found) > limit


def deleted(session: Session, actor: Actor, window: Window) -> tuple[Sequence[Any], int]:
    """One window of the assets that people deleted, the latest first, and how many there are."""
    where = (seen_by(actor), A.deleted_at.is_not(None))
    total = session.scalar(select(func.count()).select_from(AssetRow).where(*where)) or 0
    order = (A.deleted_at.desc(), A.key.desc())
    places = session.execute(select(A.key).where(*where).order_by(*order).limit(LIMIT).offset(OFFSET), sliced(window))
    return _shown(session, actor, places.all()), total


def _shown(session: Session, actor: Actor, places: Sequence[Any], *, facts: bool = False) -> Sequence[Any]:
    """The assets at these places in the same order, with what columns are told by where `facts`.

    Apart from what finds them, so that the store plans it once: planning it costs more than running it.
    """
    if not places:
        return ()
    keys = [each.key for each in places] + [NONE] * (PLANNED - len(places))
    return without_hidden(session, actor, _rows(facts=facts).read(session, {"keys": array(keys)}))


@cache
def _rows(*, facts: bool) -> Spelled:
    listed = func.unnest(KEYS).table_valued("key", with_ordinality="place").render_derived()
    read = join(listed, AssetRow.__table__, listed.c.key == A.key)
    said = [part.of_all(KEYS) for part in PARTS]
    for part in said:
        read = read.outerjoin(part, part.c.asset_key == A.key)
    shown = (*OWN, *(part.c[1] for part in said), *((A.source_facts, A.propagated_tags) if facts else ()))
    return spelled(select(A.key, *shown).select_from(read).order_by(listed.c.place))


@cache
def _places(sort: str, *, after: bool = False) -> Spelled:
    """The places of a window of a list in this order, `after` a position or not."""
    where = (HERE, later(_SORTS, sort)) if after else (HERE,)
    value = _SORTS[sort.partition(":")[0]].label("value")
    return spelled(select(A.key, value).where(*where).order_by(*_order(sort)).limit(LIMIT).offset(OFFSET))


def _narrowed(actor: Actor, query: AssetQuery) -> Spelled:
    return _spelled(Scope.of(actor), query.model_dump_json(by_alias=True, exclude=_UNSAID))


@lru_cache(maxsize=KEPT)
def _spelled(scope: Scope, asked: str) -> Spelled:
    actor = scope.actor()
    return narrowing([seen_by(actor), *_filters(actor, TagsQuery.model_validate_json(asked))])


def _filters(actor: Actor, query: AssetQuery) -> list[Clause]:
    found: list[Clause] = [A.removed_at.is_not(None) if query.removed else A.removed_at.is_(None)]
    if query.removed:
        found.append(A.deleted_at.is_(None))
    if query.type:
        found.append(A.type == query.type)
    found.extend(tagged(actor, tag) for tag in query.every_tag)
    if query.classification:
        found.append(classified(query.classification))
    if query.created_after:
        found.append(A.created_at > query.created_after)
    if query.created_before:
        found.append(A.created_at < query.created_before)
    if query.connection_id:
        found.append(on_connection(actor, query.connection_id))
    if query.schema_:
        found.append(A.schema == query.schema_)
    if query.search:
        found.append(or_(matching(Query.parse(query.search)), A.qualified_name == query.search.strip()))
    said = {name: (value,) for name in ("owner", "domain", "term", "product") if (value := getattr(query, name))}
    return [*found, *clauses(actor, said)]


def _order(sort: str) -> list[UnaryExpression[Any]]:
    field, _, direction = sort.partition(":")
    by = (_SORTS[field], A.key)
    return [each.desc() if direction == "desc" else each.asc() for each in by]
