"""The server's side of a scan: which columns to look at, what was seen, and the end of the run."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from itertools import accumulate, groupby
from typing import Any

from sqlalchemy import Row

from crosswind.contexts.governance.findings.models import ScanRow
from crosswind.contexts.governance.findings.ports import Evaluation, ScanGrant, ScanGrants
from crosswind.contexts.governance.findings.repository import scans
from crosswind.contexts.governance.findings.schemas import (
    BatchAnswer,
    FindingBatch,
    ScanCompletion,
    ScannedColumn,
    ScannedTable,
    ScannedTables,
    ScanShown,
)
from crosswind.kit.errors import Conflict, NotFound
from crosswind.kit.unit_of_work import Event, UnitOfWork

MOST_COLUMNS = 10_000
"""Columns of a page, but for a single table that has more."""


class ScanService:
    """Scans of one unit of work; a request repeated under its number gets the answer it got before."""

    def __init__(
        self,
        uow: UnitOfWork,
        grants: ScanGrants,
        evaluation: Evaluation | None = None,
        hold: Callable[[Sequence[int]], None] | None = None,
    ) -> None:
        self._uow = uow
        self._session = uow.session
        self._grants = grants
        self._evaluation = evaluation
        self._hold = hold

    def columns(self, task_id: str, after: int, limit: int) -> ScannedTables:
        """The next tables of the connection with their columns: fewer than `limit` where they are wide."""
        grant = self._grants(task_id)
        found, total = scans.tables(self._session, grant.connection_key, after, limit)
        shown = _narrow(found)
        wanted = [row for row in shown if grant.patterns.wants(row.schema, row.name)]
        columns = scans.columns(self._session, [row.key for row in wanted])
        by_table = {key: list(group) for key, group in groupby(columns, lambda row: row.asset_key)}
        tables = [
            ScannedTable(
                asset_id=row.id,
                schema_=row.schema,
                name=row.name,
                columns=[ScannedColumn(id=c.id, name=c.name, data_type=c.data_type) for c in by_table[row.key]],
            )
            for row in wanted
            if row.key in by_table
        ]
        more = len(shown) < len(found) or len(found) == limit
        return ScannedTables(tables=tables, total=total, next=shown[-1].key if more else None)

    def findings(self, task_id: str, batch: FindingBatch) -> BatchAnswer:
        """Store what columns showed; nothing that was seen before is taken away yet."""
        grant, scan = self._enter(task_id)
        digest = hashlib.blake2b(batch.model_dump_json().encode(), digest_size=16).hexdigest()
        before = scans.known_batch(self._session, scan, batch.sequence)
        if before is not None:
            if before.digest != digest:
                raise Conflict(f"Sequence {batch.sequence} was used for another request", sequence=batch.sequence)
            return BatchAnswer(**before.answer)
        ids = [each.column_id for each in batch.columns]
        keys = scans.column_keys(self._session, grant.connection_key, ids)
        records = _records(batch, keys)
        created = scans.write_seen(self._session, scan.tenant, scan.key, records)
        answer = BatchAnswer(created=created, seen=len(records) - created, unknown=len(ids) - len(keys))
        of_try = {"scan_key": scan.key, "try_number": scan.try_number, "sequence": batch.sequence}
        noted = {"digest": digest, "answer": answer.model_dump(), **_looked_at(batch, keys)}
        scans.add_batch(self._session, of_try | noted)
        return answer

    def complete(self, task_id: str, completion: ScanCompletion) -> ScanShown:
        """End a complete run: what was looked at and not seen is gone now; again gives the same summary."""
        grant, scan = self._enter(task_id, ended=True)
        if scan.summary is None:
            sent = scans.batches(self._session, scan)
            if sent != completion.batches:
                raise Conflict(f"{completion.batches} batches were sent and {sent} arrived; let the run start again")
            scans.finish(self._session, scan, self._summary(grant, scan, completion))
            self._uow.record(_event(grant, scan))
        return _shown(scan, grant.connection_id)

    def get(self, task_id: str) -> ScanShown:
        """What a scan did so far, or did."""
        found = scans.find(self._session, self._uow.actor, task_id)
        if found is None:
            raise NotFound("Scan", task_id)
        return _shown(found.ScanRow, found.connection_id)

    def _summary(self, grant: ScanGrant, scan: ScanRow, completion: ScanCompletion) -> dict[str, Any]:
        created = scans.new_findings(self._session, scan)
        gone = scans.mark_gone(self._session, scan)
        if self._hold is not None:
            self._hold([grant.connection_key])
        scans.mark_scanned(self._session, scan)
        kinds = scans.kinds(self._session, grant.connection_key)
        counts = completion.model_dump(mode="json", by_alias=True, exclude={"facts", "batches"})
        judged = self._judged(grant, completion)
        found = {"kinds": kinds, "found": sum(kinds.values()), "new": created, "gone": gone}
        return {**counts, **found, "compliance": judged}

    def _judged(self, grant: ScanGrant, completion: ScanCompletion) -> dict[str, Any]:
        if self._evaluation is None:
            return {}
        told = self._evaluation(
            grant.connection_key, completion.facts, task_id=grant.task_id, standards=grant.standards
        )
        return dict(told)

    def _enter(self, task_id: str, *, ended: bool = False) -> tuple[ScanGrant, ScanRow]:
        """One request of a connection at a time, by a lease that is not fenced, on a scan that has not ended."""
        grant = self._grants(task_id)
        scans.lock_connection(self._session, grant.connection_key)
        grant = self._grants(task_id)
        scan = scans.open_scan(
            self._session,
            {
                "tenant": self._uow.actor.tenant,
                "task_id": grant.task_id,
                "connection_key": grant.connection_key,
                "try_number": grant.try_number,
            },
        )
        if scan.summary is not None and not ended:
            raise Conflict("This scan is complete; start another one")
        if scan.try_number > grant.try_number:
            raise Conflict(f"Try {grant.try_number} is over; try {scan.try_number} has taken over")
        if scan.try_number < grant.try_number and scan.summary is None:
            scans.take_over(self._session, scan, grant.try_number)
        return grant, scan


def _narrow(found: Sequence[Row[Any]]) -> Sequence[Row[Any]]:
    """The first tables that have at most MOST_COLUMNS together; one at least."""
    widths = accumulate(row.width for row in found)
    return found[: max(1, sum(width <= MOST_COLUMNS for width in widths))]


def _looked_at(batch: FindingBatch, keys: dict[Any, int]) -> dict[str, list[int]]:
    """The columns that values were seen of, and those that had none."""
    empty = {keys[each.column_id] for each in batch.columns if each.findings is None and each.column_id in keys}
    return {"looked_at": sorted(set(keys.values()) - empty), "empty": sorted(empty)}


def _records(batch: FindingBatch, keys: dict[Any, int]) -> list[dict[str, Any]]:
    """One record a column and kind: the surest where a kind is told twice."""
    best: dict[tuple[int, str], dict[str, Any]] = {}
    for column in batch.columns:
        for found in (column.findings or ()) if column.column_id in keys else ():
            record = {"key": keys[column.column_id], **found.model_dump()}
            place = (record["key"], record["kind"])
            if place not in best or best[place]["confidence"] < record["confidence"]:
                best[place] = record
    return list(best.values())


def _event(grant: ScanGrant, scan: ScanRow) -> Event:
    summary = scan.summary or {}
    after = {name: summary[name] for name in ("tables", "columns", "sampled", "failed", "found", "new", "gone")}
    return Event("scan", grant.task_id, "complete", None, after, connection_id=grant.connection_id)


def _shown(scan: ScanRow, connection_id: str) -> ScanShown:
    return ScanShown(
        task_id=scan.task_id,
        connection_id=connection_id,
        status="COMPLETED" if scan.completed_at is not None else "RUNNING",
        started_at=scan.started_at,
        completed_at=scan.completed_at,
        summary=scan.summary,
    )
