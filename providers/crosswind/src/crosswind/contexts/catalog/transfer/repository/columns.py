"""A block of columns, under assets that are stored; of a crawled asset only what people write is taken."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

from crosswind.contexts.catalog.repository import described
from crosswind.kit.actor import Actor

_OF_SOURCE = ("position", "data_type", "nullable", "default_value", "identity", "generated", "comment")
_CURATED = (("description", 1), ("tags", 4), ("classification", 8))
_NEW = ", ".join(f"x.{name}" for name in _OF_SOURCE)
_OLD = ", ".join(f"c.{name}" for name in _OF_SOURCE)
_FOUND = """
    FROM pg_temp.block_columns x
    JOIN crosswind.assets a ON a.tenant = :tenant AND a.qualified_name = x.qualified_name
"""
_DIFFERS = " OR ".join(f"(x.given & {bit} <> 0 AND c.{name} IS DISTINCT FROM x.{name})" for name, bit in _CURATED)
_CURATE = f"""
UPDATE crosswind.columns AS c SET
       {", ".join(f"{name} = CASE WHEN x.given & {bit} <> 0 THEN x.{name} ELSE c.{name} END" for name, bit in _CURATED)}
  FROM pg_temp.block_columns x
  JOIN crosswind.assets a ON a.tenant = :tenant AND a.qualified_name = x.qualified_name
 WHERE c.asset_key = a.key AND c.name = x.name AND c.removed_at IS NULL AND ({_DIFFERS})
RETURNING c.asset_key
"""  # noqa: S608 - no value is formatted in
_WRITE = f"""
INSERT INTO crosswind.columns AS c (tenant, asset_key, name, {", ".join(_OF_SOURCE)})
SELECT :tenant, a.key, x.name, {_NEW} {_FOUND}
  LEFT JOIN crosswind.columns c ON c.asset_key = a.key AND c.name = x.name
 WHERE a.connection_key IS NULL
   AND (c.key IS NULL OR c.removed_at IS NOT NULL OR ({_OLD}) IS DISTINCT FROM ({_NEW}))
 ORDER BY a.key, x.position
ON CONFLICT (asset_key, name) DO UPDATE SET
    {", ".join(f"{name} = excluded.{name}" for name in _OF_SOURCE)}, removed_at = NULL
RETURNING asset_key
"""  # noqa: S608 - no value is formatted in
_DROP = f"""
UPDATE crosswind.columns AS c SET removed_at = now()
  FROM (SELECT DISTINCT a.key {_FOUND} WHERE a.connection_key IS NULL
        UNION
        SELECT a.key FROM pg_temp.block_assets b
          JOIN crosswind.assets a ON a.tenant = :tenant AND a.qualified_name = b.qualified_name
         WHERE b.given & 32 <> 0 AND a.connection_key IS NULL) AS mine
 WHERE c.asset_key = mine.key AND c.removed_at IS NULL
   AND NOT EXISTS (SELECT {_FOUND} WHERE a.key = c.asset_key AND x.name = c.name)
RETURNING c.asset_key
"""  # noqa: S608 - no value is formatted in


def write(session: Session, actor: Actor) -> set[int]:
    """Write the block's columns where they differ; returns the assets they are of."""
    changed: set[int] = set()
    for statement in (_WRITE, _DROP, _CURATE):
        changed |= set(session.scalars(text(statement), {"tenant": actor.tenant}))
    if changed:
        described.renew(session, sorted(changed))
    return changed
