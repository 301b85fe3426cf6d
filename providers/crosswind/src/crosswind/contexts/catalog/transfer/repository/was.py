"""What people and the vocabulary said of a block's assets before it: read where it is written, kept in the versions.

A statement that writes sees what it replaces, so that only assets that change are read, and none that the block made:
those were created at the moment at which its transaction began.
"""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

from crosswind.contexts.catalog.versions.deltas import IDS_OF

_TABLE = """
CREATE TEMP TABLE IF NOT EXISTS block_was (asset_key bigint, field text, was jsonb) ON COMMIT DELETE ROWS
"""
_KEEP = """
WITH told AS MATERIALIZED (
    SELECT asset_key, jsonb_object_agg(field, was) AS before,
           array_agg(replace(CASE field WHEN 'notes' THEN 'columns' ELSE field END, '_', ' ') || ' changed'
                     ORDER BY field) FILTER (WHERE field <> ALL (CAST(:unsaid AS text[]))) AS changes
      FROM pg_temp.block_was GROUP BY asset_key
)
UPDATE crosswind.asset_versions v
   SET before = t.before || v.before, changes = t.changes || array_remove(v.changes, :generic)
  FROM told t JOIN crosswind.assets a ON a.key = t.asset_key
 WHERE v.asset_key = a.key AND v.number = a.version + a.source_version
"""
GENERIC = "columns, owners or words changed"
"""What a version says until it is known which of them did."""


def prepare(session: Session) -> None:
    """Make sure of the temporary table, which is empty between transactions."""
    session.execute(text(_TABLE))


def noting(changed: str, **was: str) -> str:
    """A part of a statement that notes fields of the assets of `changed`, each selected by `changed.asset_key`."""
    noted = ", ".join(f"('{field}', ({selected}))" for field, selected in was.items())
    return f"""was AS (
    INSERT INTO pg_temp.block_was (asset_key, field, was)
    SELECT changed.asset_key, noted.* FROM ({changed}) AS changed
      JOIN crosswind.assets a ON a.key = changed.asset_key AND a.created_at <> now()
     CROSS JOIN LATERAL (VALUES {noted}) AS noted(field, was)
)"""  # noqa: S608 - no value is formatted in


def keep(session: Session) -> None:
    """Add what was noted to the newest versions of its assets, and say in words what it is."""
    prepare(session)
    session.execute(text(_KEEP), {"generic": GENERIC, "unsaid": [*IDS_OF.values()]})
