"""Reads of the outbox: published rows by their places, and whose attributes an actor may see."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Text, and_, cast, func, or_, select, text
from sqlalchemy.orm import Session

from crosswind.contexts.catalog.models import AssetRow
from crosswind.contexts.catalog.vocabulary.models import DomainRow, ProductRow, TermRow
from crosswind.contexts.connections.models import ConnectionRow
from crosswind.contexts.connections.repository import granted
from crosswind.kit.actor import Actor
from crosswind.kit.outbox import OutboxHead, OutboxRow

O = OutboxRow.__table__.c  # noqa: E741
SHOWN = (O.seq, O.tenant, O.type, O.entity_type, O.entity_id, O.action, O.data, O.connection_key, O.at)


RELATIONSHIP = "RELATIONSHIP"
_SPOKEN: dict[str, type[DomainRow] | type[TermRow] | type[ProductRow]] = {
    "DOMAIN": DomainRow, "TERM": TermRow, "DATA_PRODUCT": ProductRow,
}  # fmt: skip
ENDS = ("source_asset_id", "target_asset_id")


def ends_of(row: Row[Any]) -> list[str]:
    """The assets that a row of a relationship names."""
    return [str(row.data[end]) for end in ENDS if row.data.get(end)]


def related(row: Row[Any]) -> list[str]:
    """The ends of a relationship, which are to be seen both; an end that is not told is one that is not seen."""
    if row.entity_type != RELATIONSHIP:
        return []
    ends = ends_of(row)
    return ends if len(ends) == 2 else [*ends, ""]


class Head(NamedTuple):
    """The last place that was given, and the last one that retention took away."""

    seq: int
    forgotten: int


def head(session: Session) -> Head:
    """Where the outbox begins and ends."""
    row = session.execute(select(OutboxHead.seq, OutboxHead.forgotten)).one()
    return Head(row.seq, row.forgotten)


def after(session: Session, seq: int, tenants: Collection[str], most: int) -> tuple[int, Sequence[Row[Any]]]:
    """The last place that was given, and of the next `most` places the rows of these tenants: one statement."""
    end = func.least(OutboxHead.seq, seq + most)
    mine = and_(O.seq > seq, O.seq <= end, O.tenant.in_(sorted(tenants)))
    asked = select(OutboxHead.seq.label("head"), *SHOWN).outerjoin(OutboxRow, mine).order_by(O.seq)
    found = session.execute(asked).all()
    return found[0].head, [row for row in found if row.seq is not None]


def between(
    session: Session,
    seq: int,
    end: int,
    tenant: str,
    entity_types: Collection[str],
    entity_id: str | None,
    *,
    related: bool = False,
) -> Sequence[Row[Any]]:
    """A tenant's rows of such entities, or of one with its relationships, after `seq` and up to `end`."""
    mine: ColumnElement[bool] = O.entity_type.in_(sorted(entity_types))
    if entity_id is not None:
        mine = and_(mine, O.entity_id == entity_id)
        if related:
            at_an_end = or_(*(O.data[name].astext == entity_id for name in ENDS))
            mine = or_(mine, and_(O.entity_type == RELATIONSHIP, at_an_end))
    where = [O.seq > seq, O.seq <= end, O.tenant == tenant, mine]
    return session.execute(select(*SHOWN).where(*where).order_by(O.seq)).all()


def of_types(
    session: Session, seq: int, end: int, tenant: str, types: Collection[str], asset_id: str | None
) -> Sequence[Row[Any]]:
    """A tenant's rows of such events, of one asset where it is given, after `seq` and up to `end`."""
    where = [O.seq > seq, O.seq <= end, O.tenant == tenant, O.type.in_(sorted(types))]
    if asset_id is not None:
        where += [O.entity_type == "ASSET", O.entity_id == asset_id]
    return session.execute(select(*SHOWN).where(*where).order_by(O.seq)).all()


def seen(session: Session, actor: Actor, connection_keys: Collection[int]) -> frozenset[int]:
    """Those of the connections whose attributes the actor may see, also where they are deleted by now."""
    if not connection_keys:
        return frozenset()
    asked = select(ConnectionRow.key).where(
        ConnectionRow.key.in_(sorted(connection_keys)), ConnectionRow.tenant == actor.tenant, granted(actor)
    )
    return frozenset(session.scalars(asked))


def asset_seen(session: Session, actor: Actor, asset_id: UUID) -> bool:
    """Whether the actor may follow an asset, also one that is deleted by now."""
    keys = select(ConnectionRow.key).where(ConnectionRow.tenant == actor.tenant, granted(actor))
    mine = or_(AssetRow.connection_key.is_(None), AssetRow.connection_key.in_(keys))
    asked = select(AssetRow.key).where(AssetRow.id == asset_id, AssetRow.tenant == actor.tenant, mine)
    return session.scalar(asked) is not None


def spoken_seen(session: Session, actor: Actor, entity_type: str, identifier: UUID) -> bool:
    """Whether a domain, term or data product of this id is in the actor's tenant."""
    noun = _SPOKEN[entity_type]
    return session.scalar(select(noun.key).where(noun.id == identifier, noun.tenant == actor.tenant)) is not None


def seen_assets(session: Session, actor: Actor, ids: Collection[str]) -> frozenset[str]:
    """Those of the assets that the actor may see, also where they are deleted by now."""
    if not ids:
        return frozenset()
    keys = select(ConnectionRow.key).where(ConnectionRow.tenant == actor.tenant, granted(actor))
    mine = or_(AssetRow.connection_key.is_(None), AssetRow.connection_key.in_(keys))
    asked = select(cast(AssetRow.id, Text)).where(AssetRow.id.in_([UUID(each) for each in sorted(ids)]))
    return frozenset(session.scalars(asked.where(AssetRow.tenant == actor.tenant, mine)))


def unpublished_seconds(session: Session) -> float:
    """The age of the oldest row that has no place yet, 0 where there is none."""
    oldest = select(O.at).where(O.seq.is_(None)).order_by(O.id).limit(1).scalar_subquery()
    return float(session.scalar(select(func.extract("epoch", func.clock_timestamp() - oldest))) or 0)


_FORGET = text("""
    WITH gone AS (
        DELETE FROM crosswind.outbox WHERE id IN (
            SELECT id FROM (SELECT id, at FROM crosswind.outbox WHERE seq IS NOT NULL ORDER BY seq LIMIT :most) AS o
            WHERE at < now() - make_interval(hours => :hours))
        RETURNING seq
    ), told AS (
        UPDATE crosswind.outbox_head h SET forgotten = greatest(h.forgotten, n.last)
        FROM (SELECT max(seq) AS last FROM gone) AS n WHERE n.last IS NOT NULL
    )
    SELECT count(*) FROM gone
""")


def forget(session: Session, hours: int, most: int) -> int:
    """Delete at most `most` published rows that are older, the lowest places first, and say up to which they went."""
    return int(session.scalar(_FORGET, {"hours": hours, "most": most}) or 0)
