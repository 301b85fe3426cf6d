"""Crawl rows, their ranges, and the end of a run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, delete, func, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from crosswind.contexts.catalog.models import AssetRow, CrawlRangeRow, CrawlRow
from crosswind.contexts.connections.models import ConnectionRow
from crosswind.contexts.connections.repository import visible
from crosswind.kit import outbox
from crosswind.kit.actor import Actor

_MISSING = """
SELECT a.key, a.id, a.qualified_name, a.type FROM crosswind.assets a
 WHERE a.connection_key = :connection AND a.removed_at IS NULL
   AND (a.key = ANY(CAST(:keys AS bigint[])) OR a.database IS DISTINCT FROM :database)
   AND a.source_updated_at <= :started
 ORDER BY a.qualified_name
"""
_REMOVE = """
WITH gone AS (
    UPDATE crosswind.assets SET removed_at = now(), updated_at = now(), source_version = source_version + 1
     WHERE key = ANY(CAST(:keys AS bigint[])) AND removed_at IS NULL
    RETURNING key, id, tenant, type, name, qualified_name, version, connection_key, version + source_version AS number
), kept AS (
    INSERT INTO crosswind.asset_versions (asset_key, number, tenant, kind, breaking, changes, before)
    SELECT key, number, tenant, 'source', true, ARRAY['gone from its source'], '{"removed": false}' FROM gone
)
INSERT INTO crosswind.outbox (tenant, type, entity_type, entity_id, action, data, connection_key)
SELECT tenant, 'asset.deleted', 'ASSET', id::text, 'REMOVE',
       jsonb_build_object('id', id, 'type', type, 'name', name, 'qualified_name', qualified_name, 'version', version),
       connection_key
  FROM gone ORDER BY key
"""
_RESOLVE = """
UPDATE crosswind.relationships r SET target_key = t.key FROM crosswind.assets t
 WHERE r.connection_key = :connection AND r.target_key IS NULL
   AND t.tenant = :tenant AND t.qualified_name = r.target_name
"""
_TOTALS = """
SELECT count(DISTINCT a.schema) AS schemas, count(*) FILTER (WHERE a.type = 'TABLE') AS tables,
       count(*) FILTER (WHERE a.type = 'VIEW') AS views,
       count(*) FILTER (WHERE a.type = 'DATASET') AS datasets,
       (SELECT count(*) FROM crosswind.columns c JOIN crosswind.assets o ON o.key = c.asset_key
         WHERE o.connection_key = :connection AND o.removed_at IS NULL AND c.removed_at IS NULL) AS columns,
       (SELECT count(*) FROM crosswind.relationships r JOIN crosswind.assets s ON s.key = r.source_key
         WHERE r.connection_key = :connection AND s.removed_at IS NULL) AS relationships
  FROM crosswind.assets a WHERE a.connection_key = :connection AND a.removed_at IS NULL
"""


def lock_connection(session: Session, connection_key: int) -> None:
    """Let one crawl request a connection pass at a time, until the transaction ends."""
    session.execute(
        text("SELECT pg_advisory_xact_lock(hashtextextended('crosswind.crawl', :key))"), {"key": connection_key}
    )


def open_crawl(session: Session, values: dict[str, Any]) -> CrawlRow:
    """The row of a task's crawl, made when it is not there."""
    session.execute(upsert(CrawlRow).values(values).on_conflict_do_nothing(index_elements=["task_id"]))
    return session.execute(select(CrawlRow).where(CrawlRow.task_id == values["task_id"])).scalar_one()


def find(session: Session, actor: Actor, task_id: str, *, lock: bool = False) -> Row[Any] | None:
    """A crawl of a connection that the actor may see, with the connection's public id."""
    statement = (
        select(CrawlRow, ConnectionRow.id.label("connection_id"))
        .join(ConnectionRow, ConnectionRow.key == CrawlRow.connection_key)
        .where(CrawlRow.task_id == task_id, CrawlRow.tenant == actor.tenant, visible(actor))
    )
    return session.execute(statement.with_for_update(of=CrawlRow) if lock else statement).one_or_none()


def known_range(session: Session, crawl: CrawlRow, kind: str, sequence: int) -> CrawlRangeRow | None:
    """The request that came before under the same number in the same try."""
    return session.get(CrawlRangeRow, (crawl.key, crawl.try_number, kind, sequence))


def add_range(session: Session, values: dict[str, Any]) -> None:
    """Note a request and its answer."""
    session.execute(insert(CrawlRangeRow).values(values))


def ranges(session: Session, crawl: CrawlRow) -> Sequence[CrawlRangeRow]:
    """All requests of a crawl, of every try, in order."""
    order = (CrawlRangeRow.try_number, CrawlRangeRow.kind, CrawlRangeRow.sequence)
    return session.scalars(select(CrawlRangeRow).where(CrawlRangeRow.crawl_key == crawl.key).order_by(*order)).all()


def forget_ranges(session: Session, crawl: CrawlRow) -> None:
    """Drop what was needed while the run went on."""
    session.execute(delete(CrawlRangeRow).where(CrawlRangeRow.crawl_key == crawl.key))


def seen_before(session: Session, crawl: CrawlRow) -> int:
    """How many objects the last complete run with the same patterns and server identity saw."""
    same = (
        CrawlRow.connection_key == crawl.connection_key,
        CrawlRow.patterns == crawl.patterns,
        CrawlRow.identity == crawl.identity,
        CrawlRow.key != crawl.key,
        CrawlRow.completed_at.is_not(None),
    )
    last = select(CrawlRow.seen).where(*same).order_by(CrawlRow.completed_at.desc()).limit(1)
    return session.scalar(last) or 0


def is_latest(session: Session, crawl: CrawlRow) -> bool:
    """Whether no crawl of the connection was completed after this one."""
    later = select(func.max(CrawlRow.completed_at)).where(CrawlRow.connection_key == crawl.connection_key)
    return session.scalar(later) == crawl.completed_at


def missing(session: Session, crawl: CrawlRow, keys: list[int]) -> list[dict[str, Any]]:
    """What is still gone of the noted keys and of other databases, and was not written since the crawl began."""
    values = {
        "connection": crawl.connection_key, "keys": keys, "database": crawl.database, "started": crawl.started_at,
    }  # fmt: skip
    rows = session.execute(text(_MISSING), values)
    return [{"key": row.key, "id": str(row.id), "qualifiedName": row.qualified_name, "type": row.type} for row in rows]


def remove(session: Session, keys: list[int]) -> None:
    """Mark assets removed, with a version and an event each; their facts, columns, edges and curated facts stay."""
    session.execute(text(_REMOVE), {"keys": keys})
    outbox.touched(session)


def remove_all(session: Session, connection_key: int) -> None:
    """Mark what a connection brought as removed, because the connection itself was deleted."""
    keys = select(AssetRow.key).where(AssetRow.connection_key == connection_key, AssetRow.removed_at.is_(None))
    remove(session, list(session.scalars(keys)))


def resolve(session: Session, tenant: str, connection_key: int) -> None:
    """Join relationships to targets that were not known when they were written."""
    session.execute(text(_RESOLVE), {"tenant": tenant, "connection": connection_key})


def totals(session: Session, connection_key: int) -> dict[str, int]:
    """What the catalog holds of a connection now."""
    return session.execute(text(_TOTALS), {"connection": connection_key}).one()._asdict()


def finish(session: Session, crawl: CrawlRow, **values: Any) -> None:
    """Write the outcome of a crawl."""
    session.execute(update(CrawlRow).where(CrawlRow.key == crawl.key).values(values))
