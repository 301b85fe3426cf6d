"""Assets that are asked for by what they are known by, read as rows and written."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Row, bindparam, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from crosswind.contexts.catalog.models import AssetRow, ColumnRow
from crosswind.contexts.catalog.repository.narrow import seen
from crosswind.contexts.catalog.repository.said import SAID, without_hidden
from crosswind.contexts.catalog.repository.scope import A, connection_id, seen_by
from crosswind.contexts.catalog.repository.spelled import HERE, Spelled, spelled
from crosswind.kit.actor import Actor

OWN = (
    A.id, A.type, A.type_detail, A.name, A.qualified_name, A.database, A.schema, A.description, A.source_comment,
    A.curated_metadata, A.tags, A.classification, connection_id, A.row_estimate, A.size_bytes, A.created_at,
    A.updated_at, A.crawled_at, A.removed_at, A.version,
)  # fmt: skip
DETAIL = (
    A.key, *OWN, *SAID, A.source_facts, A.source_statistics, A.source_version, A.namespace, A.dataset, A.created_by,
    A.created_by_name, A.deleted_at, A.propagated_tags,
)  # fmt: skip
_C = ColumnRow.__table__.c


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
