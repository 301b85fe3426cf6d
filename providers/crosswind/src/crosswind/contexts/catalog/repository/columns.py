"""Columns as they are shown, with the tags that reached them along column lineage: one statement for an answer.

Assets repeat what reached their columns, so that nothing is looked up for the most of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Row
from sqlalchemy.orm import Session

from crosswind.contexts.catalog.repository.narrow import seen
from crosswind.contexts.catalog.repository.spelled import Spelled, array
from crosswind.kit.actor import Actor

# Each end is found by its key, however little is known of the tables. Names that the reader may not see are null.
_REACHED = """reached AS MATERIALIZED (
    SELECT p.column_key, json_agg(json_build_object(
               'tag', t.name, 'from_asset', a.id, 'from_name', CASE WHEN a.seen THEN a.name END,
               'depth', p.depth, 'from_column', CASE WHEN a.seen THEN o.name END) ORDER BY t.name) AS tags
      FROM crosswind.propagated_column_tags p
     CROSS JOIN LATERAL (SELECT t.name FROM crosswind.tags t WHERE t.key = p.tag_key LIMIT 1) t
     CROSS JOIN LATERAL (SELECT o.name, o.asset_key FROM crosswind.columns o WHERE o.key = p.from_key LIMIT 1) o
     CROSS JOIN LATERAL (SELECT assets.id, assets.name, /*where*/ AS seen
                           FROM crosswind.assets WHERE assets.key = o.asset_key LIMIT 1) a
     WHERE p.asset_key = ANY(%(assets)s::bigint[]) GROUP BY p.column_key)"""
_JOINED = "LEFT JOIN reached r ON r.column_key = c.key"
_SHOWN = """
{head}SELECT c.asset_key, c.id, c.name, c.data_type, c.nullable, c.position, c.default_value, c.identity, c.generated,
       c.comment, c.description, c.tags, c.classification, {tags} AS propagated
  FROM crosswind.columns c {joined}
 WHERE c.asset_key {of} AND c.removed_at IS NULL ORDER BY c.asset_key, c.position, c.key
"""
_AS_JSON = """
{head}SELECT a.key, '[' || string_agg(shown.text, ',' ORDER BY c.position, c.key) || ']' AS columns
  FROM ROWS FROM (unnest(%(assets)s::bigint[]), jsonb_array_elements(%(keys)s::jsonb)) AS a(key, keys)
  JOIN crosswind.columns c ON c.asset_key = a.key AND c.removed_at IS NULL {joined}
 CROSS JOIN LATERAL (
    SELECT concat('{{"id":"', c.id, '","name":', to_json(c.name), ',"type":', to_json(c.data_type),
                  ',"nullable":', CASE WHEN c.nullable THEN 'true' ELSE 'false' END, ',"position":', c.position,
                  ',"default":', coalesce(to_json(c.default_value), 'null'),
                  ',"identity":', coalesce(to_json(c.identity), 'null'),
                  ',"generated":', coalesce(to_json(c.generated), 'null'),
                  ',"comment":', coalesce(to_json(c.comment), 'null'),
                  ',"description":', coalesce(to_json(coalesce(nullif(c.description, ''), c.comment)), 'null'),
                  ',"tags":', to_json(c.tags), ',"propagated_tags":', coalesce({tags}, '[]'),
                  ',"classification":', coalesce(to_json(c.classification), 'null'),
                  ',"primary_key":', CASE WHEN a.keys -> 'primary' ? c.name THEN 'true' ELSE 'false' END,
                  ',"unique":', CASE WHEN a.keys -> 'unique' ? c.name THEN 'true' ELSE 'false' END,
                  ',"references":', coalesce((a.keys -> 'references' -> c.name)::json, '[]'), '}}')) AS shown(text)
 GROUP BY a.key
"""


def of_asset(session: Session, actor: Actor, asset: Row[Any]) -> Sequence[Row[Any]]:
    """The present columns of an asset in the source's order."""
    return _run(session, actor, _SHOWN, [asset])


def of_assets(session: Session, actor: Actor, assets: Sequence[Row[Any]]) -> dict[int, list[Row[Any]]]:
    """The present columns of these assets in the source's order, by asset."""
    found: dict[int, list[Row[Any]]] = {asset.key: [] for asset in assets}
    for row in _run(session, actor, _SHOWN, assets):
        found[row.asset_key].append(row)
    return found


def as_json(
    session: Session, actor: Actor, assets: Sequence[Row[Any]], keys: Sequence[str | None]
) -> Mapping[int, str]:
    """The present columns of assets as JSON in the source's order, given the `Keys` of each as JSON; those with any.

    A list of wide tables makes no object of a column: the store's text is sent as it is.
    """
    told = f"[{','.join(each or 'null' for each in keys)}]" if any(keys) else None
    return dict(tuple(row) for row in _run(session, actor, _AS_JSON, assets, keys=told))


def _run(session: Session, actor: Actor, statement: str, assets: Sequence[Row[Any]], **more: Any) -> Sequence[Row[Any]]:
    if not assets:
        return ()
    keys = [asset.key for asset in assets]
    values = {"asset": keys[0], "assets": array(keys), **more}
    reached = any(asset.propagated_tags for asset in assets)
    spelled = _spelled(statement, reached=reached, alone=len(keys) == 1)
    return spelled.run(session, values, seen(actor) if reached else None).all()


@cache
def _spelled(statement: str, *, reached: bool, alone: bool) -> Spelled:
    """An asset alone is asked for as such, whose plan is kept; that of a list is made each time."""
    of = "= %(asset)s" if alone else "= ANY(%(assets)s::bigint[])"
    if not reached:
        return Spelled(statement.format(head="", tags="NULL::json", joined="", of=of), {})
    return Spelled(statement.format(head=f"WITH {_REACHED} ", tags="r.tags", joined=_JOINED, of=of), {})
