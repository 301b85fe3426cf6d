"""Spreading one tag over columns: on which it is, which are made of those, and what differs of what is stored.

A column is told by its asset and its name: of an asset between two others perhaps no columns are known, and a tag goes
on through what the edges say of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

Column = tuple[int, str]
"""The key of its asset, and its name."""
A_MAPPING = 4_096
"""Bytes of an edge's metadata, as stored; so many times the edges of a step is what is read of them."""
# Everything is found by its key, however little is known of the tables. What is made of none of a few names is told
# before its list is taken apart.
_SOURCES = """
SELECT c.asset_key, c.name, c.key FROM crosswind.assets a
 CROSS JOIN LATERAL (
    SELECT c.asset_key, c.name, c.key FROM crosswind.columns c
     WHERE c.asset_key = a.key AND c.removed_at IS NULL AND c.tags <> '{}' AND c.tags @> ARRAY[CAST(:name AS text)]
    OFFSET 0) AS c
 WHERE a.tenant = :tenant AND a.removed_at IS NULL
   AND a.column_tags <> '{}' AND a.column_tags @> ARRAY[CAST(:name AS text)]
 LIMIT :most
"""
_BEYOND = """
WITH front AS MATERIALIZED (
    SELECT f.asset_key, f.name, to_jsonb(f.name) AS said
      FROM unnest(CAST(:assets AS bigint[]), CAST(:names AS text[])) AS f(asset_key, name)
), named AS MATERIALIZED (
    SELECT asset_key, array_agg(name) AS names FROM front GROUP BY asset_key
), edge AS MATERIALIZED (
    SELECT e.upstream_key, e.downstream_key, e.metadata,
           sum(pg_column_size(e.metadata)) OVER (ORDER BY e.upstream_key, e.key) AS size
      FROM (SELECT r.key, r.upstream_key, r.downstream_key, r.metadata
              FROM unnest(CAST(:keys AS bigint[])) AS k(key)
             CROSS JOIN LATERAL (
                SELECT r.* FROM crosswind.relationships r WHERE r.upstream_key = k.key AND r.tenant = :tenant
                   AND jsonb_typeof(r.metadata -> 'column_mapping') = 'object' OFFSET 0) AS r
             CROSS JOIN LATERAL (
                SELECT FROM crosswind.assets a WHERE a.key = r.downstream_key AND a.removed_at IS NULL LIMIT 1) AS a
             LIMIT :most) AS e
), more AS MATERIALIZED (
    SELECT count(*) >= :most OR coalesce(max(size), 0) > :bytes AS there FROM edge
), pair AS MATERIALIZED (
    SELECT DISTINCT ON (e.downstream_key, m.name)
           e.downstream_key AS asset_key, m.name, e.upstream_key AS before_key, f.name AS before_name
      FROM edge e JOIN named n ON n.asset_key = e.upstream_key
     CROSS JOIN LATERAL jsonb_each(e.metadata -> 'column_mapping') AS m(name, made_of)
     CROSS JOIN LATERAL jsonb_array_elements(
           CASE jsonb_typeof(m.made_of) WHEN 'array' THEN m.made_of ELSE jsonb_build_array(m.made_of) END) AS s(said)
      JOIN front f ON f.asset_key = e.upstream_key AND f.said = s.said
     WHERE e.size <= :bytes AND (:whole OR NOT (SELECT there FROM more))
       AND (cardinality(n.names) > 10 OR m.made_of ?| n.names)
     ORDER BY e.downstream_key, m.name, e.upstream_key, f.name
)
SELECT more.there AS is_cut, n.* FROM more LEFT JOIN (
    SELECT p.* FROM pair p
      LEFT JOIN LATERAL (SELECT true AS there FROM crosswind.columns c WHERE c.asset_key = p.asset_key
                            AND c.name = p.name AND c.removed_at IS NULL LIMIT 1) AS it ON true
      LEFT JOIN LATERAL (SELECT true AS there FROM crosswind.columns c WHERE c.asset_key = p.asset_key
                            AND c.removed_at IS NULL LIMIT 1) AS others ON true
     WHERE it.there OR others.there IS NULL
     ORDER BY p.asset_key, p.name LIMIT :most) AS n ON true
"""
_STORE = """
WITH wanted AS MATERIALIZED (
    SELECT c.asset_key, c.key AS column_key, w.from_key, w.depth
      FROM unnest(CAST(:assets AS bigint[]), CAST(:names AS text[]), CAST(:origins AS bigint[]),
                  CAST(:depths AS integer[])) AS w(asset_key, name, from_key, depth)
     CROSS JOIN LATERAL (SELECT c.asset_key, c.key FROM crosswind.columns c WHERE c.asset_key = w.asset_key
                            AND c.name = w.name AND c.removed_at IS NULL LIMIT 1) AS c
), gone AS (
    DELETE FROM crosswind.propagated_column_tags p
     WHERE p.tag_key = :tag AND NOT EXISTS (SELECT FROM wanted w WHERE w.column_key = p.column_key)
    RETURNING p.asset_key
), put AS (
    INSERT INTO crosswind.propagated_column_tags AS p (asset_key, column_key, tag_key, from_key, depth)
    SELECT asset_key, column_key, :tag, from_key, depth FROM wanted
    ON CONFLICT (asset_key, column_key, tag_key) DO UPDATE SET from_key = excluded.from_key, depth = excluded.depth
     WHERE (p.from_key, p.depth) IS DISTINCT FROM (excluded.from_key, excluded.depth)
    RETURNING p.asset_key
)
SELECT asset_key FROM gone UNION SELECT asset_key FROM put
"""


def sources(session: Session, tag: Row[Any], most: int) -> dict[Column, int]:
    """The present columns that people put a tag on, with their keys."""
    rows = session.execute(text(_SOURCES), {"tenant": tag.tenant, "name": tag.name, "most": most})
    return {(row.asset_key, row.name): row.key for row in rows}


def beyond(
    session: Session, tenant: str, front: Sequence[Column], most: int, *, whole: bool
) -> Sequence[tuple[Column, Column]] | None:
    """The columns made of these by one edge, each with the one before; None for more edges, or larger, than `most`.

    `whole` takes as many edges as `most` where there are more.
    """
    values = {
        "assets": [asset for asset, _ in front],
        "names": [name for _, name in front],
        "keys": sorted({asset for asset, _ in front}),
        "tenant": tenant,
        "most": most,
        "bytes": most * A_MAPPING,
        "whole": whole,
    }
    rows = session.execute(text(_BEYOND), values).all()
    if rows[0].is_cut and not whole:
        return None
    found = (row for row in rows if row.name is not None)
    return [((row.asset_key, row.name), (row.before_key, row.before_name)) for row in found]


def store(session: Session, tag_key: int, reached: Mapping[Column, tuple[int, int]]) -> list[int]:
    """Make these (origin, depth) by column all that a tag reached; returns the assets where something differed."""
    values = {
        "tag": tag_key,
        "assets": [asset for asset, _ in reached],
        "names": [name for _, name in reached],
        "origins": [origin for origin, _ in reached.values()],
        "depths": [depth for _, depth in reached.values()],
    }
    return list(session.scalars(text(_STORE), values))
