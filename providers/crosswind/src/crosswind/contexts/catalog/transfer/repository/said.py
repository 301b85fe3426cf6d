"""The domains, terms and data products that a block puts its assets and columns on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from sqlalchemy import text
from sqlalchemy.orm import Session

from crosswind.contexts.catalog.transfer.repository import was
from crosswind.contexts.catalog.versions.deltas import IDS_OF
from crosswind.kit.actor import Actor

Noun = Literal["domain", "term", "data_product"]
TABLES: dict[Noun, str] = {"domain": "domains", "term": "terms", "data_product": "data_products"}
_FIELDS = {"domain": "domain", "term": "terms", "data_product": "products"}
"""Under which name an asset's version keeps them."""
_KNOWN = {
    noun: f"""
    SELECT n.name FROM crosswind.{table} n WHERE n.tenant = :tenant AND n.name = ANY(CAST(:names AS text[]))
       AND NOT EXISTS (SELECT FROM crosswind.vocabulary_pending p
                        WHERE p.noun = '{table}' AND p.noun_key = n.key AND p.ends)
"""  # noqa: S608 - no value is formatted in
    for noun, table in TABLES.items()
}
_NEAR = {
    noun: f"""
    SELECT x.name AS asked, min(n.name) AS name FROM unnest(CAST(:names AS text[])) AS x(name)
      JOIN crosswind.{table} n ON n.tenant = :tenant AND lower(n.name) = lower(x.name) AND n.name <> x.name
     GROUP BY x.name
"""  # noqa: S608 - no value is formatted in
    for noun, table in TABLES.items()
}
_FOUND = """
    SELECT a.key, x.what, x."column", x.name
      FROM pg_temp.block_said x
      JOIN LATERAL (SELECT k.key FROM crosswind.assets k
                     WHERE k.tenant = :tenant AND k.qualified_name = x.qualified_name LIMIT 1) a ON true
"""
_REPEATED = """
    UPDATE crosswind.assets AS a SET domain_key = w.noun_key
      FROM (SELECT asset_key FROM gone UNION SELECT asset_key FROM made) AS moved
      LEFT JOIN wanted w ON w.asset_key = moved.asset_key
     WHERE a.key = moved.asset_key
"""


def _put(what: str, link: str, key: str, noun: str) -> str:
    """The statement that makes what a block says of assets so; it returns the assets that it changed."""
    single = what == "domain"
    kept = "w.asset_key = o.asset_key" if single else f"(w.asset_key, w.noun_key) = (o.asset_key, o.{key})"
    taken = "(asset_key) DO UPDATE SET domain_key = excluded.domain_key" if single else "DO NOTHING"
    repeated = f", repeated AS ({_REPEATED})" if single else ""
    before = "to_jsonb(min(n.name)), 'null'" if single else "jsonb_agg(n.name ORDER BY n.name), '[]'"
    held = f"""
      FROM crosswind.{link} o JOIN crosswind.{noun} n ON n.key = o.{key}
     WHERE o.asset_key = changed.asset_key"""
    field, changed = _FIELDS[what], "SELECT asset_key FROM gone UNION SELECT asset_key FROM made"
    ids = "coalesce(jsonb_object_agg(n.name, n.id), '{}')"
    noted = was.noting(changed, **{field: f"SELECT coalesce({before}){held}", IDS_OF[field]: f"SELECT {ids}{held}"})
    return f"""
WITH found AS MATERIALIZED ({_FOUND} WHERE x.what = '{what}'), wanted AS MATERIALIZED (
    SELECT DISTINCT f.key AS asset_key, n.key AS noun_key FROM found f
      JOIN crosswind.{noun} n ON n.tenant = :tenant AND n.name = f.name
), gone AS (
    DELETE FROM crosswind.{link} o USING (SELECT DISTINCT key FROM found) mine
     WHERE o.asset_key = mine.key AND NOT EXISTS (SELECT FROM wanted w WHERE {kept})
    RETURNING o.asset_key
), made AS (
    INSERT INTO crosswind.{link} (asset_key, {key}) SELECT w.asset_key, w.noun_key FROM wanted w
     WHERE NOT EXISTS (SELECT FROM crosswind.{link} o WHERE (o.asset_key, o.{key}) = (w.asset_key, w.noun_key))
    ON CONFLICT {taken} RETURNING asset_key
), {noted}{repeated}
SELECT asset_key FROM gone UNION SELECT asset_key FROM made
"""  # noqa: S608 - no value is formatted in


_OF_COLUMNS = """
    SELECT jsonb_object_agg(c.name, (SELECT jsonb_agg(t.name ORDER BY t.name) FROM crosswind.column_terms o
                                       JOIN crosswind.terms t ON t.key = o.term_key WHERE o.column_key = c.key))
      FROM moved m JOIN crosswind.columns c ON c.key = m.column_key WHERE m.asset_key = changed.asset_key
"""
_IDS_OF_COLUMNS = """
    SELECT coalesce(jsonb_object_agg(t.name, t.id), '{}')
      FROM moved m JOIN crosswind.column_terms o USING (column_key) JOIN crosswind.terms t ON t.key = o.term_key
     WHERE m.asset_key = changed.asset_key
"""
_COLUMNS = f"""
WITH found AS MATERIALIZED (
    SELECT c.key, c.asset_key, f.name FROM ({_FOUND} WHERE x.what = 'column') f
      JOIN crosswind.columns c ON c.asset_key = f.key AND c.name = f."column" AND c.removed_at IS NULL
), wanted AS MATERIALIZED (
    SELECT f.key, f.asset_key, t.key AS term_key FROM found f
      JOIN crosswind.terms t ON t.tenant = :tenant AND t.name = f.name
), gone AS (
    DELETE FROM crosswind.column_terms o USING (SELECT DISTINCT key, asset_key FROM found) mine
     WHERE o.column_key = mine.key
       AND NOT EXISTS (SELECT FROM wanted w WHERE (w.key, w.term_key) = (o.column_key, o.term_key))
    RETURNING o.column_key, mine.asset_key
), made AS (
    INSERT INTO crosswind.column_terms (column_key, term_key) SELECT DISTINCT key, term_key FROM wanted
    ON CONFLICT DO NOTHING RETURNING column_key
), moved AS (
    SELECT column_key, asset_key FROM gone
    UNION SELECT m.column_key, c.asset_key FROM made m JOIN crosswind.columns c ON c.key = m.column_key
), {was.noting("SELECT DISTINCT asset_key FROM moved", column_terms=_OF_COLUMNS, column_term_ids=_IDS_OF_COLUMNS)}
SELECT asset_key FROM gone
UNION SELECT w.asset_key FROM wanted w WHERE w.key IN (SELECT column_key FROM made)
"""  # noqa: S608 - no value is formatted in
_STATEMENTS = (
    _put("domain", "asset_domains", "domain_key", "domains"),
    _put("term", "asset_terms", "term_key", "terms"),
    _put("data_product", "product_assets", "product_key", "data_products"),
    _COLUMNS,
)


def known(session: Session, tenant: str, noun: Noun, names: Iterable[str]) -> set[str]:
    """Those of the names that a domain, term or data product has which is not being removed."""
    asked = sorted(names)
    return set(session.scalars(text(_KNOWN[noun]), {"tenant": tenant, "names": asked})) if asked else set()


def near(session: Session, tenant: str, noun: Noun, names: Iterable[str]) -> dict[str, str]:
    """Of names that nothing has those that differ from one by their case alone, with that."""
    asked = sorted(names)
    if not asked:
        return {}
    rows = session.execute(text(_NEAR[noun]), {"tenant": tenant, "names": asked})
    return {row.asked: row.name for row in rows}


def put(session: Session, actor: Actor) -> set[int]:
    """Make what the block says of assets and columns so, where it differs; returns the assets that changed."""
    was.prepare(session)
    found = (session.scalars(text(each), {"tenant": actor.tenant}) for each in _STATEMENTS)
    return {key for keys in found for key in keys}
