"""The vocabulary that a block brings: tags and classifications, before the assets that have them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import text
from sqlalchemy.orm import Session

from crosswind.kit.actor import Actor

_TAGS = """
WITH said AS (
    SELECT r.record ? 'propagates' AS spoken, x.*
      FROM jsonb_array_elements(CAST(:records AS jsonb)) AS r(record), LATERAL jsonb_to_record(r.record)
           AS x(name text, category text, description text, propagates text, propagation_depth int)
), written AS (
    INSERT INTO crosswind.tags AS t (tenant, name, category, description, propagates, propagation_depth, created_by)
    SELECT :tenant, x.name, x.category, x.description, CASE WHEN x.spoken THEN x.propagates ELSE k.propagates END,
           CASE WHEN x.spoken THEN x.propagation_depth ELSE k.propagation_depth END, :author
      FROM said x LEFT JOIN crosswind.tags k ON k.tenant = :tenant AND k.name = x.name
     WHERE k.key IS NULL OR (k.category, k.description) IS DISTINCT FROM (x.category, x.description)
        OR (x.spoken AND (k.propagates, k.propagation_depth) IS DISTINCT FROM (x.propagates, x.propagation_depth))
     ORDER BY x.name COLLATE "C"
    ON CONFLICT (tenant, name) DO UPDATE SET category = excluded.category, description = excluded.description,
        propagates = excluded.propagates, propagation_depth = excluded.propagation_depth
    RETURNING key, propagates, xmax = 0 AS created
), withdrawn AS (
    INSERT INTO crosswind.propagation_due (tag_key)
    SELECT k.key FROM written w JOIN crosswind.tags k ON k.key = w.key
     WHERE k.propagates IS NOT NULL AND w.propagates IS NULL
)
SELECT created FROM written
"""
"""Tags that spread are spread once the block is stored; those that no longer do are left to housekeeping."""
_CLASSIFICATIONS = """
INSERT INTO crosswind.classifications AS c (tenant, name, level, description, created_by)
SELECT :tenant, x.name, x.level, x.description, :author
  FROM json_to_recordset(CAST(:records AS json)) AS x(name text, level int, description text)
  LEFT JOIN crosswind.classifications k ON k.tenant = :tenant AND lower(k.name) = lower(x.name)
 WHERE k.key IS NULL OR (k.level, k.description) IS DISTINCT FROM (x.level, x.description)
 ORDER BY x.name COLLATE "C"
ON CONFLICT (tenant, lower(name)) DO UPDATE SET level = excluded.level, description = excluded.description
RETURNING xmax = 0 AS created
"""


def write_tags(session: Session, actor: Actor, records: Sequence[dict[str, Any]]) -> tuple[int, int]:
    """Write tags where they differ; returns how many were made and changed."""
    return _write(session, actor, _TAGS, records)


def write_classifications(session: Session, actor: Actor, records: Sequence[dict[str, Any]]) -> tuple[int, int]:
    """Write classifications where they differ; returns how many were made and changed."""
    return _write(session, actor, _CLASSIFICATIONS, records)


def _write(session: Session, actor: Actor, statement: str, records: Sequence[dict[str, Any]]) -> tuple[int, int]:
    document = msgspec.json.encode(records).decode()
    values = {"tenant": actor.tenant, "author": actor.subject, "records": document}
    made = session.scalars(text(statement), values).all()
    return sum(made), len(made) - sum(made)
