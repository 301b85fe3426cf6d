"""Schemas and tables of one connection, as the catalog knows them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

from crosswind.contexts.catalog.models import AssetRow
from crosswind.contexts.catalog.repository.assets import DETAIL
from crosswind.contexts.catalog.repository.scope import A, Clause
from crosswind.contexts.connections.models import ConnectionRow
from crosswind.contexts.connections.repository import visible
from crosswind.kit.actor import Actor
from crosswind.kit.paging import Window

TABLES = ("TABLE", "VIEW", "DATASET")


def connection_key(session: Session, actor: Actor, identifier: str) -> int | None:
    """The key of a connection that the actor may see."""
    return session.scalar(select(ConnectionRow.key).where(visible(actor), ConnectionRow.id == identifier))


def schemas(session: Session, key: int, window: Window) -> tuple[Sequence[Row[Any]], int]:
    """Schemas with their numbers of tables, views and datasets, and how many schemas there are."""
    grouped = _schemas(key)
    total = session.scalar(select(func.count()).select_from(grouped.subquery())) or 0
    listed = grouped.order_by(A.schema, A.database).limit(window.limit).offset(window.offset)
    return session.execute(listed).all(), total


def schema(session: Session, key: int, name: str) -> Row[Any] | None:
    """One schema; the first by database where several have it."""
    return session.execute(_schemas(key).where(A.schema == name).order_by(A.database).limit(1)).one_or_none()


def tables(session: Session, key: int, narrowed: dict[str, str], window: Window) -> tuple[Sequence[Row[Any]], int]:
    """Tables, views and datasets by schema and name, and how many there are."""
    where = [*_there(key), *(getattr(A, name) == value for name, value in narrowed.items())]
    total = session.scalar(select(func.count()).select_from(AssetRow).where(*where)) or 0
    listed = select(*DETAIL).where(*where).order_by(A.database, A.schema, A.name)
    return session.execute(listed.limit(window.limit).offset(window.offset)).all(), total


def table(session: Session, key: int, narrowed: dict[str, str]) -> Sequence[Row[Any]]:
    """The tables that go by these names: none, one, or two of several."""
    where = (getattr(A, name) == value for name, value in narrowed.items())
    return session.execute(select(*DETAIL).where(*_there(key), *where).order_by(A.schema, A.database).limit(2)).all()


def _there(key: int) -> list[Clause]:
    return [A.connection_key == key, A.removed_at.is_(None), A.type.in_(TABLES)]


def _schemas(key: int) -> Select[Any]:
    counted = (func.count().filter(A.type == kind).label(f"{kind.lower()}s") for kind in TABLES)
    crawled = func.max(A.crawled_at).label("crawled_at")
    chosen = select(A.schema.label("name"), A.database, *counted, crawled)
    return chosen.where(*_there(key), A.schema.is_not(None)).group_by(A.schema, A.database)
