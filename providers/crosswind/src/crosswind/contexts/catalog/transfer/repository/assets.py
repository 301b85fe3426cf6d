"""A block of assets: what of it differs, and writing that with its versions and events in one statement.

Bits of `given` say which fields a line has: 1 description, 2 metadata, 4 tags, 8 classification, 16 source, 32 columns.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, select, text
from sqlalchemy.orm import Session

from crosswind.contexts.connections.models import ConnectionRow
from crosswind.contexts.connections.repository import visible
from crosswind.kit import outbox
from crosswind.kit.actor import Actor

DESCRIPTION, METADATA, TAGS, CLASSIFICATION, SOURCE, COLUMNS = 1, 2, 4, 8, 16, 32
_FRESH = "(a.removed_at IS NOT NULL AND a.connection_key IS NULL)"
_DIFFERING = f"""
SELECT b.line, a.key, a.connection_key IS NOT NULL AS crawled, a.key IS NULL OR {_FRESH} AS fresh,
       a.connection_key IS NULL OR a.connection_key = ANY(CAST(:seen AS bigint[])) AS seen,
       a.name IS DISTINCT FROM b.name AS renamed, a.description, a.tags
  FROM pg_temp.block_assets b
  LEFT JOIN crosswind.assets a ON a.tenant = :tenant AND a.qualified_name = b.qualified_name
 WHERE a.key IS NULL OR NOT :upsert OR {_FRESH}
    OR (a.connection_key IS NOT NULL AND NOT a.connection_key = ANY(CAST(:seen AS bigint[])))
    OR (b.given & 1 <> 0 AND a.description IS DISTINCT FROM b.description)
    OR (b.given & 2 <> 0 AND a.curated_metadata <> b.metadata)
    OR (b.given & 4 <> 0 AND a.tags <> b.tags)
    OR (b.given & 8 <> 0 AND a.classification IS DISTINCT FROM b.classification)
    OR (a.connection_key IS NULL AND (a.type <> b.type OR a.name <> b.name
        OR (b.given & 48 <> 0 AND a.source_hash IS DISTINCT FROM b.hash)))
 ORDER BY b.line
"""  # noqa: S608 - no value is formatted in
_BEFORE = " || ".join(
    f"CASE WHEN {differs} THEN jsonb_build_object('{name}', k.{column}) ELSE '{{}}' END"
    for name, column, differs in (
        ("type", "type", "k.connection_key IS NULL AND k.type <> b.type"),
        ("name", "name", "k.connection_key IS NULL AND k.name <> b.name"),
        ("description", "description", "b.given & 1 <> 0 AND k.description IS DISTINCT FROM b.description"),
        ("metadata", "curated_metadata", "b.given & 2 <> 0 AND k.curated_metadata <> b.metadata"),
        ("tags", "tags", "b.given & 4 <> 0 AND k.tags <> b.tags"),
        ("classification", "classification",
         "b.given & 8 <> 0 AND k.classification IS DISTINCT FROM b.classification"),
    )
)  # fmt: skip
_SOURCED = (
    "source_hash", "type_detail", "database", "schema", "namespace", "dataset", "source_comment", "source_facts",
    "source_statistics", "row_estimate", "size_bytes",
)  # fmt: skip
_OF_SOURCE = ", ".join(
    f"{name} = CASE WHEN a.connection_key IS NULL AND excluded.source_hash IS NOT NULL THEN excluded.{name} "
    f"ELSE a.{name} END"
    for name in _SOURCED
)
_WRITE = f"""
WITH known AS MATERIALIZED (
    SELECT b.line AS at, a.*
      FROM pg_temp.block_words w JOIN pg_temp.block_assets b USING (line)
      JOIN crosswind.assets a ON a.tenant = :tenant AND a.qualified_name = b.qualified_name
     ORDER BY a.qualified_name FOR UPDATE OF a
), wanted AS MATERIALIZED (
    SELECT b.*, w.source_words, w.curated_words, k.key IS NULL OR ({_FRESH.replace("a.", "k.")}) AS fresh,
           k.description AS old_description, k.curated_metadata AS old_metadata, k.tags AS old_tags,
           k.classification AS old_classification, k.source_hash AS old_hash
      FROM pg_temp.block_words w JOIN pg_temp.block_assets b USING (line) LEFT JOIN known k ON k.at = b.line
), kept AS (
    INSERT INTO crosswind.asset_versions (asset_key, number, tenant, kind, author, author_name, changes, before)
    SELECT key, number, :tenant, 'curated', :author, :author_name,
           coalesce((SELECT array_agg(name || ' changed' ORDER BY name) FROM jsonb_object_keys(before) AS f(name)),
                    ARRAY['what its source says changed']), before
      FROM (SELECT k.key, k.version + 1 + k.source_version AS number,
                   {_BEFORE} || CASE WHEN {_FRESH.replace("a.", "k.")} THEN jsonb_build_object('removed', true)
                                ELSE '{{}}' END AS before
              FROM known k JOIN pg_temp.block_assets b ON b.line = k.at) AS changed
    ON CONFLICT DO NOTHING
), written AS (
    INSERT INTO crosswind.assets AS a (
        tenant, type, name, qualified_name, description, curated_metadata, tags, classification, source_words,
        curated_words, source_hash, type_detail, database, schema, namespace, dataset, source_comment, source_facts,
        source_statistics, row_estimate, size_bytes, created_by, created_by_name)
    SELECT :tenant, type, name, qualified_name,
           CASE WHEN given & 1 <> 0 OR fresh THEN description ELSE old_description END,
           CASE WHEN given & 2 <> 0 OR fresh THEN coalesce(metadata, '{{}}') ELSE old_metadata END,
           CASE WHEN given & 4 <> 0 OR fresh THEN coalesce(tags, '{{}}') ELSE old_tags END,
           CASE WHEN given & 8 <> 0 OR fresh THEN classification ELSE old_classification END,
           coalesce(source_words, ''), curated_words, hash, type_detail, database, schema, namespace, dataset, comment,
           facts, statistics, row_count, size_bytes, :author, :author_name
      FROM wanted ORDER BY qualified_name
    ON CONFLICT (tenant, qualified_name) DO UPDATE SET
        type = CASE WHEN a.connection_key IS NULL THEN excluded.type ELSE a.type END,
        name = CASE WHEN a.connection_key IS NULL THEN excluded.name ELSE a.name END,
        description = excluded.description, curated_metadata = excluded.curated_metadata, tags = excluded.tags,
        classification = excluded.classification, curated_words = excluded.curated_words,
        source_words = CASE WHEN a.connection_key IS NULL AND excluded.source_words <> '' THEN excluded.source_words
                            ELSE a.source_words END,
        {_OF_SOURCE},
        version = a.version + 1, updated_at = now(),
        removed_at = CASE WHEN a.connection_key IS NULL THEN NULL ELSE a.removed_at END,
        deleted_at = CASE WHEN a.connection_key IS NULL THEN NULL ELSE a.deleted_at END
    RETURNING id, type, name, qualified_name, version, connection_key
)
INSERT INTO crosswind.outbox (tenant, type, entity_type, entity_id, action, data, connection_key)
SELECT :tenant, CASE WHEN x.fresh THEN 'asset.created' ELSE 'asset.updated' END, 'ASSET', w.id::text,
       CASE WHEN x.fresh THEN 'CREATE' ELSE 'UPDATE' END,
       jsonb_build_object('id', w.id, 'type', w.type, 'name', w.name, 'qualified_name', w.qualified_name,
                          'version', w.version), w.connection_key
  FROM written w JOIN wanted x USING (qualified_name) ORDER BY x.line
"""  # noqa: S608 - no value is formatted in


def seen(session: Session, actor: Actor) -> list[int]:
    """The connections whose assets the actor may see."""
    return list(session.scalars(select(ConnectionRow.key).where(visible(actor))))


def differing(session: Session, actor: Actor, *, upsert: bool) -> Sequence[Row[Any]]:
    """The lines of the block that would change something, or may not; with what is stored under their names."""
    values = {"tenant": actor.tenant, "seen": seen(session, actor), "upsert": upsert}
    return session.execute(text(_DIFFERING), values).all()


def write(session: Session, actor: Actor) -> None:
    """Write the lines that have words, keep what they replace, and tell of each."""
    values = {"tenant": actor.tenant, "author": actor.subject, "author_name": actor.name}
    session.execute(text(_WRITE), values)
    outbox.touched(session)
