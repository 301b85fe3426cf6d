"""The vocabulary that a block brings: tags and classifications, before the assets that have them."""

from __future__ import annotations

from collections.abc import Sequence
from operator import itemgetter
from typing import Any

import msgspec
from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from crosswind.contexts.catalog.transfer.repository import nouns
from crosswind.kit.actor import Actor

_SAID = ("category", "description")
_SPREAD = ("propagates", "propagation_depth")
_HOLD = """
SELECT FROM crosswind.tags WHERE tenant = :tenant AND name = ANY(CAST(:names AS text[]))
 ORDER BY name COLLATE "C" FOR NO KEY UPDATE
"""
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
    RETURNING key, id, name, category, description, propagates, propagation_depth, xmax = 0 AS created
), withdrawn AS (
    INSERT INTO crosswind.propagation_due (tag_key)
    SELECT k.key FROM written w JOIN crosswind.tags k ON k.key = w.key
     WHERE k.propagates IS NOT NULL AND w.propagates IS NULL
)
SELECT w.*, k.category AS old_category, k.description AS old_description, k.propagates AS old_propagates,
       k.propagation_depth AS old_propagation_depth
  FROM written w LEFT JOIN crosswind.tags k ON k.key = w.key
 ORDER BY w.name COLLATE "C"
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


def write_tags(session: Session, actor: Actor, records: Sequence[nouns.Record]) -> list[nouns.Change]:
    """Write tags where they differ; returns those that were made or changed, with what was there before."""
    changes: list[nouns.Change] = []
    ordered = sorted(records, key=itemgetter("name"))
    for start in range(0, len(ordered), nouns.AT_ONCE):
        part = ordered[start : start + nouns.AT_ONCE]
        session.execute(text(_HOLD), {"tenant": actor.tenant, "names": [each["name"] for each in part]})
        changes += map(_change, _write(session, actor, _TAGS, part))
    return changes


def _change(row: Row[Any]) -> nouns.Change:
    if row.created:
        given = {"name": row.name, **{name: getattr(row, name) for name in _SAID}}
        spread = {name: getattr(row, name) for name in _SPREAD if row.propagates}
        return nouns.Change(row.id, None, given | spread)
    old = {name: getattr(row, f"old_{name}") for name in (*_SAID, *_SPREAD)}
    after = {name: getattr(row, name) for name, value in old.items() if getattr(row, name) != value}
    return nouns.Change(row.id, {name: old[name] for name in after}, after)


def write_classifications(session: Session, actor: Actor, records: Sequence[nouns.Record]) -> int:
    """Write classifications where they differ; returns how many were made or changed."""
    return len(_write(session, actor, _CLASSIFICATIONS, records))


def _write(session: Session, actor: Actor, statement: str, records: Sequence[nouns.Record]) -> Sequence[Row[Any]]:
    document = msgspec.json.encode(records).decode()
    values = {"tenant": actor.tenant, "author": actor.subject, "records": document}
    return session.execute(text(statement), values).all()
