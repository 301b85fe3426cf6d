"""Columns as they are shown, with the tags that reached them along column lineage: one statement for an answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import ARRAY, BigInteger, Row, String, bindparam, case, func, literal_column, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session

from crosswind.contexts.catalog.models import AssetRow, ColumnRow, TagRow
from crosswind.contexts.catalog.repository.narrow import seen
from crosswind.contexts.catalog.repository.scope import A
from crosswind.contexts.catalog.repository.spelled import HERE, Spelled, spelled
from crosswind.contexts.catalog.vocabulary.models import PropagatedColumnTagRow
from crosswind.kit.actor import Actor

_C = ColumnRow.__table__.c
_P = PropagatedColumnTagRow.__table__.c
_ORIGIN = ColumnRow.__table__.alias("origin")
_SHOWN = (
    _C.asset_key, _C.id, _C.name, _C.data_type, _C.nullable, _C.position, _C.default_value, _C.identity, _C.generated,
    _C.comment, _C.description, _C.tags, _C.classification,
)  # fmt: skip
# Names of an origin that the reader may not see stay null; what an asset is narrowed by stands for it.
_AS_JSON = Spelled("""
WITH given AS MATERIALIZED (SELECT * FROM unnest(%(assets)s::bigint[], %(keys)s::jsonb[]) AS a(key, keys)
), reached AS MATERIALIZED (
    SELECT p.column_key, json_agg(json_build_object(
               'tag', t.name, 'from_asset', assets.id, 'from_name', CASE WHEN /*where*/ THEN assets.name END,
               'depth', p.depth, 'from_column', CASE WHEN /*where*/ THEN o.name END) ORDER BY t.name) AS tags
      FROM crosswind.propagated_column_tags p
      JOIN crosswind.tags t ON t.key = p.tag_key JOIN crosswind.columns o ON o.key = p.from_key
      JOIN crosswind.assets ON assets.key = o.asset_key
     WHERE p.asset_key = ANY(%(assets)s::bigint[]) GROUP BY p.column_key)
SELECT a.key, '[' || string_agg(row_to_json(shown)::text, ',' ORDER BY c.position, c.key) || ']' AS columns
  FROM given a
  JOIN crosswind.columns c ON c.asset_key = a.key AND c.removed_at IS NULL
  LEFT JOIN reached r ON r.column_key = c.key
 CROSS JOIN LATERAL (
    SELECT c.id, c.name, c.data_type AS type, c.nullable, c.position, c.default_value AS default, c.identity,
           c.generated, c.comment, coalesce(nullif(c.description, ''), c.comment) AS description, c.tags,
           coalesce(r.tags, '[]') AS propagated_tags, c.classification,
           coalesce(a.keys -> 'primary' ? c.name, false) AS primary_key,
           coalesce(a.keys -> 'unique' ? c.name, false) AS unique,
           coalesce((a.keys -> 'references' -> c.name)::json, '[]') AS references) AS shown
 GROUP BY a.key
""", {})  # fmt: skip


def of_asset(session: Session, actor: Actor, asset_key: int) -> Sequence[Row[Any]]:
    """The present columns of an asset in the source's order."""
    return _of_assets().run(session, {"keys": [asset_key]}, seen(actor)).all()


def of_assets(session: Session, actor: Actor, asset_keys: Sequence[int]) -> dict[int, list[Row[Any]]]:
    """The present columns of these assets in the source's order, by asset."""
    found: dict[int, list[Row[Any]]] = {key: [] for key in asset_keys}
    rows = _of_assets().run(session, {"keys": list(asset_keys)}, seen(actor)).all() if asset_keys else ()
    for row in rows:
        found[row.asset_key].append(row)
    return found


def as_json(session: Session, actor: Actor, keys: Mapping[int, str | None]) -> dict[int, str]:
    """The present columns of assets as JSON in the source's order, given the `Keys` of each as JSON; those with any.

    A list of wide tables makes no object of a column: the store's text is sent as it is.
    """
    given = {"assets": list(keys), "keys": list(keys.values())}
    rows = _AS_JSON.run(session, given, seen(actor)).all() if keys else ()
    return {row.key: row.columns for row in rows}


@cache
def _of_assets() -> Spelled:
    asked = bindparam("keys", type_=ARRAY(BigInteger))
    reached = (
        select(_P.column_key, _reached().label("propagated"))
        .select_from(PropagatedColumnTagRow)
        .join(TagRow, TagRow.key == _P.tag_key)
        .join(_ORIGIN, _ORIGIN.c.key == _P.from_key)
        .join(AssetRow, A.key == _ORIGIN.c.asset_key)
        .where(_P.asset_key == func.any(asked))
        .group_by(_P.column_key)
        .subquery()
    )
    columns = ColumnRow.__table__.outerjoin(reached, reached.c.column_key == _C.key)
    there = (_C.asset_key == func.any(asked), _C.removed_at.is_(None))
    shown = select(*_SHOWN, reached.c.propagated).select_from(columns).where(*there)
    return spelled(shown.order_by(_C.asset_key, _C.position, _C.key))


def _reached() -> Any:
    """As JSON; names of an origin that the reader may not see stay null."""
    told = {
        "tag": TagRow.name,
        "from_asset": A.id,
        "from_name": case((HERE, A.name)),
        "depth": _P.depth,
        "from_column": case((HERE, _ORIGIN.c.name)),
    }
    pairs = (part for name, value in told.items() for part in (literal_column(f"'{name}'", String), value))
    return func.json_agg(aggregate_order_by(func.json_build_object(*pairs), TagRow.name))
