"""Findings as people list and review them, a constant number of statements whatever there is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, func, select, update
from sqlalchemy.orm import Session

from crosswind.contexts.catalog.models import AssetRow, ColumnRow
from crosswind.contexts.catalog.repository.scope import A, Clause, connection_id, on_connection, seen_by
from crosswind.contexts.governance.findings.models import FindingRow
from crosswind.contexts.governance.findings.schemas import FindingQuery, Status
from crosswind.kit.actor import Actor
from crosswind.kit.paging import Window

F = FindingRow.__table__.c
C = ColumnRow.__table__.c
STATUSES: tuple[Status, ...] = ("proposed", "confirmed", "rejected")
_SHOWN = (
    F.id, F.kind, F.detail, F.confidence, F.reason, F.status, F.first_seen, F.last_seen, F.gone_at, F.reviewed_by,
    F.reviewed_at, F.note, F.version, A.id.label("asset_id"), A.name.label("asset_name"), A.qualified_name,
    C.id.label("column_id"), C.name.label("column"), connection_id,
)  # fmt: skip


def page(session: Session, actor: Actor, query: FindingQuery, window: Window) -> tuple[Sequence[Row[Any]], int]:
    """One window of the findings that an actor may see, by asset and column, and how many there are."""
    where = (*_there(actor), *_filters(actor, query))
    total = session.scalar(_joined(select(func.count())).where(*where)) or 0
    listed = _joined(select(*_SHOWN)).where(*where).order_by(A.qualified_name, A.key, C.position, C.key, F.kind)
    return session.execute(listed.limit(window.limit).offset(window.offset)).all(), total


def summary(session: Session, actor: Actor, query: FindingQuery) -> Sequence[Row[Any]]:
    """The number of findings of each kind by status."""
    counted = (func.count().filter(F.status == status).label(status) for status in STATUSES)
    grouped = _joined(select(F.kind, *counted)).where(*_there(actor), *_filters(actor, query))
    return session.execute(grouped.group_by(F.kind).order_by(F.kind)).all()


def lock(session: Session, actor: Actor, ids: Sequence[UUID]) -> Sequence[Row[Any]]:
    """Those of the findings that the actor may see, locked in the order in which scans write them."""
    found = (
        _joined(select(F.key, A.connection_key, *_SHOWN))
        .where(*_there(actor), F.id.in_(ids))
        .order_by(F.column_key, F.kind)
    )
    return session.execute(found.with_for_update(of=FindingRow.__table__)).all()


def decide(session: Session, keys: Sequence[int], values: dict[str, Any]) -> None:
    """Write a decision on all of these."""
    changed = update(FindingRow).where(FindingRow.key.in_(keys))
    session.execute(
        changed.values(**values, version=FindingRow.version + 1), execution_options={"synchronize_session": False}
    )


def _joined(statement: Select[Any]) -> Select[Any]:
    assets, columns = AssetRow.__table__, ColumnRow.__table__
    joined = FindingRow.__table__.join(columns, C.key == F.column_key).join(assets, A.key == F.asset_key)
    return statement.select_from(joined)


def _there(actor: Actor) -> list[Clause]:
    """Findings on what the catalog has now, within what the actor may see."""
    return [F.tenant == actor.tenant, seen_by(actor), A.removed_at.is_(None), C.removed_at.is_(None)]


def _filters(actor: Actor, query: FindingQuery) -> list[Clause]:
    found: list[Clause] = [F.gone_at.is_not(None) if query.gone else F.gone_at.is_(None)]
    if query.connection_id is not None:
        found.append(on_connection(actor, query.connection_id))
    if query.asset_id is not None:
        found.append(A.id == query.asset_id)
    if query.kind is not None:
        found.append(F.kind == query.kind)
    if query.status is not None:
        found.append(F.status == query.status)
    if query.min_confidence is not None:
        found.append(F.confidence >= query.min_confidence)
    return found
