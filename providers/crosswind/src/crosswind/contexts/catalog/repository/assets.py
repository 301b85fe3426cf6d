"""Lists and single assets, read as rows; a constant number of statements whatever there is."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import Row, UnaryExpression, bindparam, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from crosswind.contexts.catalog.models import AssetRow, ColumnRow
from crosswind.contexts.catalog.repository.cursors import Position, later
from crosswind.contexts.catalog.repository.narrow import clauses, seen
from crosswind.contexts.catalog.repository.said import SAID, without_hidden
from crosswind.contexts.catalog.repository.scope import (
    A,
    Clause,
    Scope,
    classified,
    connection_id,
    counted,
    matching,
    on_connection,
    plan_by_values,
    seen_by,
    sliced,
    tagged,
    windowed,
)
from crosswind.contexts.catalog.repository.spelled import HERE, KEPT, Spelled, narrowing, spelled
from crosswind.contexts.catalog.schemas.assets import AssetQuery, TagsQuery
from crosswind.contexts.catalog.words import Query
from crosswind.kit.actor import Actor
from crosswind.kit.paging import Window

LISTED = (
    A.id, A.type, A.type_detail, A.name, A.qualified_name, A.database, A.schema, A.description, A.source_comment,
    A.curated_metadata, A.tags, A.classification, connection_id, A.row_estimate, A.size_bytes, A.created_at,
    A.updated_at, A.crawled_at, A.removed_at, A.version, *SAID,
)  # fmt: skip
DETAIL = (
    A.key, *LISTED, A.source_facts, A.source_statistics, A.source_version, A.namespace, A.dataset, A.created_by,
    A.created_by_name, A.deleted_at, A.propagated_tags,
)  # fmt: skip
_SORTS = {
    "updated_at": A.updated_at,
    "created_at": A.created_at,
    "name": A.name,
    "qualified_name": A.qualified_name,
    "type": A.type,
}


_C = ColumnRow.__table__.c
_UNSAID = {"sort", "include", "cursor"}


def page(session: Session, actor: Actor, query: AssetQuery, window: Window) -> tuple[Sequence[Row[Any]], int]:
    """One window of the assets an actor may see, and how many there are, up to what is counted and one."""
    where = _narrowed(actor, query)
    if query.search:
        plan_by_values(session)
    total = counted(session, where, newest=query.plain)
    listed = _listed(query.sort, query.include is not None)
    return without_hidden(session, actor, listed.run(session, sliced(window), where).all()), total


def page_after(session: Session, actor: Actor, query: AssetQuery, position: Position, limit: int) -> Sequence[Row[Any]]:
    """At most so many of the assets that come after a position; nothing is counted and nothing skipped."""
    plan_by_values(session)
    listed = _listed(query.sort, query.include is not None, after=True)
    values = {**sliced(Window(limit)), "after_value": position.value, "after_key": position.key}
    return without_hidden(session, actor, listed.run(session, values, _narrowed(actor, query)).all())


def find(
    session: Session, actor: Actor, asset_id: UUID, *, lock: bool = False, deleted: bool = False
) -> Row[Any] | None:
    """An asset the actor may see; one that vanished is found too, one deleted by hand only when `deleted`."""
    rows = _one(lock=lock, deleted=deleted).run(session, {"asset_id": asset_id}, seen(actor)).all()
    return next(iter(without_hidden(session, actor, rows)), None)


def find_many(session: Session, actor: Actor, ids: Sequence[UUID]) -> Sequence[Row[Any]]:
    """Those of these assets that the actor may see."""
    chosen = select(*DETAIL).where(A.id.in_(ids), seen_by(actor), A.deleted_at.is_(None))
    return without_hidden(session, actor, session.execute(chosen).all())


def deleted(session: Session, actor: Actor, window: Window) -> tuple[Sequence[Row[Any]], int]:
    """One window of the assets that people deleted, the latest first, and how many there are."""
    where = (seen_by(actor), A.deleted_at.is_not(None))
    total = session.scalar(select(func.count()).select_from(AssetRow).where(*where)) or 0
    order = (A.deleted_at.desc(), A.key.desc())
    rows = session.execute(windowed(LISTED, where, order), sliced(window)).all()
    return without_hidden(session, actor, rows), total


def columns(session: Session, asset_key: int) -> Sequence[Row[Any]]:
    """The present columns of an asset in the source's order, as they are stored."""
    return _columns().run(session, {"asset_key": asset_key}).all()


def add(session: Session, values: dict[str, Any]) -> UUID | None:
    """Insert an asset that people made; None when its name was taken meanwhile."""
    free = insert(AssetRow).values(values).on_conflict_do_nothing(index_elements=["tenant", "qualified_name"])
    return session.execute(free.returning(AssetRow.id)).scalar_one_or_none()


def by_name(session: Session, tenant: str, qualified_name: str) -> Row[Any] | None:
    """What holds a qualified name, removed or not."""
    named = (A.tenant == tenant, A.qualified_name == qualified_name)
    return session.execute(
        select(A.key, A.id, A.version, A.removed_at, A.connection_key, A.tags, A.column_tags).where(*named)
    ).one_or_none()


def write(session: Session, asset_key: int, values: dict[str, Any]) -> None:
    """Write curated facts and count the version up."""
    values = {**values, "version": A.version + 1, "updated_at": func.now()}
    session.execute(update(AssetRow).where(A.key == asset_key).values(values))


def remove(session: Session, asset_key: int) -> None:
    """Mark an asset removed by a person; one that had vanished before keeps the time of that."""
    write(session, asset_key, {"removed_at": func.coalesce(A.removed_at, func.now()), "deleted_at": func.now()})


def restore(session: Session, asset_key: int) -> None:
    """Undo a deletion; what had vanished from its source before is still gone from there."""
    write(session, asset_key, {"removed_at": func.nullif(A.removed_at, A.deleted_at), "deleted_at": None})


@cache
def _one(*, lock: bool, deleted: bool) -> Spelled:
    there = () if deleted else (A.deleted_at.is_(None),)
    statement = select(*DETAIL).where(A.id == bindparam("asset_id"), HERE, *there)
    return spelled(statement.with_for_update(of=AssetRow.__table__) if lock else statement)


@cache
def _columns() -> Spelled:
    there = (_C.asset_key == bindparam("asset_key"), _C.removed_at.is_(None))
    return spelled(select(*_C).where(*there).order_by(_C.position, _C.key))


@cache
def _listed(sort: str, facts: bool, *, after: bool = False) -> Spelled:
    """A window of a list in this order, with what columns are told by where `facts`, `after` a position or not."""
    shown = (A.key, *LISTED, A.source_facts, A.propagated_tags) if facts else (A.key, *LISTED)
    where = (HERE, later(_SORTS, sort)) if after else (HERE,)
    return spelled(windowed(shown, where, _order(sort)))


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
