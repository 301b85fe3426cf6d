"""Scan rows, what they look at and what they saw: each is one statement whatever the number of columns."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, delete, func, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from crosswind.contexts.catalog.models import AssetRow, ColumnRow
from crosswind.contexts.connections.models import ConnectionRow
from crosswind.contexts.connections.repository import visible
from crosswind.contexts.governance.findings.models import ScanBatchRow, ScanRow
from crosswind.kit.actor import Actor

_SEEN = """
INSERT INTO crosswind.findings AS f (tenant, asset_key, column_key, kind, detail, confidence, reason, last_scan)
SELECT :tenant, c.asset_key, c.key, r.kind, r.detail, r.confidence, r.reason, :scan
  FROM jsonb_to_recordset(CAST(:records AS jsonb))
       AS r(key bigint, kind text, detail text, confidence float8, reason text)
  JOIN crosswind.columns c ON c.key = r.key
 ORDER BY c.key, r.kind
ON CONFLICT (column_key, kind) DO UPDATE
   SET detail = excluded.detail, confidence = excluded.confidence, reason = excluded.reason,
       last_seen = now(), last_scan = excluded.last_scan, gone_at = NULL
RETURNING xmax = 0 AS created
"""
_GONE = """
WITH gone AS (
    SELECT key FROM crosswind.findings
     WHERE gone_at IS NULL AND last_scan <> :scan AND column_key IN (
           SELECT unnest(looked_at) FROM crosswind.scan_batches WHERE scan_key = :scan AND try_number = :trying)
     ORDER BY column_key, kind FOR UPDATE)
UPDATE crosswind.findings SET gone_at = now() WHERE key IN (SELECT key FROM gone)
"""
_SCANNED = """
WITH seen AS (
    SELECT key FROM crosswind.columns
     WHERE scanned_at IS NULL AND key IN (
           SELECT unnest(looked_at || empty) FROM crosswind.scan_batches
            WHERE scan_key = :scan AND try_number = :trying)
     ORDER BY asset_key, key FOR NO KEY UPDATE)
UPDATE crosswind.columns SET scanned_at = now() WHERE key IN (SELECT key FROM seen)
"""
_KINDS = """
SELECT f.kind, count(*) AS number FROM crosswind.findings f
  JOIN crosswind.assets a ON a.key = f.asset_key JOIN crosswind.columns c ON c.key = f.column_key
 WHERE a.connection_key = :connection AND a.removed_at IS NULL AND c.removed_at IS NULL
   AND f.gone_at IS NULL AND f.status <> 'rejected'
 GROUP BY f.kind ORDER BY f.kind
"""
_TO_LOOK_AT = (AssetRow.removed_at.is_(None), AssetRow.crawled_at.is_not(None), AssetRow.schema.is_not(None))


def lock_connection(session: Session, connection_key: int) -> None:
    """Let one scan request a connection pass at a time, until the transaction ends."""
    session.execute(
        text("SELECT pg_advisory_xact_lock(hashtextextended('crosswind.scan', :key))"), {"key": connection_key}
    )


def open_scan(session: Session, values: dict[str, Any]) -> ScanRow:
    """The row of a task's scan, made when it is not there."""
    session.execute(upsert(ScanRow).values(values).on_conflict_do_nothing(index_elements=["task_id"]))
    return session.execute(select(ScanRow).where(ScanRow.task_id == values["task_id"])).scalar_one()


def find(session: Session, actor: Actor, task_id: str) -> Row[Any] | None:
    """A scan of a connection that the actor may see, with the connection's public id."""
    return session.execute(
        select(ScanRow, ConnectionRow.id.label("connection_id"))
        .join(ConnectionRow, ConnectionRow.key == ScanRow.connection_key)
        .where(ScanRow.task_id == task_id, ScanRow.tenant == actor.tenant, visible(actor))
    ).one_or_none()


def tables(session: Session, connection_key: int, after: int, limit: int) -> tuple[Sequence[Row[Any]], int]:
    """The next assets that were read in full with their numbers of columns, and how many assets there are in all."""
    there = (AssetRow.connection_key == connection_key, *_TO_LOOK_AT)
    total = session.scalar(select(func.count()).select_from(AssetRow).where(*there)) or 0
    of_asset = (ColumnRow.asset_key == AssetRow.key, ColumnRow.removed_at.is_(None))
    width = select(func.count()).select_from(ColumnRow).where(*of_asset).scalar_subquery().label("width")
    shown = (AssetRow.key, AssetRow.id, AssetRow.schema, AssetRow.name, width)
    listed = select(*shown).where(*there, AssetRow.key > after)
    return session.execute(listed.order_by(AssetRow.key).limit(limit)).all(), total


def columns(session: Session, asset_keys: Sequence[int]) -> Sequence[Row[Any]]:
    """The present columns of these assets in the sources' order."""
    listed = select(ColumnRow.asset_key, ColumnRow.id, ColumnRow.name, ColumnRow.data_type)
    there = (ColumnRow.asset_key.in_(asset_keys), ColumnRow.removed_at.is_(None))
    return session.execute(listed.where(*there).order_by(ColumnRow.asset_key, ColumnRow.position)).all()


def column_keys(session: Session, connection_key: int, ids: Sequence[UUID]) -> dict[UUID, int]:
    """The keys of those columns that this connection has."""
    found = (
        select(ColumnRow.id, ColumnRow.key)
        .join(AssetRow, AssetRow.key == ColumnRow.asset_key)
        .where(AssetRow.connection_key == connection_key, ColumnRow.id.in_(ids), ColumnRow.removed_at.is_(None))
    )
    return {row.id: row.key for row in session.execute(found)}


def write_seen(session: Session, tenant: str, scan_key: int, records: list[dict[str, Any]]) -> int:
    """Write what was seen, leaving people's decisions alone; returns how many findings are new."""
    if not records:
        return 0
    given = {"tenant": tenant, "scan": scan_key, "records": json.dumps(records)}
    return sum(row.created for row in session.execute(text(_SEEN), given))


def known_batch(session: Session, scan: ScanRow, sequence: int) -> ScanBatchRow | None:
    """The request that came before under the same number in the same try."""
    return session.get(ScanBatchRow, (scan.key, scan.try_number, sequence))


def add_batch(session: Session, values: dict[str, Any]) -> None:
    """Note a request and its answer."""
    session.execute(insert(ScanBatchRow).values(values))


def batches(session: Session, scan: ScanRow) -> int:
    """How many requests the present try sent."""
    of_try = (ScanBatchRow.scan_key == scan.key, ScanBatchRow.try_number == scan.try_number)
    return session.scalar(select(func.count()).select_from(ScanBatchRow).where(*of_try)) or 0


def new_findings(session: Session, scan: ScanRow) -> int:
    """How many findings the scan made."""
    made = select(func.sum(ScanBatchRow.answer["created"].as_integer())).where(ScanBatchRow.scan_key == scan.key)
    return int(session.scalar(made) or 0)


def mark_gone(session: Session, scan: ScanRow) -> int:
    """Mark the findings of columns that were looked at and did not show them; returns how many."""
    done: Any = session.execute(text(_GONE), {"scan": scan.key, "trying": scan.try_number})
    return int(done.rowcount)


def mark_scanned(session: Session, scan: ScanRow) -> None:
    """Note for the columns that were looked at for the first time that they were; the others are not written."""
    session.execute(text(_SCANNED), {"scan": scan.key, "trying": scan.try_number})


def kinds(session: Session, connection_key: int) -> dict[str, int]:
    """How many findings of each kind a connection has, rejected ones left out."""
    rows = session.execute(text(_KINDS), {"connection": connection_key})
    return {row.kind: row.number for row in rows}


def take_over(session: Session, scan: ScanRow, try_number: int) -> None:
    """Let a newer try go on, from the beginning."""
    session.execute(update(ScanRow).where(ScanRow.key == scan.key).values(try_number=try_number))
    session.refresh(scan)


def finish(session: Session, scan: ScanRow, summary: dict[str, Any]) -> None:
    """Keep the summary, and forget the requests."""
    done = {"summary": summary, "completed_at": func.clock_timestamp()}
    session.execute(update(ScanRow).where(ScanRow.key == scan.key).values(done))
    session.execute(delete(ScanBatchRow).where(ScanBatchRow.scan_key == scan.key))
    session.refresh(scan)
