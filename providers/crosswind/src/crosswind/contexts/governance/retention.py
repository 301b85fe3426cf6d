"""The audit's oldest rows leave: the rest of each chain stays verifiable from a checkpoint.

A checkpoint says up to which row a chain was taken away and keeps that row's seal, the anchor that the next row
follows. Checkpoints are a chain of their own, and each is told in the audit itself, where later seals cover it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from hashlib import sha256

from sqlalchemy import delete, func, insert, select, text
from sqlalchemy.orm import Session

from crosswind.contexts.governance.models import AuditCheckpoint, AuditHead, AuditRow

LOCK = 0x63726F7373736561
"""The lock of whoever seals: a chain's two ends are never moved at once."""
BATCH = 5000
PURGED = "AUDIT_PURGED"
_LOCK = text("SELECT pg_try_advisory_xact_lock(:lock)")


def purge(session: Session, older_than: datetime, most: int = BATCH) -> int:
    """Take away at most `most` rows of one tenant that are sealed and older, and commit; 0 when there are none.

    A chain loses its beginning only: a row that is younger keeps all that were sealed after it.
    """
    if not session.scalar(_LOCK, {"lock": LOCK}):
        session.rollback()
        return 0
    for tenant in session.scalars(select(AuditHead.tenant).order_by(AuditHead.tenant)).all():
        last = latest(session, tenant)
        rows = _leading(session, tenant, last.seq if last else 0, older_than, most)
        if any(row.action != PURGED for row in rows):
            _take(session, tenant, last, rows, older_than)
            session.commit()
            return len(rows)
    session.rollback()
    return 0


def latest(session: Session, tenant: str) -> AuditCheckpoint | None:
    """A tenant's last checkpoint."""
    order = AuditCheckpoint.number.desc()
    return session.scalar(select(AuditCheckpoint).where(AuditCheckpoint.tenant == tenant).order_by(order).limit(1))


def checkpoints(session: Session) -> dict[str, list[AuditCheckpoint]]:
    """All checkpoints, each tenant's in order."""
    found: dict[str, list[AuditCheckpoint]] = {}
    for row in session.scalars(select(AuditCheckpoint).order_by(AuditCheckpoint.tenant, AuditCheckpoint.number)):
        found.setdefault(row.tenant, []).append(row)
    return found


def faults(session: Session, tenant: str, found: Sequence[AuditCheckpoint]) -> Iterator[tuple[int, str]]:
    """Where a tenant's checkpoints are not what was written: the place in the audit, and why."""
    before, seq = b"", 0
    for number, row in enumerate(found, 1):
        whole = row.number == number and row.seq > seq and row.rows == row.seq - seq and row.older_than <= row.at
        if not whole or row.hash != _digest(before, row):
            yield row.seq, f"checkpoint {row.number} is not what was written when rows were taken away"
        before, seq = row.hash, row.seq
    if found and not _is_told(session, tenant, found[-1]):
        yield found[-1].seq, f"no row of the audit tells of checkpoint {found[-1].number}: retention did not make it"


def _leading(session: Session, tenant: str, seq: int, older_than: datetime, most: int) -> list[AuditRow]:
    statement = select(AuditRow).where(AuditRow.tenant == tenant, AuditRow.seq > seq).order_by(AuditRow.seq)
    found: list[AuditRow] = []
    for row in session.scalars(statement.limit(most)):
        if row.at >= older_than:
            break
        found.append(row)
    return found


def _take(
    session: Session, tenant: str, last: AuditCheckpoint | None, rows: Sequence[AuditRow], older_than: datetime
) -> None:
    end = rows[-1]
    now: datetime = session.scalar(select(func.clock_timestamp()))  # type: ignore[assignment]
    row = AuditCheckpoint(
        tenant=tenant, number=last.number + 1 if last else 1, seq=end.seq, anchor=end.hash, rows=len(rows),
        older_than=older_than, at=now,
    )  # fmt: skip
    row.hash = _digest(last.hash if last else b"", row)
    session.add(row)
    session.flush()
    told = {
        "checkpoint": row.number, "rows": row.rows, "upTo": row.seq, "anchor": row.anchor.hex(),
        "olderThan": older_than.isoformat(), "hash": row.hash.hex(),
    }  # fmt: skip
    session.execute(
        insert(AuditRow).values(
            tenant=tenant, actor="system:retention", actor_kind="system", action=PURGED, outcome="success",
            entity_type="AUDIT", entity_id=tenant, after=told, request_id="",
        )
    )  # fmt: skip
    gone = delete(AuditRow).where(AuditRow.tenant == tenant, AuditRow.seq <= row.seq)
    session.execute(gone.execution_options(synchronize_session=False))
    session.expunge_all()


def _digest(before: bytes, row: AuditCheckpoint) -> bytes:
    times = [moment.astimezone(UTC).isoformat(timespec="microseconds") for moment in (row.older_than, row.at)]
    facts = [row.tenant, row.number, row.seq, row.anchor.hex(), row.rows, *times]
    return sha256(before + json.dumps(facts, separators=(",", ":")).encode()).digest()


def _is_told(session: Session, tenant: str, row: AuditCheckpoint) -> bool:
    told = (
        AuditRow.tenant == tenant,
        AuditRow.action == PURGED,
        AuditRow.actor_kind == "system",
        AuditRow.after["hash"].astext == row.hash.hex(),
    )
    return session.scalar(select(func.count()).select_from(AuditRow).where(*told)) != 0
