"""Edges, one by one; those of assets that are deleted or not to be seen are not there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, delete, func, or_, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, aliased

from crosswind.contexts.catalog.models import AssetRow, ColumnRow, RelationshipRow
from crosswind.contexts.catalog.repository.scope import A, connection_id, seen_by
from crosswind.contexts.catalog.schemas.relationships import RelationshipQuery
from crosswind.contexts.connections.models import ConnectionRow
from crosswind.kit.actor import Actor
from crosswind.kit.paging import MOST_COUNTED, Window

R = RelationshipRow
S, T = aliased(AssetRow), aliased(AssetRow)
_connection = (
    select(ConnectionRow.id).where(ConnectionRow.key == func.coalesce(S.connection_key, T.connection_key))
    .scalar_subquery().label("connection_id")
)  # fmt: skip
SHOWN = (
    R.key, R.id, S.id.label("source_asset_id"), T.id.label("target_asset_id"), R.type, R.metadata_.label("metadata"),
    R.origin, R.created_by, R.created_by_name, R.created_at, S.qualified_name.label("source_name"),
    T.qualified_name.label("target_name"), _connection,
)  # fmt: skip
ENDS = (
    S.name.label("source_title"), S.type.label("source_type"), T.name.label("target_title"),
    T.type.label("target_type"),
)  # fmt: skip


def page(session: Session, actor: Actor, query: RelationshipQuery, window: Window) -> tuple[Sequence[Row[Any]], int]:
    """One window of edges with their ends and one more, oldest first, and how many are counted, which ends at some."""
    chosen = _seen(select(*SHOWN, *ENDS), actor)
    if query.asset_id is not None:
        key = select(A.key).where(A.id == query.asset_id, A.tenant == actor.tenant).scalar_subquery()
        chosen = chosen.where(or_(R.source_key == key, R.target_key == key))
    if query.type is not None:
        chosen = chosen.where(R.type == query.type)
    if query.origin is not None:
        chosen = chosen.where(R.origin == query.origin)
    some = chosen.with_only_columns(R.key).limit(MOST_COUNTED + 1).subquery()
    counted = session.scalar(select(func.count()).select_from(some)) or 0
    return session.execute(chosen.order_by(R.key).limit(window.limit + 1).offset(window.offset)).all(), counted


def find(session: Session, actor: Actor, relationship_id: UUID, *, lock: bool = False) -> Row[Any] | None:
    """An edge both of whose ends the actor may see."""
    chosen = _seen(select(*SHOWN).where(R.id == relationship_id), actor)
    return session.execute(chosen.with_for_update(of=R) if lock else chosen).one_or_none()


def ends(session: Session, actor: Actor, ids: Sequence[UUID]) -> dict[UUID, Row[Any]]:
    """The assets an edge is to join, held until it is stored: nobody deletes them meanwhile."""
    chosen = select(A.key, A.id, A.name, A.qualified_name, connection_id)
    chosen = chosen.where(A.id.in_(ids), seen_by(actor), A.deleted_at.is_(None)).order_by(A.key)
    rows = session.execute(chosen.with_for_update(of=AssetRow.__table__, read=True))
    return {row.id: row for row in rows}


def columns(session: Session, asset_keys: Sequence[int]) -> dict[int, set[str]]:
    """The names of the present columns, by asset."""
    found: dict[int, set[str]] = {key: set() for key in asset_keys}
    chosen = select(ColumnRow.asset_key, ColumnRow.name)
    for key, name in session.execute(chosen.where(ColumnRow.asset_key.in_(asset_keys), ColumnRow.removed_at.is_(None))):
        found[key].add(name)
    return found


def between(session: Session, source_key: int, target_key: int, kind: str) -> UUID | None:
    """The edge of this type that is there already, whoever vouches for it."""
    same = (R.source_key == source_key, R.target_key == target_key, R.type == kind)
    return session.scalar(select(R.id).where(*same).limit(1))


def add(session: Session, values: dict[str, Any]) -> UUID | None:
    """Insert an edge; None when somebody was quicker."""
    statement = insert(R).values(values).on_conflict_do_nothing(constraint="uq_relationships_edge")
    return session.execute(statement.returning(R.id)).scalar_one_or_none()


def remove(session: Session, key: int) -> None:
    """Delete an edge."""
    session.execute(delete(R).where(R.key == key))


def rename_target(session: Session, asset_key: int, qualified_name: str) -> None:
    """Let the edges that lead to an asset tell its new name."""
    renaming = "UPDATE crosswind.relationships SET target_name = :name WHERE target_key = :key"
    session.execute(text(renaming), {"name": qualified_name, "key": asset_key})


def _seen(chosen: Select[Any], actor: Actor) -> Select[Any]:
    seen = select(A.key).where(seen_by(actor), A.deleted_at.is_(None))
    joined = chosen.join(S, S.key == R.source_key).join(T, T.key == R.target_key)
    return joined.where(R.tenant == actor.tenant, R.source_key.in_(seen), R.target_key.in_(seen))
