"""Who may see which asset, what a list is narrowed by, and the columns that answers are made of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Integer, Select, String, and_, bindparam, cast, func, literal, or_, select, text
from sqlalchemy.dialects.postgresql import TSQUERY, array
from sqlalchemy.orm import Session

from crosswind.contexts.catalog.models import AssetRow, TagRow
from crosswind.contexts.catalog.repository.spelled import HERE, Spelled, spelled
from crosswind.contexts.catalog.words import Query
from crosswind.contexts.connections.models import ConnectionRow
from crosswind.contexts.connections.repository import visible
from crosswind.kit.actor import Actor
from crosswind.kit.paging import Window

A = AssetRow.__table__.c
"""The asset table's columns: Core, so that a hot read pays for no mapping."""

COUNTED = 10_000
"""Assets that a list counts one by one; what is beyond is told as more."""
Clause = ColumnElement[bool]
NEWEST = (A.updated_at.desc(), A.key.desc())
LIMIT, OFFSET = bindparam("window_limit", type_=Integer), bindparam("window_offset", type_=Integer)
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
connection_id = (
    select(ConnectionRow.id).where(ConnectionRow.key == A.connection_key).scalar_subquery().label("connection_id")
)
BRIEF = (
    A.id, A.name, A.type, A.qualified_name, connection_id, func.coalesce(A.description, A.source_comment)
    .label("description"), A.tags, A.classification, A.schema, A.database, A.removed_at,
)  # fmt: skip


class Scope(NamedTuple):
    """All of an actor that decides what it may see, to keep statements by."""

    tenant: str
    attributes: tuple[tuple[str, tuple[str, ...]], ...]

    @classmethod
    def of(cls, actor: Actor) -> Scope:
        """The scope of an actor."""
        held = sorted(actor.attributes.items())
        return cls(actor.tenant, tuple((name, tuple(sorted(values))) for name, values in held))

    def actor(self) -> Actor:
        """Anybody with this scope."""
        return Actor("", "", self.tenant, attributes={name: frozenset(values) for name, values in self.attributes})


def seen_by(actor: Actor) -> Clause:
    """Assets of the actor's tenant on connections it may see, and those on none."""
    keys = select(ConnectionRow.key).where(visible(actor))
    return (A.tenant == actor.tenant) & or_(A.connection_key.is_(None), A.connection_key.in_(keys))


def tagged(actor: Actor, tag: str) -> Clause:
    """Assets that have this tag, given by its id or its name, or a column that has it."""
    named: Any = [tag]
    if _UUID.fullmatch(tag):
        by_id = select(TagRow.name).where(TagRow.tenant == actor.tenant, cast(TagRow.id, String) == tag.lower())
        named = array([func.coalesce(by_id.scalar_subquery(), tag)])
    reached = _on_columns(A.propagated_tags, named)
    return or_(A.tags.contains(named), _on_columns(A.column_tags, named), reached)


def classified(classification: str) -> Clause:
    """Assets of this classification, or with a column of it."""
    return or_(A.classification == classification, _on_columns(A.column_classifications, [classification]))


def _on_columns(repeated: Any, named: Any) -> Clause:
    """Spelled as the partial index is, which leaves out all assets whose columns say nothing."""
    return and_(repeated != text("'{}'::text[]"), repeated.contains(named))


def counted(session: Session, where: Spelled, *, newest: bool = False) -> int:
    """How many assets there are, up to `COUNTED` and one.

    `newest` counts along the index of the newest, which is quick where the store has no statistics yet.
    """
    return int(_counting(newest=newest).run(session, {"most": COUNTED + 1}, where).scalar_one())


@cache
def _counting(*, newest: bool) -> Spelled:
    some = select(literal(1)).select_from(AssetRow).where(HERE).limit(bindparam("most", type_=Integer))
    some = some.order_by(*NEWEST) if newest else some
    return spelled(select(func.count()).select_from(some.subquery()))


def plan_by_values(session: Session) -> None:
    """Plan this transaction's statements by their values: one plan for rare and common words is slow for either."""
    session.connection().exec_driver_sql("SET LOCAL plan_cache_mode = force_custom_plan")


@contextmanager
def planned_by_values(session: Session, wanted: bool) -> Iterator[None]:
    """Plan the statements of the block by their values, where that is wanted, and those after it as ever."""
    if wanted:
        plan_by_values(session)
    yield
    if wanted:
        session.connection().exec_driver_sql("SET LOCAL plan_cache_mode = DEFAULT")


def matching(query: Query) -> Clause:
    """Assets that a query finds."""
    return A.search.bool_op("@@")(cast(query.tsquery, TSQUERY))


def on_connection(actor: Actor, identifier: str) -> Clause:
    """Assets of one connection, by its public id."""
    key = select(ConnectionRow.key).where(visible(actor), ConnectionRow.id == identifier).scalar_subquery()
    return A.connection_key == key


def windowed(shown: Sequence[Any], where: Sequence[Clause], order: Sequence[Any]) -> Select[Any]:
    """One window (`sliced`) of assets; what is shown is put together for its rows only, not for those it skips."""
    keys = select(A.key).where(*where).order_by(*order).limit(LIMIT).offset(OFFSET).subquery()
    return select(*shown).join(keys, keys.c.key == A.key).order_by(*order)


def sliced(window: Window) -> dict[str, Any]:
    """The values of a statement with `LIMIT` and `OFFSET`."""
    return {"window_limit": window.limit, "window_offset": window.offset}


def brief(row: Any) -> dict[str, Any]:
    """A row of BRIEF as the asset others refer to."""
    return {
        "id": row.id,
        "name": row.name,
        "type": row.type,
        "qualified_name": row.qualified_name,
        "connection_id": row.connection_id,
        "description": row.description,
        "tags": row.tags,
        "classification": row.classification,
        "schema": row.schema,
        "database": row.database,
        "removed_at": row.removed_at,
    }
