"""Uploaded files in parts."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Row, delete, func, insert, select, text, update
from sqlalchemy.orm import Session

from crosswind.contexts.catalog.transfer.models import UploadPartRow, UploadRow

U, P = UploadRow, UploadPartRow
SHOWN = (U.id, U.name, U.size, U.parts, U.created_by, U.created_at, U.completed_at)
_FORGET = text("""
    DELETE FROM crosswind.uploads WHERE id IN (
        SELECT id FROM crosswind.uploads
         WHERE created_at < now() - CASE WHEN completed_at IS NULL THEN interval '1 day' ELSE interval '7 days' END
         LIMIT :most FOR UPDATE SKIP LOCKED)
""")


def held(session: Session, tenant: str) -> int:
    """The bytes that a tenant's uploaded files take."""
    return int(session.scalar(select(func.coalesce(func.sum(U.size), 0)).where(U.tenant == tenant)) or 0)


def add(session: Session, tenant: str, subject: str) -> UUID:
    """Begin a file."""
    made = insert(U).values(tenant=tenant, created_by=subject).returning(U.id)
    return session.execute(made).scalar_one()


def append(session: Session, upload_id: UUID, number: int, data: bytes) -> None:
    """Store the next part of a file that is on its way."""
    session.execute(insert(P).values(upload_id=upload_id, number=number, data=data))
    grown = {"size": U.size + len(data), "parts": number + 1}
    session.execute(update(U).where(U.id == upload_id, U.completed_at.is_(None)).values(grown))


def complete(session: Session, upload_id: UUID, name: str | None) -> None:
    """Say that a file is there as a whole."""
    session.execute(update(U).where(U.id == upload_id).values(completed_at=func.now(), name=name))


def find(session: Session, tenant: str, upload_id: UUID) -> Row[Any] | None:
    """A file that was sent as a whole."""
    asked = select(*SHOWN).where(U.tenant == tenant, U.id == upload_id, U.completed_at.is_not(None))
    return session.execute(asked).one_or_none()


def part(session: Session, upload_id: UUID, number: int) -> bytes | None:
    """One part of a file."""
    data = session.scalar(select(P.data).where(P.upload_id == upload_id, P.number == number))
    return None if data is None else bytes(data)


def remove(session: Session, tenant: str, upload_id: UUID) -> bool:
    """Let go of a file; False when there was none."""
    gone = delete(U).where(U.tenant == tenant, U.id == upload_id).returning(U.id)
    return session.execute(gone).first() is not None


def forget(session: Session, most: int) -> int:
    """Delete files that never came as a whole within a day, and those that nobody took in within a week."""
    return int(session.execute(_FORGET, {"most": most}).rowcount)  # type: ignore[attr-defined]
