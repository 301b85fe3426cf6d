"""How far imports are, and what was wrong with their lines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from crosswind.contexts.catalog.transfer.models import ImportErrorRow, ImportRow
from crosswind.kit.paging import Window

E = ImportErrorRow


def add(session: Session, values: dict[str, Any]) -> None:
    """Note a new import."""
    session.execute(insert(ImportRow).values(values))


def find(session: Session, tenant: str, task_id: str, *, lock: bool = False) -> ImportRow | None:
    """An import, as it stands now."""
    asked = select(ImportRow).where(ImportRow.tenant == tenant, ImportRow.task_id == task_id)
    asked = asked.execution_options(populate_existing=True)
    return session.scalar(asked.with_for_update() if lock else asked)


def sequence(session: Session, task_id: str) -> int:
    """How many blocks of an import are stored."""
    return session.scalar(select(ImportRow.sequence).where(ImportRow.task_id == task_id)) or 0


def counts(session: Session, task_id: str) -> dict[str, int]:
    """What the blocks of an import did so far."""
    return session.scalar(select(ImportRow.counts).where(ImportRow.task_id == task_id)) or {}


def write(session: Session, task_id: str, values: dict[str, Any]) -> None:
    """Note how far an import is."""
    session.execute(update(ImportRow).where(ImportRow.task_id == task_id).values(values))


def add_errors(session: Session, task_id: str, errors: Sequence[dict[str, Any]]) -> None:
    """Keep what was wrong with lines."""
    rows = [{"task_id": task_id, **error} for error in errors]
    if rows:
        session.execute(upsert(E).on_conflict_do_nothing(), rows)


def errors(session: Session, task_id: str, window: Window) -> tuple[Sequence[Row[Any]], int]:
    """One window of an import's bad lines in their order, and how many are kept."""
    total = session.scalar(select(func.count()).select_from(E).where(E.task_id == task_id)) or 0
    asked = select(E.line, E.field, E.message).where(E.task_id == task_id).order_by(E.line)
    return session.execute(asked.limit(window.limit).offset(window.offset)).all(), total
