"""The outbox: what changed, for whoever follows, written in the transaction of the change.

A row has no `seq` until the relay (`crosswind.kit.relay`) published it. Readers resume by `seq` and never by `id`:
identity order is not commit order, so a row of a lower id may be committed after one of a higher id was read.

Whoever writes entities set-based writes one row an entity, by `add_many` or in its own statement:

    WITH written AS (INSERT INTO crosswind.assets … RETURNING id, tenant, name, …)
    INSERT INTO crosswind.outbox (tenant, type, entity_type, entity_id, action, data, connection_key)
    SELECT tenant, 'asset.created', 'ASSET', id::text, 'CREATE', jsonb_build_object('id', id, 'name', name, …),
           connection_key
    FROM written

after which it calls `touched(session)`, so that the relay is woken after the commit. It locks the entity before it
takes an outbox id (as this statement does), which makes the order of ids of one entity that of its commits.
An event that is recorded too gets `told=True`, so that it goes to the audit only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NotRequired, TypedDict

import msgspec
from sqlalchemy import BigInteger, CheckConstraint, DateTime, Identity, Index, Integer, Text, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, Session, mapped_column

from crosswind.kit.store import Base

SPOKEN = {"DOMAIN": "domain", "TERM": "term", "DATA_PRODUCT": "data_product"}
"""What people speak of assets by; its rows stand in tables of their own, and its events tell name and version."""
NOUNS = {"ASSET": "asset", "RELATIONSHIP": "relationship", "TAG": "tag", **SPOKEN}
VERBS = {
    "CREATE": "created",
    "DELETE": "deleted",
    "REMOVE": "deleted",
    "PURGE": "deleted",
    "SCHEMA_CHANGE": "schema_changed",
}
"""Actions whose event has a name of its own; every other is an update."""
TASK_EVENT = "task.progress"
_TOUCHED = "crosswind-outbox"
_ADD = text("""
    INSERT INTO crosswind.outbox (tenant, type, entity_type, entity_id, action, data, connection_key)
    SELECT :tenant, r.type, r.entity_type, r.entity_id, r.action, coalesce(r.data, '{}'), r.connection_key
    FROM jsonb_to_recordset(CAST(:rows AS jsonb))
         AS r(type text, entity_type text, entity_id text, action text, data jsonb, connection_key bigint)
""")


class OutboxRow(Base):
    """One change of one entity; `data` is its brief facts afterwards, `connection_key` whose attributes it has."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_unpublished", "id", postgresql_where=text("seq IS NULL")),
        Index("uq_outbox_seq", "seq", unique=True, postgresql_where=text("seq IS NOT NULL")),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    tenant: Mapped[str] = mapped_column(Text)
    type: Mapped[str] = mapped_column(Text)
    entity_type: Mapped[str] = mapped_column(Text)
    entity_id: Mapped[str] = mapped_column(Text)
    action: Mapped[str] = mapped_column(Text)
    data: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'::jsonb"))
    connection_key: Mapped[int | None] = mapped_column(BigInteger)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.clock_timestamp())
    seq: Mapped[int | None] = mapped_column(BigInteger)


class OutboxHead(Base):
    """The one row that says up to which `seq` was published and forgotten."""

    __tablename__ = "outbox_head"
    __table_args__ = (CheckConstraint("key = 1", name="one"),)

    key: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(BigInteger, server_default="0")
    forgotten: Mapped[int] = mapped_column(BigInteger, server_default="0")
    published_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.clock_timestamp())


class NewRow(TypedDict):
    """A row to be written; `type` as `event_type` names it."""

    type: str
    entity_type: str
    entity_id: str
    action: str
    data: NotRequired[Mapping[str, Any]]
    connection_key: NotRequired[int | None]


def event_type(entity_type: str, action: str) -> str | None:
    """What readers know a change as, such as `asset.updated`; None where nobody may follow such an entity."""
    if entity_type.upper() == "TASK":
        return TASK_EVENT
    noun = NOUNS.get(entity_type)
    return noun and f"{noun}.{VERBS.get(action, 'updated')}"


def add_many(session: Session, tenant: str, rows: Sequence[NewRow]) -> None:
    """Write rows of one tenant in one statement, in their order."""
    if rows:
        session.execute(_ADD, {"tenant": tenant, "rows": msgspec.json.encode(rows, enc_hook=str).decode()})
        touched(session)


def touched(session: Session) -> None:
    """Note that this transaction wrote to the outbox, so that the relay is woken once it is committed."""
    session.info[_TOUCHED] = True


def take_touched(session: Session) -> bool:
    """Whether the transaction that was just committed wrote to the outbox; the note is taken away."""
    return bool(session.info.pop(_TOUCHED, False))
