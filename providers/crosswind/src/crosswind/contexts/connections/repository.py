"""Reads and writes of connection rows; who may see one is part of each statement."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from hashlib import blake2b
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, event, func, or_, select, true, update
from sqlalchemy.orm import InstrumentedAttribute, Session, SessionTransaction

from crosswind.contexts.connections.models import ConnectionRow
from crosswind.contexts.connections.schemas import ConnectionQuery
from crosswind.kit.actor import Actor
from crosswind.kit.paging import Page, Window

ATTRIBUTES: dict[str, InstrumentedAttribute[str | None]] = {
    "environment": ConnectionRow.environment,
    "dataClassification": ConnectionRow.data_classification,
    "region": ConnectionRow.region,
    "aiZone": ConnectionRow.ai_zone,
}
"""The attributes that grants narrow, and the columns that hold them."""

_EXACT: dict[str, InstrumentedAttribute[Any]] = {
    "status": ConnectionRow.status,
    "environment": ConnectionRow.environment,
    "provider": ConnectionRow.provider,
    "owner": ConnectionRow.owner,
    "ai_zone": ConnectionRow.ai_zone,
    "region": ConnectionRow.region,
    "data_classification": ConnectionRow.data_classification,
}
_GONE = "~"
"""Stands before the key in a deleted row's `airflow_conn_id`: no Airflow id can hold it, so the id itself is free."""


def visible(actor: Actor) -> ColumnElement[bool]:
    """The connections that `actor` may see: live, in its tenant, with granted values in each attribute it is held to.

    A connection without a value in such an attribute stays hidden: nobody said that it may be seen.
    """
    return and_(ConnectionRow.tenant == actor.tenant, ConnectionRow.deleted_at.is_(None), granted(actor))


def granted(actor: Actor) -> ColumnElement[bool]:
    """The attribute part of `visible`."""
    held = (
        column.in_(sorted(actor.attributes[name])) for name, column in ATTRIBUTES.items() if name in actor.attributes
    )
    return and_(true(), *held)


class ConnectionRepository:
    """Connection rows as one actor may see them."""

    def __init__(self, session: Session, actor: Actor) -> None:
        self._session = session
        self._actor = actor

    def find(self, identifier: str, *, lock: bool = False) -> ConnectionRow | None:
        """The visible connection of this id; `lock` holds it until the transaction ends."""
        asked = select(ConnectionRow).where(visible(self._actor), ConnectionRow.id == identifier)
        return self._session.scalar(asked.with_for_update() if lock else asked)

    def find_many(self, identifiers: Iterable[str]) -> Sequence[ConnectionRow]:
        """The visible connections among these ids."""
        return self._session.scalars(
            select(ConnectionRow).where(visible(self._actor), ConnectionRow.id.in_(list(identifiers)))
        ).all()

    def active(self, limit: int) -> Sequence[ConnectionRow]:
        """The visible connections that are switched on, by id."""
        asked = select(ConnectionRow).where(visible(self._actor), ConnectionRow.status == "active")
        return self._session.scalars(asked.order_by(ConnectionRow.id).limit(limit)).all()

    def page(
        self, query: ConnectionQuery, window: Window, words: Callable[[str], frozenset[str]]
    ) -> Page[ConnectionRow]:
        """One page of the visible connections; `words` gives all names of the system that a word means."""
        asked = _filtered(select(ConnectionRow).where(visible(self._actor)), query, words)
        column = getattr(ConnectionRow, query.sort.removeprefix("-"))
        order = column.desc().nulls_last() if query.sort.startswith("-") else column.asc().nulls_last()
        return self._window(asked, (order, ConnectionRow.id.asc()), window)

    def health_page(self, status: str | None, window: Window) -> Page[ConnectionRow]:
        """One page of the visible connections by the status of their last check, those checked longest ago last."""
        asked = select(ConnectionRow).where(visible(self._actor))
        found = func.coalesce(ConnectionRow.health["status"].astext, "unknown")
        if status is not None:
            asked = asked.where(found == status)
        order = (ConnectionRow.checked_at.desc().nulls_last(), ConnectionRow.id.asc())
        return self._window(asked, order, window)

    def _window(
        self, asked: Select[tuple[ConnectionRow]], order: Sequence[ColumnElement[Any]], window: Window
    ) -> Page[ConnectionRow]:
        total = self._session.scalar(select(func.count()).select_from(asked.order_by(None).subquery())) or 0
        rows = self._session.scalars(asked.order_by(*order).limit(window.limit).offset(window.offset)).all()
        return Page(rows, total, window)

    def of_tenant(self, identifier: str) -> ConnectionRow | None:
        """The connection of this id in the tenant, also a deleted or hidden one: for the id's uniqueness only."""
        return self._session.scalar(
            select(ConnectionRow).where(ConnectionRow.tenant == self._actor.tenant, ConnectionRow.id == identifier)
        )

    def may_revive(self, row: ConnectionRow) -> bool:
        """Whether the actor could see a deleted row, and so may take its id again."""
        asked = select(ConnectionRow.key).where(ConnectionRow.key == row.key, granted(self._actor))
        return row.deleted_at is not None and self._session.scalar(asked) is not None

    def name_taken(self, name: str, but: str) -> bool:
        """Whether another live connection of the tenant has this name."""
        row = ConnectionRow
        same = and_(row.tenant == self._actor.tenant, row.name == name, row.deleted_at.is_(None), row.id != but)
        return self._session.scalar(select(row.key).where(same)) is not None

    def add(self, row: ConnectionRow) -> None:
        """Write a new row, so that what it breaks shows now."""
        self._session.add(row)
        self._session.flush()

    def remove(self, row: ConnectionRow, now: datetime) -> None:
        """Mark a row as deleted and set its Airflow id free."""
        row.deleted_at = now
        row.airflow_conn_id = f"{_GONE}{row.key}"
        row.discovery_next_at = row.compliance_next_at = None
        row.version += 1
        row.updated = now
        self._session.flush()

    def store_health(self, key: int, version: int, health: dict[str, Any], now: datetime) -> bool:
        """Keep the result of a check of this version, without making a new one."""
        same = and_(ConnectionRow.key == key, ConnectionRow.version == version, ConnectionRow.deleted_at.is_(None))
        done = self._session.execute(
            update(ConnectionRow)
            .where(same)
            .values(health=health, checked_at=now)
            .returning(ConnectionRow.key)
            .execution_options(synchronize_session=False)
        )
        return done.first() is not None

    def differs(self, row: ConnectionRow) -> bool:
        """Whether a row holds anything that is not stored yet."""
        return self._session.is_modified(row)

    def flush(self) -> None:
        """Write what changed, so that what it breaks shows now."""
        self._session.flush()

    def release(self) -> None:
        """Give the store's connection back before something slow; nothing may have been written."""
        if self._session.new or self._session.dirty or self._session.deleted:
            raise RuntimeError("the session holds changes")
        self._session.close()


def try_lock(session: Session, conn_id: str) -> bool:
    """Hold an Airflow id until the transaction ends, so that one at a time makes or sweeps its row."""
    number = int.from_bytes(blake2b(f"airflow:{conn_id}".encode(), digest_size=8).digest(), signed=True)
    return bool(session.scalar(select(func.pg_try_advisory_xact_lock(number))))


def is_live(session: Session, conn_id: str) -> bool:
    """Whether a live connection of any tenant stands on this Airflow id."""
    return session.scalar(select(ConnectionRow.key).where(ConnectionRow.airflow_conn_id == conn_id)) is not None


def live_ids(session: Session) -> dict[str, str]:
    """The Airflow ids of all live connections of all tenants, with their status."""
    asked = select(ConnectionRow.airflow_conn_id, ConnectionRow.status).where(ConnectionRow.deleted_at.is_(None))
    return {row.airflow_conn_id: row.status for row in session.execute(asked)}


def set_status(session: Session, conn_ids: Iterable[str], before: str, after: str) -> int:
    """Set the status of connections that still have the one before."""
    done = session.execute(
        update(ConnectionRow)
        .where(ConnectionRow.airflow_conn_id.in_(list(conn_ids)), ConnectionRow.status == before)
        .values(status=after)
        .returning(ConnectionRow.key)
        .execution_options(synchronize_session=False)
    )
    return len(done.all())


def version_of(session: Session, key: int) -> int | None:
    """A live row's version, held until the transaction ends."""
    asked = select(ConnectionRow.version).where(ConnectionRow.key == key, ConnectionRow.deleted_at.is_(None))
    return session.scalar(asked.with_for_update())


def if_not_committed(session: Session, undo: Callable[[], object]) -> None:
    """Run `undo` when the transaction that is under way ends in any way but a commit."""
    ended: dict[str, bool] = {}

    def committed(_: Session) -> None:
        ended["committed"] = True

    def over(_: Session, transaction: SessionTransaction) -> None:
        if transaction.parent is not None or "over" in ended:
            return
        ended["over"] = True
        if "committed" not in ended:
            undo()

    event.listen(session, "after_commit", committed, once=True)
    event.listen(session, "after_transaction_end", over)


def _filtered(
    asked: Select[tuple[ConnectionRow]], query: ConnectionQuery, words: Callable[[str], frozenset[str]]
) -> Select[tuple[ConnectionRow]]:
    given: Mapping[str, Any] = query.model_dump(exclude_none=True)
    for name, column in _EXACT.items():
        if name in given:
            asked = asked.where(column == given[name])
    sub_type = func.lower(ConnectionRow.sub_type)
    if query.type is not None:
        asked = asked.where(or_(ConnectionRow.type == query.type, sub_type.in_(words(query.type))))
    if query.sub_type is not None:
        asked = asked.where(sub_type.in_(words(query.sub_type)))
    if query.tag:
        asked = asked.where(_tagged(query.tag))
    if query.search:
        places = (
            ConnectionRow.id,
            ConnectionRow.name,
            ConnectionRow.owner,
            ConnectionRow.document["description"].astext,
        )
        asked = asked.where(or_(*(place.icontains(query.search, autoescape=True) for place in places)))
    return asked


def _tagged(tag: str) -> ColumnElement[bool]:
    tags = ConnectionRow.document["tags"]
    name, separator, value = tag.partition(":")
    if not separator:
        return or_(tags.op("?", is_comparison=True)(tag), ConnectionRow.governed_tags.contains([tag]))
    named = or_(tags[name].astext == value, tags.op("?", is_comparison=True)(tag))
    return or_(named, ConnectionRow.governed_tags.contains([tag]))
