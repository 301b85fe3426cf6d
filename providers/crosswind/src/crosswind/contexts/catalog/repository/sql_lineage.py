"""What statements name, found in the catalog, and the edges they mean."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
from sqlalchemy import ARRAY, BigInteger, Row, Text, bindparam, func, select, text
from sqlalchemy.orm import Session

from crosswind.contexts.catalog.models import ColumnRow, CrawlRow
from crosswind.contexts.catalog.repository.scope import A, seen_by
from crosswind.contexts.connections.models import ConnectionRow
from crosswind.contexts.connections.repository import visible
from crosswind.kit import outbox
from crosswind.kit.actor import Actor

C = ColumnRow.__table__.c
MOST_COLUMNS = 50_000
_SAVE = text("""
    WITH given AS (
        SELECT DISTINCT ON (s.key, t.key) s.key AS source_key, s.id AS source_id, s.connection_key, t.key AS target_key,
               t.id AS target_id, t.qualified_name, x.metadata
          FROM json_to_recordset(CAST(:records AS json)) AS x(source uuid, target uuid, metadata jsonb)
          JOIN crosswind.assets s ON s.id = x.source JOIN crosswind.assets t ON t.id = x.target
         ORDER BY s.key, t.key
    ), saved AS (
        INSERT INTO crosswind.relationships AS r (tenant, type, source_key, target_key, target_name, metadata, origin,
                                                  created_by, created_by_name)
        SELECT :tenant, 'DEPENDS_ON', source_key, target_key, qualified_name, metadata, 'sql', :by, :by_name FROM given
         ORDER BY source_key, target_key
        ON CONFLICT (source_key, type, name, target_name, origin) DO UPDATE SET metadata = excluded.metadata
        RETURNING r.id, r.source_key, r.target_key, (r.xmax = 0) AS created
    ), told AS (
        INSERT INTO crosswind.outbox (tenant, type, entity_type, entity_id, action, data, connection_key)
        SELECT :tenant, 'relationship.created', 'RELATIONSHIP', s.id::text, 'CREATE', jsonb_build_object(
               'id', s.id, 'type', 'DEPENDS_ON', 'source_asset_id', g.source_id, 'target_asset_id', g.target_id),
               g.connection_key
          FROM saved s JOIN given g USING (source_key, target_key) WHERE s.created
    )
    SELECT s.id, g.source_id, g.target_id, s.created FROM saved s JOIN given g USING (source_key, target_key)
""")


class Place(NamedTuple):
    """A connection as statements run in it."""

    connection_id: str
    sub_type: str
    database: str | None


def place(session: Session, actor: Actor, connection_id: str) -> Place | None:
    """A connection the actor may see, with the database that its last crawl read."""
    last = (
        select(CrawlRow.database)
        .where(CrawlRow.connection_key == ConnectionRow.key, CrawlRow.completed_at.is_not(None))
        .order_by(CrawlRow.completed_at.desc())
        .limit(1)
        .scalar_subquery()
    )
    statement = select(ConnectionRow.id, ConnectionRow.sub_type, last)
    row = session.execute(statement.where(visible(actor), ConnectionRow.id == connection_id)).one_or_none()
    return None if row is None else Place(row[0], row[1], row[2])


def assets(session: Session, actor: Actor, names: Iterable[str]) -> dict[str, Row[Any]]:
    """The assets of these qualified names that the actor may see."""
    wanted = A.qualified_name == func.any(bindparam("names", sorted(names), ARRAY(Text)))
    statement = select(A.key, A.id, A.type, A.qualified_name).where(seen_by(actor), wanted, A.deleted_at.is_(None))
    return {row.qualified_name: row for row in session.execute(statement)}


def columns(session: Session, keys: Sequence[int]) -> dict[int, list[str]]:
    """The present columns of assets in their order."""
    wanted = C.asset_key == func.any(bindparam("keys", list(keys), ARRAY(BigInteger)))
    statement = select(C.asset_key, C.name).where(wanted, C.removed_at.is_(None))
    found: dict[int, list[str]] = {}
    for key, name in session.execute(statement.order_by(C.asset_key, C.position, C.key).limit(MOST_COLUMNS)):
        found.setdefault(key, []).append(name)
    return found


def save(session: Session, actor: Actor, records: Sequence[dict[str, Any]]) -> dict[tuple[UUID, UUID], Row[Any]]:
    """Keep edges by SQL; returns id and whether it is new, by source and target."""
    values = {"tenant": actor.tenant, "by": actor.subject, "by_name": actor.name}
    document = msgspec.json.encode(records).decode()
    rows = session.execute(_SAVE, {**values, "records": document}).all()
    outbox.touched(session)
    return {(row.source_id, row.target_id): row for row in rows}
