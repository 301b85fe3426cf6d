"""A block of relationships: their ends found, and those that differ written, in one statement."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from crosswind.contexts.catalog.transfer.repository.assets import seen
from crosswind.kit import outbox
from crosswind.kit.actor import Actor

ORIGIN = "import"
_HOLD = text("LOCK TABLE crosswind.relationships IN ROW EXCLUSIVE MODE")
_END = """LEFT JOIN LATERAL (
          SELECT k.key, k.id, k.connection_key FROM crosswind.assets k
           WHERE k.tenant = :tenant AND k.qualified_name = b.{1} AND k.deleted_at IS NULL
             AND (k.connection_key IS NULL OR k.connection_key = ANY(CAST(:seen AS bigint[]))) LIMIT 1) {0} ON true"""
_WRITE = f"""
WITH ends AS MATERIALIZED (
    SELECT b.line, b.type, b.name, b.target, b.metadata, s.key AS source_key, t.key AS target_key,
           coalesce(s.connection_key, t.connection_key) AS connection_key, s.id AS source_id, t.id AS target_id
      FROM pg_temp.block_edges b {_END.format("s", "source")} {_END.format("t", "target")}
), fresh AS MATERIALIZED (
    SELECT DISTINCT ON (source_key, type, name, target) e.* FROM ends e
      LEFT JOIN LATERAL (
           SELECT true AS there FROM crosswind.relationships r
            WHERE r.source_key = e.source_key AND r.type = e.type AND r.name = e.name AND r.target_name = e.target
              AND (r.origin <> '{ORIGIN}' OR r.metadata = e.metadata) LIMIT 1) known ON true
     WHERE source_key IS NOT NULL AND target_key IS NOT NULL AND known.there IS NULL
     ORDER BY source_key, type, name, target, line DESC
), written AS (
    INSERT INTO crosswind.relationships AS r (
        tenant, type, name, source_key, target_key, target_name, metadata, origin, created_by, created_by_name)
    SELECT :tenant, type, name, source_key, target_key, target, metadata, '{ORIGIN}', :author, :author_name FROM fresh
    ON CONFLICT ON CONSTRAINT uq_relationships_edge DO UPDATE SET
        metadata = excluded.metadata, target_key = excluded.target_key
    RETURNING id, type, name, source_key, target_name, xmax = 0 AS created
), told AS (
    INSERT INTO crosswind.outbox (tenant, type, entity_type, entity_id, action, data, connection_key)
    SELECT :tenant, CASE WHEN w.created THEN 'relationship.created' ELSE 'relationship.updated' END, 'RELATIONSHIP',
           w.id::text, CASE WHEN w.created THEN 'CREATE' ELSE 'UPDATE' END,
           jsonb_build_object('id', w.id, 'type', w.type, 'source_asset_id', f.source_id,
                              'target_asset_id', f.target_id), f.connection_key
      FROM written w JOIN fresh f
        ON (f.source_key, f.type, f.name, f.target) = (w.source_key, w.type, w.name, w.target_name)
)
SELECT line, CASE WHEN source_key IS NULL THEN 'source' ELSE 'target' END AS field, NULL AS created
  FROM ends WHERE source_key IS NULL OR target_key IS NULL
UNION ALL
SELECT count(*), NULL, created FROM written GROUP BY created
"""  # noqa: S608 - no value is formatted in


def write(session: Session, actor: Actor) -> Sequence[Row[Any]]:
    """Write the block's edges; returns the lines with an end that is not there, then how many were made and changed.

    Locked first, so that no asset is deleted for good between finding it and joining it.
    """
    session.execute(_HOLD)
    values = {"tenant": actor.tenant, "seen": seen(session, actor), "author": actor.subject, "author_name": actor.name}
    rows = session.execute(text(_WRITE), values).all()
    outbox.touched(session)
    return rows
