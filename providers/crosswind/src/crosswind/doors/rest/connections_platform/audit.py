"""The audit log, and a connection's trail in it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Annotated

from fastapi import Query, Request

from crosswind.contexts.governance.schemas import AuditEntry, AuditFound, AuditQuery, AuditSearch, ExportQuery
from crosswind.contexts.governance.service import STRETCH
from crosswind.doors.rest.connections_platform.audit_export import MEDIA, Format, head, lines, wanted
from crosswind.doors.rest.families import CONNECTIONS_PLATFORM
from crosswind.doors.rest.family import Family
from crosswind.doors.rest.services import Audit
from crosswind.doors.rest.streams import Stream
from crosswind.kit.actor import Actor
from crosswind.kit.paging import Page, Window

if TYPE_CHECKING:
    from crosswind.bootstrap import Services
    from crosswind.doors.rest.door import Door


class Remaining:
    """The stretches of an export after its first."""

    def __init__(
        self, door: Door, actor: Actor, query: AuditQuery, limit: int, kind: Format, first: Sequence[AuditEntry]
    ) -> None:
        self._door, self._actor, self._query, self._kind = door, actor, query, kind
        self._left = limit
        self._note(first, min(STRETCH, limit))

    async def __call__(self) -> bytes | None:
        """The next stretch, None after the last."""
        if not self._left:
            return None
        asked = min(STRETCH, self._left)
        entries = await self._door.go_on(self._actor, self._reading(asked))
        self._note(entries, asked)
        return lines(self._kind, entries)

    def _reading(self, asked: int) -> Callable[[Services], Sequence[AuditEntry]]:
        return lambda services: services.audit.stretch(self._query, self._last, asked)

    def _note(self, entries: Sequence[AuditEntry], asked: int) -> None:
        self._last = entries[-1].id if entries else None
        self._left = self._left - asked if len(entries) == asked else 0


router = Family(CONNECTIONS_PLATFORM, tags=["Audit trail"])


@router.get("/governance/audit", permission="audit:read")
def list_audit(audit: Audit, query: Annotated[AuditQuery, Query()], window: Window) -> Page[AuditEntry]:
    """Audit log."""
    return audit.list(query, window)


@router.get(
    "/governance/audit/export",
    permission="audit:read",
    responses={200: {"content": {"application/x-ndjson": {"schema": {"type": "string"}}, "text/csv": {}}}},
)
def export_audit(
    audit: Audit, query: Annotated[AuditQuery, Query()], how: Annotated[ExportQuery, Query()], request: Request
) -> Stream:
    """Export audit log as JSON lines or CSV, newest first, while it is read."""
    kind = wanted(how.format, request.headers.get("accept", ""))
    first = audit.export(query, how)
    actor = request.state.crosswind_actor
    remaining = Remaining(request.app.state.door, actor, query, how.limit, kind, first)
    body = head(kind) + lines(kind, first)
    return Stream(body, remaining, MEDIA[kind], f"audit.{kind}", CONNECTIONS_PLATFORM, actor)


@router.post("/governance/audit/search", permission="audit:read", reads=True)
def search_audit(audit: Audit, body: AuditSearch) -> AuditFound:
    """Search audit entries."""
    return audit.search(body)


@router.get("/governance/audit/{connectionId}", permission="audit:read")
def get_connection_audit(
    audit: Audit,
    connectionId: str,  # noqa: N803 - the path's word
    query: Annotated[AuditQuery, Query()],
    window: Window,
) -> Page[AuditEntry]:
    """Connection audit trail."""
    return audit.trail(connectionId, query, window)
