"""What people had said of assets that were deleted and are made anew: kept in the version that makes them, and gone."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.orm import Session

from crosswind.contexts.catalog.versions.deltas import IDS_OF

_NAMES = "coalesce(jsonb_agg(n.name ORDER BY n.name), '[]')"
_IDS = "coalesce(jsonb_object_agg(n.name, n.id), '{}')"
_NOTED = "(c.tags <> '{}' OR c.classification IS NOT NULL OR c.description IS NOT NULL)"
_ON_COLUMNS = """
      FROM crosswind.columns c JOIN crosswind.column_terms o ON o.column_key = c.key
      JOIN crosswind.terms n ON n.key = o.term_key WHERE c.asset_key = anew.key AND c.removed_at IS NULL
"""


def _of(link: str, key: str, noun: str) -> str:
    return f"FROM crosswind.{link} o JOIN crosswind.{noun} n ON n.key = o.{key} WHERE o.asset_key = anew.key"


_PUT = {
    "domain": ("to_jsonb(min(n.name))", _of("asset_domains", "domain_key", "domains")),
    "terms": (_NAMES, _of("asset_terms", "term_key", "terms")),
    "products": (_NAMES, _of("product_assets", "product_key", "data_products")),
}
_SAID = {
    **{field: f"SELECT {names} {found}" for field, (names, found) in _PUT.items()},
    **{IDS_OF[field]: f"SELECT {_IDS} {found}" for field, (_, found) in _PUT.items()},
    "owners": """
    SELECT coalesce(jsonb_agg(jsonb_build_object('kind', o.kind, 'name', o.name, 'role', o.role)
                              ORDER BY o.role, o.kind, o.name), '[]')
      FROM crosswind.asset_owners o WHERE o.asset_key = anew.key
    """,
    "notes": f"""
    SELECT coalesce(jsonb_object_agg(c.name, jsonb_build_object(
               'description', c.description, 'tags', c.tags, 'classification', c.classification)), '{{}}')
      FROM crosswind.columns c WHERE c.asset_key = anew.key AND c.removed_at IS NULL AND {_NOTED}
    """,  # noqa: S608 - no value is formatted in
    "column_terms": f"""
    SELECT coalesce(jsonb_object_agg(e.name, e.terms), '{{}}')
      FROM (SELECT c.name, {_NAMES} AS terms {_ON_COLUMNS} GROUP BY c.name) AS e
    """,  # noqa: S608 - no value is formatted in
    IDS_OF["column_terms"]: f"SELECT {_IDS} {_ON_COLUMNS}",
}  # fmt: skip
_FORGET = f"""
WITH anew AS MATERIALIZED (
    SELECT key, version + source_version AS number FROM crosswind.assets WHERE key = ANY(CAST(:keys AS bigint[]))
), kept AS (
    UPDATE crosswind.asset_versions v
       SET before = jsonb_build_object({", ".join(f"'{field}', ({said})" for field, said in _SAID.items())}) || v.before
      FROM anew WHERE v.asset_key = anew.key AND v.number = anew.number
), owners AS (DELETE FROM crosswind.asset_owners o USING anew WHERE o.asset_key = anew.key
), domains AS (DELETE FROM crosswind.asset_domains o USING anew WHERE o.asset_key = anew.key
), terms AS (DELETE FROM crosswind.asset_terms o USING anew WHERE o.asset_key = anew.key
), products AS (DELETE FROM crosswind.product_assets o USING anew WHERE o.asset_key = anew.key
), on_columns AS (DELETE FROM crosswind.column_terms o USING crosswind.columns c, anew
                   WHERE o.column_key = c.key AND c.asset_key = anew.key
), notes AS (
    UPDATE crosswind.columns c SET tags = '{{}}', classification = NULL, description = NULL
      FROM anew WHERE c.asset_key = anew.key AND {_NOTED}
)
UPDATE crosswind.assets a
   SET domain_key = NULL, column_tags = '{{}}', column_classifications = '{{}}', column_words = ''
  FROM anew WHERE a.key = anew.key
"""  # noqa: S608 - no value is formatted in


def forget(session: Session, keys: Sequence[int]) -> None:
    """Take what people said of these assets and their columns off them, into the versions that they have just now.

    Edges stay, as they are of the names that they join, and so does what sources say.
    """
    if keys:
        session.execute(text(_FORGET), {"keys": list(keys)})
