"""The audit, to be read."""

from __future__ import annotations

from crosswind.contexts.governance.models import AuditRow
from crosswind.contexts.governance.repository import AuditRepository
from crosswind.contexts.governance.schemas import AuditEntry, AuditQuery
from crosswind.kit.errors import NotFound
from crosswind.kit.paging import Page, Window
from crosswind.kit.unit_of_work import UnitOfWork


class AuditService:
    """Answers who did what; the unit of work (`sink`) and the doors (`Denials`) write it."""

    def __init__(self, uow: UnitOfWork) -> None:
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


def _entry(row: AuditRow) -> AuditEntry:
    return AuditEntry(
        id=row.id, timestamp=row.at, actor=row.actor, actor_kind=row.actor_kind, action=row.action,
        outcome=row.outcome, entity_type=row.entity_type, entity_id=row.entity_id, connection_id=row.connection_id,
        before=row.before, after=row.after, request_id=row.request_id, sequence=row.seq,
        seal=row.hash.hex() if row.hash else None,
    )  # fmt: skip
