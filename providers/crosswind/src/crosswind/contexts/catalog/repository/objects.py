"""Writing crawled objects: one statement a table for a whole batch, source columns only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from crosswind.contexts.catalog.repository import described

Records = Sequence[dict[str, Any]]

_KNOWN = """
SELECT key, id, qualified_name, type, type_detail, source_hash, source_comment, source_facts, removed_at, crawled_at
  FROM crosswind.assets
 WHERE tenant = :tenant AND qualified_name = ANY(CAST(:names AS text[]))
"""
_KNOWN_COLUMNS = """
SELECT asset_key, name, position, data_type, nullable, default_value, identity, generated, comment
  FROM crosswind.columns
 WHERE asset_key = ANY(CAST(:keys AS bigint[])) AND removed_at IS NULL
"""
_UPSERT = """
INSERT INTO crosswind.assets AS a (
    tenant, connection_key, type, type_detail, name, qualified_name, database, schema, namespace, dataset,
    source_hash, source_version, source_comment, source_facts, source_words, source_updated_at, crawled_at,
    row_estimate, size_bytes, source_statistics, created_by, created_by_name)
SELECT :tenant, :connection, x.type, x.type_detail, x.name, x.qualified_name, :database, x.schema,
       CAST(:namespace AS text), x.dataset,
       x.source_hash, 1, x.source_comment, x.source_facts, x.source_words, clock_timestamp(),
       CASE WHEN :full THEN now() END, x.row_estimate, x.size_bytes, x.source_statistics,
       :subject, :subject_name
  FROM json_to_recordset(CAST(:records AS json)) AS x(
       type text, type_detail text, name text, qualified_name text, schema text, dataset text, source_hash text,
       source_comment text, source_facts jsonb, source_words tsvector, row_estimate bigint, size_bytes bigint,
       source_statistics jsonb)
 ORDER BY x.qualified_name COLLATE "C"
ON CONFLICT (tenant, qualified_name) DO UPDATE SET
    connection_key = excluded.connection_key, type = excluded.type, type_detail = excluded.type_detail,
    name = excluded.name, database = excluded.database, schema = excluded.schema,
    namespace = coalesce(excluded.namespace, a.namespace), dataset = excluded.dataset,
    source_hash = excluded.source_hash,
    source_version = a.source_version + 1,
    source_comment = CASE WHEN :full THEN excluded.source_comment ELSE a.source_comment END,
    source_facts = CASE WHEN :full THEN excluded.source_facts ELSE a.source_facts END,
    source_words = CASE WHEN :full OR a.crawled_at IS NULL THEN excluded.source_words ELSE a.source_words END,
    source_updated_at = excluded.source_updated_at,
    crawled_at = coalesce(excluded.crawled_at, a.crawled_at),
    row_estimate = coalesce(excluded.row_estimate, a.row_estimate),
    size_bytes = coalesce(excluded.size_bytes, a.size_bytes),
    source_statistics = coalesce(excluded.source_statistics, a.source_statistics),
    updated_at = now(),
    removed_at = NULL, deleted_at = NULL
RETURNING key, id, qualified_name, version, version + source_version AS number
"""
_COLUMNS = """
INSERT INTO crosswind.columns AS c (
    tenant, asset_key, name, position, data_type, nullable, default_value, identity, generated, comment)
SELECT :tenant, x.asset_key, x.name, x.position, x.data_type, x.nullable, x.default_value, x.identity, x.generated,
       x.comment
  FROM json_to_recordset(CAST(:records AS json)) AS x(
       asset_key bigint, name text, position int, data_type text, nullable boolean, default_value text,
       identity text, generated text, comment text)
ON CONFLICT (asset_key, name) DO UPDATE SET
    position = excluded.position, data_type = excluded.data_type, nullable = excluded.nullable,
    default_value = excluded.default_value, identity = excluded.identity, generated = excluded.generated,
    comment = excluded.comment, removed_at = NULL
WHERE (c.position, c.data_type, c.nullable, c.default_value, c.identity, c.generated, c.comment, c.removed_at)
      IS DISTINCT FROM (excluded.position, excluded.data_type, excluded.nullable, excluded.default_value,
                        excluded.identity, excluded.generated, excluded.comment, NULL)
"""
_DROPPED_COLUMNS = """
UPDATE crosswind.columns AS c SET removed_at = now()
 WHERE c.asset_key = ANY(CAST(:keys AS bigint[])) AND c.removed_at IS NULL
   AND NOT EXISTS (
       SELECT FROM json_to_recordset(CAST(:records AS json)) AS x(asset_key bigint, name text)
        WHERE x.asset_key = c.asset_key AND x.name = c.name)
"""
_EDGES = """
INSERT INTO crosswind.relationships AS r (tenant, connection_key, type, name, source_key, target_key, target_name,
                                          metadata)
SELECT :tenant, :connection, x.type, x.name, x.source_key, t.key, x.target_name, x.metadata
  FROM json_to_recordset(CAST(:records AS json)) AS x(
       type text, name text, source_key bigint, target_name text, metadata jsonb)
  LEFT JOIN crosswind.assets t ON t.tenant = :tenant AND t.qualified_name = x.target_name
ON CONFLICT (source_key, type, name, target_name, origin) DO UPDATE SET
    target_key = excluded.target_key, metadata = excluded.metadata
WHERE (r.target_key, r.metadata) IS DISTINCT FROM (excluded.target_key, excluded.metadata)
"""
_DROPPED_EDGES = """
DELETE FROM crosswind.relationships AS r
 WHERE r.source_key = ANY(CAST(:keys AS bigint[])) AND r.connection_key = :connection AND r.origin = 'crawl'
   AND NOT EXISTS (
       SELECT FROM json_to_recordset(CAST(:records AS json)) AS x(
              type text, name text, source_key bigint, target_name text)
        WHERE (x.source_key, x.type, x.name, x.target_name) = (r.source_key, r.type, r.name, r.target_name))
"""


def known(session: Session, tenant: str, names: list[str]) -> dict[str, Row[Any]]:
    """What is stored of these assets, by qualified name."""
    rows = session.execute(text(_KNOWN), {"tenant": tenant, "names": names})
    return {row.qualified_name: row for row in rows}


def known_columns(session: Session, keys: list[int]) -> dict[int, dict[str, dict[str, Any]]]:
    """The present columns of these assets, by asset key and name."""
    found: dict[int, dict[str, dict[str, Any]]] = {key: {} for key in keys}
    for row in session.execute(text(_KNOWN_COLUMNS), {"keys": keys}):
        column = row._asdict()
        found[column.pop("asset_key")][row.name] = column
    return found


def upsert(session: Session, records: Records, values: dict[str, Any]) -> dict[str, Row[Any]]:
    """Insert or update assets; returns their key and id by qualified name."""
    rows = session.execute(text(_UPSERT), {"records": _json(records), **values})
    return {row.qualified_name: row for row in rows}


def write_columns(session: Session, tenant: str, records: Records, changed: list[int]) -> None:
    """Write columns where they differ; those that `changed` assets no longer have are marked removed.

    What people wrote on a column stays with it; the asset is found by it while the source has the column.
    """
    document = _json(records)
    if records:
        session.execute(text(_COLUMNS), {"tenant": tenant, "records": document})
    if changed:
        session.execute(text(_DROPPED_COLUMNS), {"keys": changed, "records": document})
        described.renew(session, changed)


def write_edges(session: Session, tenant: str, connection_key: int, records: Records, changed: list[int]) -> None:
    """Write relationships where they differ; those that `changed` assets no longer have go."""
    document = _json(records)
    values = {"connection": connection_key, "records": document}
    if records:
        session.execute(text(_EDGES), {"tenant": tenant, **values})
    if changed:
        session.execute(text(_DROPPED_EDGES), {"keys": changed, **values})


def _json(records: Records) -> str:
    return msgspec.json.encode(records).decode()
