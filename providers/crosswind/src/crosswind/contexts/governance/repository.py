"""Reads of the audit: tenant and attribute grants are part of each statement."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from crosswind.contexts.connections.models import ConnectionRow
from crosswind.contexts.connections.repository import ATTRIBUTES
from crosswind.contexts.governance.models import AuditRow
from crosswind.contexts.governance.schemas import AuditQuery
from crosswind.kit.actor import Actor
from crosswind.kit.paging import Window


def readable(actor: Actor) -> ColumnElement[bool]:
    """The rows of the actor's tenant; an actor that is held to attributes sees those of its connections only.

    Rows of deleted connections stay readable, and rows of no connection are for actors that are held to nothing.
    """
    own = AuditRow.tenant == actor.tenant
    held = [
        column.in_(sorted(actor.attributes[name])) for name, column in ATTRIBUTES.items() if name in actor.attributes
    ]
    if not held:
        return own
    theirs = select(1).where(ConnectionRow.tenant == AuditRow.tenant, ConnectionRow.id == AuditRow.connection_id, *held)
    return and_(own, theirs.exists())


class AuditRepository:
    """Pages of the audit."""

    def __init__(self, session: Session, actor: Actor) -> None:
        self._session = session
        self._actor = actor

    def page(self, query: AuditQuery, window: Window) -> tuple[Sequence[AuditRow], int]:
        """A window, newest first, and how many rows match."""
        where = [readable(self._actor), *_filters(query)]
        rows = self._session.scalars(
            select(AuditRow).where(*where).order_by(AuditRow.id.desc()).limit(window.limit).offset(window.offset)
        ).all()
        total = self._session.scalar(select(func.count()).select_from(AuditRow).where(*where)) or 0
        return rows, total

    def knows_connection(self, connection_id: str) -> bool:
        """Whether the actor may read a connection's trail: it is there, or was, in the tenant and the grants."""
        held = [
            column.in_(sorted(self._actor.attributes[name]))
            for name, column in ATTRIBUTES.items()
            if name in self._actor.attributes
        ]
        mine = select(ConnectionRow.key).where(
            ConnectionRow.tenant == self._actor.tenant, ConnectionRow.id == connection_id, *held
        )
        return self._session.scalar(select(or_(mine.exists()))) is True


def _filters(query: AuditQuery) -> list[ColumnElement[bool]]:
    equal = query.model_dump(exclude_none=True, exclude={"since", "until"})
    filters = [getattr(AuditRow, name) == value for name, value in equal.items()]
    if query.since is not None:
        filters.append(AuditRow.at >= query.since)
    if query.until is not None:
        filters.append(AuditRow.at < query.until)
    return filters
