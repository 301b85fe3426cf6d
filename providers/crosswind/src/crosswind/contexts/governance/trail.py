"""The audit as the metastore design shows it: of one entity, or of all of a kind."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from typing_extensions import TypedDict

from crosswind.contexts.governance.models import AuditRow
from crosswind.contexts.governance.repository import AuditRepository
from crosswind.contexts.governance.schemas import TrailQuery
from crosswind.kit.paging import Page, Window, bounded
from crosswind.kit.unit_of_work import UnitOfWork

_SPACE = UUID("c0a1f3e7-5d2b-8a64-8000-000000000000").int
"""An entry's number stands in the last 62 bits of its id, a UUID of version 8 as RFC 9562 leaves to applications."""


class TrailUser(TypedDict):
    """Who did it, and what it is called now; the id again where nobody knows."""

    id: str
    name: str


class TrailEntry(TypedDict):
    """One change or denied attempt; the states hold what differs, or what there was to tell."""

    id: UUID
    entity_type: str
    entity_id: str
    action: str
    outcome: str
    user: TrailUser
    before_state: dict[str, Any] | None
    after_state: dict[str, Any] | None
    timestamp: datetime


class AuditTrailService:
    """The trail of one unit of work."""

    def __init__(self, uow: UnitOfWork, names: Callable[[Collection[str]], Mapping[str, str]]) -> None:
        self._rows = AuditRepository(uow.session, uow.actor)
        self._names = names

    def list(self, query: TrailQuery, window: Window) -> Page[TrailEntry]:
        """One window of the audit, newest first."""
        rows, counted = self._rows.trail(query, window)
        names = self._names({row.actor for row in rows})
        return bounded(rows, counted, window).map(lambda row: _entry(row, names.get(row.actor, row.actor)))


def _entry(row: AuditRow, name: str) -> TrailEntry:
    return {
        "id": UUID(int=_SPACE | row.id),
        "entity_type": row.entity_type.upper(),
        "entity_id": row.entity_id,
        "action": row.action.upper(),
        "outcome": row.outcome,
        "user": {"id": row.actor, "name": name},
        "before_state": row.before,
        "after_state": row.after,
        "timestamp": row.at,
    }
