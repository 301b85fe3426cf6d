"""Reads of the audit: tenant and attribute grants are part of each statement."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Text, and_, cast, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from crosswind.contexts.connections.models import ConnectionRow
from crosswind.contexts.connections.repository import ATTRIBUTES
from crosswind.contexts.governance.models import AuditRow
from crosswind.contexts.governance.schemas import AuditQuery, AuditSearch, TrailQuery
from crosswind.kit.actor import Actor
from crosswind.kit.paging import MOST_COUNTED, Window


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

    def trail(self, query: TrailQuery, window: Window) -> tuple[Sequence[AuditRow], int]:
        """A window of the rows that were asked for and one more, newest first, and how many are counted.

        Newest is by number where one entity is asked for, and else by time, as the indexes of people and actions are.
        """
        where = [readable(self._actor), *_within(query)]
        if query.entity_type is not None:
            where.append(func.upper(AuditRow.entity_type) == query.entity_type.upper())
        if query.action is not None:
            where.append(func.upper(AuditRow.action) == query.action.upper())
        equal = query.model_dump(include={"entity_id", "actor", "outcome"}, exclude_none=True)
        where += [getattr(AuditRow, name) == value for name, value in equal.items()]
        newest = [AuditRow.id.desc()] if query.entity_id is not None else [AuditRow.at.desc(), AuditRow.id.desc()]
        asked = select(AuditRow).where(*where).order_by(*newest)
        some = select(AuditRow.id).where(*where).limit(MOST_COUNTED + 1).subquery()
        counted = self._session.scalar(select(func.count()).select_from(some)) or 0
        return self._session.scalars(asked.limit(window.limit + 1).offset(window.offset)).all(), counted

    def below(self, query: AuditQuery, before: int | None, limit: int) -> Sequence[AuditRow]:
        """At most so many rows with smaller ids, newest first: the next stretch of a walk that holds nothing open."""
        where = [readable(self._actor), *_filters(query)]
        if before is not None:
            where.append(AuditRow.id < before)
        return self._session.scalars(select(AuditRow).where(*where).order_by(AuditRow.id.desc()).limit(limit)).all()

    def search(self, query: AuditSearch) -> tuple[Sequence[AuditRow], int | None]:
        """A page and one row more where there is one, and how many there are unless a cursor says where to go on."""
        where = [readable(self._actor), *_looked_for(query)]
        newest = query.sort.startswith("-")
        asked = select(AuditRow).order_by(AuditRow.id.desc() if newest else AuditRow.id).limit(query.page_size + 1)
        if query.cursor is not None:
            last = int(query.cursor)
            where.append(AuditRow.id < last if newest else AuditRow.id > last)
            return self._session.scalars(asked.where(*where)).all(), None
        rows = self._session.scalars(asked.where(*where).offset(query.page_size * ((query.page or 1) - 1))).all()
        return rows, self._session.scalar(select(func.count()).select_from(AuditRow).where(*where)) or 0

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


_LISTS: dict[str, InstrumentedAttribute[Any]] = {
    "actors": AuditRow.actor,
    "actor_kinds": AuditRow.actor_kind,
    "actions": AuditRow.action,
    "outcomes": AuditRow.outcome,
    "entity_types": AuditRow.entity_type,
    "entity_ids": AuditRow.entity_id,
    "connection_ids": AuditRow.connection_id,
    "request_ids": AuditRow.request_id,
}
_TEXTS = (
    AuditRow.actor, AuditRow.action, AuditRow.entity_type, AuditRow.entity_id, AuditRow.request_id,
    cast(AuditRow.before, Text), cast(AuditRow.after, Text),
)  # fmt: skip


def _looked_for(query: AuditSearch) -> list[ColumnElement[bool]]:
    filters: list[ColumnElement[bool]] = [
        column.in_(given) for name, column in _LISTS.items() if (given := getattr(query, name))
    ]
    if query.text is not None:
        filters.append(or_(*(place.icontains(query.text, autoescape=True) for place in _TEXTS)))
    return [*filters, *_within(query)]


def _filters(query: AuditQuery) -> list[ColumnElement[bool]]:
    equal = query.model_dump(exclude_none=True, exclude={"since", "until"})
    return [*(getattr(AuditRow, name) == value for name, value in equal.items()), *_within(query)]


def _within(query: AuditQuery | AuditSearch | TrailQuery) -> list[ColumnElement[bool]]:
    filters: list[ColumnElement[bool]] = []
    if query.since is not None:
        filters.append(AuditRow.at >= query.since)
    if query.until is not None:
        filters.append(AuditRow.at < query.until)
    return filters
