"""A block of columns, under assets that are stored; of a crawled asset only what people write is taken."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.orm import Session

from crosswind.contexts.catalog.repository import described
from crosswind.contexts.catalog.transfer.repository import blocks, was
from crosswind.kit.actor import Actor

_OF_SOURCE = ("position", "data_type", "nullable", "default_value", "identity", "generated", "comment")
_CURATED = (("description", 1), ("tags", 4), ("classification", 8))
_NEW = ", ".join(f"x.{name}" for name in _OF_SOURCE)
_OLD = ", ".join(f"c.{name}" for name in _OF_SOURCE)
_AS_NEW, _AS_OLD = (
    f"jsonb_build_object({', '.join(f'{chr(39)}{name}{chr(39)}, {row}.{name}' for name in ('name', *_OF_SOURCE))})"
    for row in ("x", "c")
)
_FOUND = """
    FROM (SELECT x.*, a.key, a.connection_key FROM pg_temp.block_columns x
            JOIN crosswind.assets a ON a.tenant = :tenant AND a.qualified_name = x.qualified_name OFFSET 0) AS x
"""
"""The block's columns with their assets, joined before anything else is: by statistics of what a small catalog was, the
store would join columns of the same name first, each with each."""
_DIFFERS = " OR ".join(f"(x.given & {bit} <> 0 AND c.{name} IS DISTINCT FROM x.{name})" for name, bit in _CURATED)
_NOTED = "(c.description IS NOT NULL OR c.tags <> '{}' OR c.classification IS NOT NULL)"
_NOTES = f"""
    SELECT jsonb_object_agg(c.name, CASE WHEN {_NOTED} THEN jsonb_build_object(
               'description', c.description, 'tags', c.tags, 'classification', c.classification) END)
      FROM curated u JOIN crosswind.columns c ON c.key = u.key WHERE u.asset_key = changed.asset_key
"""  # noqa: S608 - no value is formatted in
_CURATE = f"""
UPDATE crosswind.columns AS c SET
       {", ".join(f"{name} = CASE WHEN x.given & {bit} <> 0 THEN x.{name} ELSE c.{name} END" for name, bit in _CURATED)}
{_FOUND}
 WHERE c.asset_key = x.key AND c.name = x.name AND c.removed_at IS NULL AND ({_DIFFERS})
RETURNING c.asset_key
"""  # noqa: S608 - no value is formatted in
_CURATE_AGAIN = f"""
WITH curated AS ({_CURATE}, c.key), {was.noting("SELECT DISTINCT asset_key FROM curated", notes=_NOTES)}
SELECT asset_key FROM curated
"""  # noqa: S608 - no value is formatted in
_DIFFERING = f"""
{_FOUND}
  LEFT JOIN crosswind.columns c ON c.asset_key = x.key AND c.name = x.name
 WHERE x.connection_key IS NULL
   AND (c.key IS NULL OR c.removed_at IS NOT NULL OR ({_OLD}) IS DISTINCT FROM ({_NEW}))
"""
_INTO = f"INSERT INTO crosswind.columns AS c (tenant, asset_key, name, {', '.join(_OF_SOURCE)})"
_ONTO = f"""
ON CONFLICT (asset_key, name) DO UPDATE SET
    {", ".join(f"{name} = excluded.{name}" for name in _OF_SOURCE)}, removed_at = NULL
"""
_MAKE = f"""
{_INTO} SELECT :tenant, x.key, x.name, {_NEW} {_DIFFERING} ORDER BY x.key, x.position {_ONTO} RETURNING asset_key
"""
_WRITE = f"""
WITH differing AS MATERIALIZED (
    SELECT x.key AS asset_key, x.line, x.name, {_NEW}, NOT x.line = ANY(CAST(:made AS bigint[])) AS known,
           {_AS_NEW} AS after, CASE WHEN c.removed_at IS NULL AND c.key IS NOT NULL THEN {_AS_OLD} END AS before
    {_DIFFERING}
), written AS (
    {_INTO} SELECT :tenant, asset_key, name, {", ".join(_OF_SOURCE)} FROM differing ORDER BY asset_key, position {_ONTO}
), reshaped AS (
    INSERT INTO pg_temp.block_reshaped SELECT asset_key, line, name, before, after FROM differing WHERE known
)
SELECT asset_key, bool_or(known) AS known FROM differing GROUP BY asset_key
"""  # noqa: S608 - no value is formatted in
_DROP = f"""
WITH mine AS MATERIALIZED (
    SELECT DISTINCT x.key {_FOUND} WHERE x.connection_key IS NULL
    UNION
    SELECT a.key FROM pg_temp.block_assets b
      JOIN crosswind.assets a ON a.tenant = :tenant AND a.qualified_name = b.qualified_name
     WHERE b.given & 32 <> 0 AND a.connection_key IS NULL
), gone AS MATERIALIZED (
    SELECT c.key FROM mine JOIN crosswind.columns c ON c.asset_key = mine.key WHERE c.removed_at IS NULL
    EXCEPT
    SELECT c.key {_FOUND} JOIN crosswind.columns c ON c.asset_key = x.key AND c.name = x.name
), dropped AS (
    UPDATE crosswind.columns AS c SET removed_at = now() FROM gone WHERE c.key = gone.key
    RETURNING c.asset_key, c.name, {_AS_OLD} AS before
), reshaped AS (
    INSERT INTO pg_temp.block_reshaped (asset_key, name, before) SELECT asset_key, name, before FROM dropped
)
SELECT DISTINCT asset_key FROM dropped
"""  # noqa: S608 - no value is formatted in


def write(session: Session, actor: Actor, made: Sequence[int], *, known: bool) -> tuple[set[int], bool]:
    """Write the columns where they differ; returns the assets they are of, and whether any that was there differs.

    Lines of `made` are of new assets. Where no other gives columns (`known`), there was nothing to look at or to drop.
    How those that were there differ stays in the store, as it may be more than one holds.
    """
    values = {"tenant": actor.tenant}
    reshaped = False
    if known:
        blocks.prepare(session, "block_reshaped")
        was.prepare(session)
        rows = session.execute(text(_WRITE), {**values, "made": made}).all()
        dropped = set(session.scalars(text(_DROP), values))
        changed = {row.asset_key for row in rows} | dropped
        reshaped = bool(dropped) or any(row.known for row in rows)
    else:
        changed = set(session.scalars(text(_MAKE), values))
    changed |= set(session.scalars(text(_CURATE_AGAIN if known else _CURATE), values))
    if changed:
        described.renew(session, sorted(changed))
    return changed, reshaped
