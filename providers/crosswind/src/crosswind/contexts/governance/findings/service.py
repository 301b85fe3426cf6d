"""Findings: listed, counted, confirmed and rejected by people."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row

from crosswind.contexts.governance.findings.ports import Reconsidering
from crosswind.contexts.governance.findings.repository import findings as repository
from crosswind.contexts.governance.findings.schemas import (
    STATUS_OF,
    FindingQuery,
    FindingShown,
    FindingSummary,
    KindCount,
    ReviewAnswer,
    ReviewOutcome,
    ReviewRequest,
)
from crosswind.kit.paging import Page, Window
from crosswind.kit.unit_of_work import Event, UnitOfWork

UNKNOWN = "GEN_404"
MOST_CONNECTIONS = 20
"""Connections that one review has judged anew; others are with their next scan or remedy."""


class FindingService:
    """Findings of one unit of work, within what the actor may see."""

    def __init__(self, uow: UnitOfWork, reconsider: Reconsidering | None = None) -> None:
        self._uow = uow
        self._reconsider = reconsider
        self._session = uow.session
        self._actor = uow.actor

    def list(self, query: FindingQuery, window: Window) -> Page[FindingShown]:
        """The findings by asset and column."""
        rows, total = repository.page(self._session, self._actor, query, window)
        return Page([FindingShown(**row._asdict()) for row in rows], total, window)

    def summary(self, query: FindingQuery) -> FindingSummary:
        """How many there are of each kind, by what people decided."""
        rows = repository.summary(self._session, self._actor, query)
        return FindingSummary(kinds=[KindCount(**row._asdict()) for row in rows])

    def review(self, request: ReviewRequest) -> ReviewAnswer:
        """Write one decision on many findings; a decision stays through all later scans."""
        status = STATUS_OF[request.decision]
        found = {row.id: row for row in repository.lock(self._session, self._actor, request.ids)}
        changing = {key: row for key, row in found.items() if _differs(row, status, request.note)}
        if changing:
            values = {"status": status, "note": request.note, **self._by(reopened=status == "proposed")}
            repository.decide(self._session, [row.key for row in changing.values()], values)
        for row in changing.values():
            self._uow.record(_event(row, request, status))
        self._judge({row.connection_key for row in changing.values() if row.status != status})
        outcomes = [
            ReviewOutcome(id=each, outcome="changed" if each in changing else "unchanged")
            if each in found
            else ReviewOutcome(id=each, outcome="failed", code=UNKNOWN, message=f"Finding '{each}' not found")
            for each in dict.fromkeys(request.ids)
        ]
        return ReviewAnswer(results=outcomes)

    def _judge(self, connection_keys: set[int | None]) -> None:
        """A violation that rests on what was just rejected must not wait for a scan to close."""
        keys = sorted(key for key in connection_keys if key is not None)
        if self._reconsider is not None and keys:
            self._reconsider(keys[:MOST_CONNECTIONS])

    def _by(self, *, reopened: bool) -> dict[str, Any]:
        who = None if reopened else self._actor.account
        return {"reviewed_by": who, "reviewed_at": None if reopened else datetime.now(UTC)}


def _differs(row: Row[Any], status: str, note: str | None) -> bool:
    return bool(row.status != status or (note is not None and row.note != note))


def _event(row: Row[Any], request: ReviewRequest, status: str) -> Event:
    about = {"kind": row.kind, "asset": row.qualified_name, "column": row.column}
    after = {**about, "status": status, **({"note": request.note} if request.note else {})}
    before = {"status": row.status}
    return Event("finding", str(row.id), request.decision, before, after, connection_id=row.connection_id)
