"""The audit's chain: each sealed row of a tenant carries a hash over itself and the hash of the row before.

Rows are written unsealed, so that writers never queue for the chain, and sealed in batches by one loop. What counts is
"not yet sealed", never "id above the last": identity order is not commit order. A row is protected once it is sealed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC
from hashlib import sha256
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from crosswind.contexts.governance import retention
from crosswind.contexts.governance.models import AuditHead, AuditRow
from crosswind.contexts.governance.retention import LOCK

BATCH = 2000
GENESIS = b""
_LOCK = text("SELECT pg_try_advisory_xact_lock(:lock)")
_SEAL = text("""
    UPDATE crosswind.audit a SET seq = s.seq, previous = s.previous, hash = s.hash
    FROM unnest(CAST(:ids AS bigint[]), CAST(:seqs AS bigint[]), CAST(:previous AS bytea[]), CAST(:hashes AS bytea[]))
         AS s(id, seq, previous, hash)
    WHERE a.id = s.id AND a.hash IS NULL
""")


@dataclass(frozen=True, slots=True)
class Fault:
    """A place where the chain does not hold."""

    tenant: str
    seq: int
    row: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a walk over the chains found; `heads` is worth writing down elsewhere."""

    rows: int
    heads: dict[str, tuple[int, str]]
    faults: tuple[Fault, ...]


def seal(session: Session) -> int:
    """Seal the oldest unsealed rows, at most a batch, and commit; 0 when there are none or another process does it."""
    if not session.scalar(_LOCK, {"lock": LOCK}):
        session.rollback()
        return 0
    rows = session.scalars(select(AuditRow).where(AuditRow.hash.is_(None)).order_by(AuditRow.id).limit(BATCH)).all()
    heads = {head.tenant: (head.seq, head.hash) for head in session.scalars(select(AuditHead))}
    links = [_link(row, heads) for row in rows]
    if links:
        session.execute(_SEAL, _columns(links))
        _store(session, {row.tenant: heads[row.tenant] for row in rows})
    session.commit()
    session.expunge_all()
    return len(links)


def verify(session: Session) -> Verdict:
    """Walk every tenant's sealed rows, from its last checkpoint on, and recompute each hash; the faults name the rows.

    In a session that has not begun it sees one moment of the store, whatever is sealed or taken away meanwhile.
    """
    if not session.in_transaction():
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    heads = {head.tenant: (head.seq, head.hash) for head in session.scalars(select(AuditHead))}
    taken = retention.checkpoints(session)
    faults = [
        Fault(tenant, seq, None, reason)
        for tenant, rows in taken.items()
        for seq, reason in retention.faults(session, tenant, rows)
    ]
    counted, reached = 0, dict.fromkeys(heads, (0, GENESIS))
    reached |= {tenant: (rows[-1].seq, rows[-1].anchor) for tenant, rows in taken.items()}
    for row in _sealed(session):
        counted += 1
        seq, previous = reached.get(row.tenant, (0, GENESIS))
        faults.extend(_faults(row, seq, previous))
        reached[row.tenant] = max(reached.get(row.tenant, (0, GENESIS)), (row.seq or 0, row.hash or GENESIS))
    for tenant, end in reached.items():
        head = heads.get(tenant, (0, GENESIS))
        if head != end:
            faults.append(Fault(tenant, head[0], None, f"the chain ends at {end[0]}, but {head[0]} rows were sealed"))
    shown = {tenant: (seq, digest.hex()) for tenant, (seq, digest) in sorted(heads.items())}
    return Verdict(counted, shown, tuple(faults))


def newest_hold(session: Session, tenant: str, most: int = BATCH) -> bool | None:
    """Whether a tenant's newest sealed rows are as they were sealed, none missing among them or after them.

    None when nothing was sealed yet. It reads at most `most` rows, all in one statement: `verify` walks whole chains.
    """
    seq, digest = (
        select(each).where(AuditHead.tenant == tenant).scalar_subquery() for each in (AuditHead.seq, AuditHead.hash)
    )
    asked = select(AuditRow, seq, digest).where(AuditRow.tenant == tenant, AuditRow.seq.is_not(None))
    rows = session.execute(asked.order_by(AuditRow.seq.desc()).limit(most)).all()
    if not rows:
        return _all_taken(session, tenant)
    oldest = rows[-1][0]
    reached = ((oldest.seq or 0) - 1, oldest.previous or GENESIS)
    for row, _, _ in reversed(rows):
        if next(_faults(row, *reached), None) is not None:
            return False
        reached = (row.seq, row.hash)
    return bool(reached == tuple(rows[0][1:]))


def _all_taken(session: Session, tenant: str) -> bool | None:
    """A chain without rows is whole when retention took them all."""
    head = session.get(AuditHead, tenant, populate_existing=True)
    if head is None:
        return None
    last = retention.latest(session, tenant)
    return last is not None and (last.seq, last.anchor) == (head.seq, head.hash)


def canonical(row: AuditRow) -> bytes:
    """The bytes that a row's hash covers: every fact by name, absent ones as null, in one spelling."""
    facts = {
        "id": row.id,
        "tenant": row.tenant,
        "at": row.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor": row.actor,
        "actorKind": row.actor_kind,
        "action": row.action,
        "outcome": row.outcome,
        "entityType": row.entity_type,
        "entityId": row.entity_id,
        "connectionId": row.connection_id,
        "before": row.before,
        "after": row.after,
        "requestId": row.request_id,
    }
    return json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False).encode()


def link(previous: bytes, seq: int, row: AuditRow) -> bytes:
    """The hash of a row at a place in its chain."""
    return sha256(previous + seq.to_bytes(8, "big") + canonical(row)).digest()


def _link(row: AuditRow, heads: dict[str, tuple[int, bytes]]) -> tuple[int, int, bytes, bytes]:
    last, previous = heads.get(row.tenant, (0, GENESIS))
    digest = link(previous, last + 1, row)
    heads[row.tenant] = (last + 1, digest)
    return row.id, last + 1, previous, digest


def _columns(links: Sequence[tuple[int, int, bytes, bytes]]) -> dict[str, list[Any]]:
    ids, seqs, previous, hashes = (list(column) for column in zip(*links, strict=True))
    return {"ids": ids, "seqs": seqs, "previous": previous, "hashes": hashes}


def _store(session: Session, heads: dict[str, tuple[int, bytes]]) -> None:
    statement = insert(AuditHead).values(
        [{"tenant": t, "seq": seq, "hash": hashed} for t, (seq, hashed) in heads.items()]
    )
    new = {name: statement.excluded[name] for name in ("seq", "hash", "sealed_at")}
    session.execute(statement.on_conflict_do_update(index_elements=["tenant"], set_=new))


def _sealed(session: Session) -> Iterator[AuditRow]:
    statement = select(AuditRow).where(AuditRow.hash.is_not(None)).order_by(AuditRow.tenant, AuditRow.seq)
    yield from session.scalars(statement.execution_options(yield_per=BATCH))


def _faults(row: AuditRow, seq: int, previous: bytes) -> Iterator[Fault]:
    place = row.seq or 0
    if place <= seq:
        yield Fault(row.tenant, place, row.id, f"it stands before row {seq}, up to which all were taken away")
    elif place != seq + 1:
        yield Fault(row.tenant, place, row.id, f"rows {seq + 1} to {place - 1} are missing before it")
    elif row.previous != previous:
        yield Fault(row.tenant, place, row.id, "it does not follow the row before it")
    if link(row.previous or GENESIS, place, row) != row.hash:
        yield Fault(row.tenant, place, row.id, "its content is not what was sealed")
