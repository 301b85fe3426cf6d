"""The audit, to be read."""

from __future__ import annotations

from collections.abc import Sequence

from crosswind.contexts.governance.models import AuditRow
from crosswind.contexts.governance.repository import AuditRepository
from crosswind.contexts.governance.schemas import AuditEntry, AuditFound, AuditQuery, AuditSearch, ExportQuery
from crosswind.kit.errors import NotFound
from crosswind.kit.paging import Page, Window
from crosswind.kit.unit_of_work import Event, UnitOfWork

STRETCH = 1_000
"""Entries that an export reads at a time."""


class AuditService:
    """Answers who did what; the unit of work (`sink`) and the doors (`Denials`) write it."""

    def __init__(self, uow: UnitOfWork) -> None:
        self._uow = uow
        self._rows = AuditRepository(uow.session, uow.actor)

    def list(self, query: AuditQuery, window: Window) -> Page[AuditEntry]:
        """The tenant's audit, newest first."""
        rows, total = self._rows.page(query, window)
        return Page([_entry(row) for row in rows], total, window)

    def trail(self, connection_id: str, query: AuditQuery, window: Window) -> Page[AuditEntry]:
        """The audit of one connection, also after it was deleted."""
        if not self._rows.knows_connection(connection_id):
            raise NotFound("Connection", connection_id)
        return self.list(query.model_copy(update={"connection_id": connection_id}), window)

    def search(self, query: AuditSearch) -> AuditFound:
        """What a search finds, a page of it."""
        rows, total = self._rows.search(query)
        shown, more = rows[: query.page_size], len(rows) > query.page_size
        by_cursor = query.cursor is not None
        return {
            "data": [_entry(row) for row in shown],
            "pagination": {
                "page": None if by_cursor else query.page or 1,
                "pageSize": query.page_size,
                "totalCount": total,
                "hasNext": more,
                "nextCursor": str(shown[-1].id) if more else None,
            },
        }

    def export(self, query: AuditQuery, how: ExportQuery) -> Sequence[AuditEntry]:
        """The first stretch of an export, which the audit has from now on; `stretch` gives the others."""
        asked = query.model_dump(mode="json", by_alias=True, exclude_none=True)
        told = {**asked, **how.model_dump(exclude_none=True)}
        self._uow.record(Event("AUDIT", "export", "EXPORT", None, told, query.connection_id))
        return self.stretch(query, how.before, min(STRETCH, how.limit))

    def stretch(self, query: AuditQuery, before: int | None, limit: int) -> Sequence[AuditEntry]:
        """Entries with smaller ids than `before`, newest first."""
        return [_entry(row) for row in self._rows.below(query, before, limit)]


def _entry(row: AuditRow) -> AuditEntry:
    return AuditEntry(
        id=row.id, timestamp=row.at, actor=row.actor, actor_kind=row.actor_kind, action=row.action,
        outcome=row.outcome, entity_type=row.entity_type, entity_id=row.entity_id, connection_id=row.connection_id,
        before=row.before, after=row.after, request_id=row.request_id, sequence=row.seq,
        seal=row.hash.hex() if row.hash else None,
    )  # fmt: skip
