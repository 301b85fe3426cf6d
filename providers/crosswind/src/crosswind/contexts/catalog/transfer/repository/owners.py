"""A block of owners: of an asset that a line names owners of, these and nobody else."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

from crosswind.contexts.catalog.transfer.repository import was
from crosswind.kit.actor import Actor

_FOUND = """
    SELECT a.key, x.kind, x.name, x.role
      FROM pg_temp.block_owners x
      JOIN LATERAL (SELECT k.key FROM crosswind.assets k
                     WHERE k.tenant = :tenant AND k.qualified_name = x.qualified_name LIMIT 1) a ON true
"""
_WAS = """
    SELECT coalesce(jsonb_agg(jsonb_build_object('kind', o.kind, 'name', o.name, 'role', o.role)
                              ORDER BY o.role, o.kind, o.name), '[]')
      FROM crosswind.asset_owners o WHERE o.asset_key = changed.asset_key
"""
_WRITE = f"""
WITH found AS MATERIALIZED ({_FOUND}), gone AS (
    DELETE FROM crosswind.asset_owners o USING (SELECT DISTINCT key FROM found) mine
     WHERE o.asset_key = mine.key
       AND NOT EXISTS (SELECT FROM found f
                        WHERE (f.key, f.kind, f.name, f.role) = (o.asset_key, o.kind, o.name, o.role))
    RETURNING o.asset_key
), made AS (
INSERT INTO crosswind.asset_owners (asset_key, kind, name, role, tenant)
SELECT DISTINCT f.key, f.kind, f.name, f.role, :tenant FROM found f
 WHERE f.name IS NOT NULL
   AND NOT EXISTS (SELECT FROM crosswind.asset_owners o
                    WHERE (o.asset_key, o.kind, o.name, o.role) = (f.key, f.kind, f.name, f.role))
ON CONFLICT DO NOTHING RETURNING asset_key
), {was.noting("SELECT asset_key FROM gone UNION SELECT asset_key FROM made", owners=_WAS)}
SELECT asset_key FROM gone UNION SELECT asset_key FROM made
"""  # noqa: S608 - no value is formatted in


def write(session: Session, actor: Actor) -> list[int]:
    """Write the block's owners where they differ; a row without a name says that there are none.

    Returns the assets whose owners changed.
    """
    was.prepare(session)
    return list(session.scalars(text(_WRITE), {"tenant": actor.tenant}))
