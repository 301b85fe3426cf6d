"""Spreading one tag over columns: on which it is, which are made of those, and what differs of what is stored.

A column is told by its asset and its name: of an asset between two others perhaps no columns are known, and a tag goes
on through what the edges say of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row, select, text
from sqlalchemy.orm import Session

from crosswind.contexts.catalog.models import NO_WORDS, ColumnRow
from crosswind.contexts.catalog.repository.scope import A

Column = tuple[int, str]
"""The key of its asset, and its name."""
A_MAPPING = 4_096
"""Bytes of an edge's metadata, as stored; so many times the edges of a step is what is read of them."""
C = ColumnRow.__table__.c
_BEYOND = """
WITH front AS MATERIALIZED (
    SELECT f.asset_key, f.name, to_jsonb(f.name) AS said
      FROM unnest(CAST(:assets AS bigint[]), CAST(:names AS text[])) AS f(asset_key, name)
), edge AS MATERIALIZED (
    SELECT e.upstream_key, e.downstream_key, e.metadata,
           sum(pg_column_size(e.metadata)) OVER (ORDER BY e.upstream_key, e.key) AS size
      FROM (SELECT r.key, r.upstream_key, r.downstream_key, r.metadata
              FROM crosswind.relationships r
              JOIN crosswind.assets a ON a.key = r.downstream_key AND a.removed_at IS NULL
             WHERE r.upstream_key = ANY(CAST(:keys AS bigint[])) AND r.tenant = :tenant
               AND jsonb_typeof(r.metadata -> 'column_mapping') = 'object'
             LIMIT :most) AS e
), more AS MATERIALIZED (
    SELECT count(*) >= :most OR coalesce(max(size), 0) > :bytes AS there FROM edge
)
SELECT more.there AS is_cut, n.* FROM more LEFT JOIN (
    SELECT DISTINCT ON (e.downstream_key, m.name)
           e.downstream_key AS asset_key, m.name, e.upstream_key AS before_key, f.name AS before_name
      FROM edge e
     CROSS JOIN LATERAL jsonb_each(e.metadata -> 'column_mapping') AS m(name, made_of)
     CROSS JOIN LATERAL jsonb_array_elements(
           CASE jsonb_typeof(m.made_of) WHEN 'array' THEN m.made_of ELSE jsonb_build_array(m.made_of) END) AS s(said)
      JOIN front f ON f.asset_key = e.upstream_key AND f.said = s.said
     WHERE e.size <= :bytes AND (:whole OR NOT (SELECT there FROM more))
       AND (EXISTS (SELECT FROM crosswind.columns c
                     WHERE c.asset_key = e.downstream_key AND c.name = m.name AND c.removed_at IS NULL)
            OR NOT EXISTS (SELECT FROM crosswind.columns c
                            WHERE c.asset_key = e.downstream_key AND c.removed_at IS NULL))
     ORDER BY e.downstream_key, m.name, e.upstream_key, f.name
     LIMIT :most) AS n ON true
"""
_STORE = """
WITH wanted AS MATERIALIZED (
    SELECT c.asset_key, c.key AS column_key, w.from_key, w.depth
      FROM unnest(CAST(:assets AS bigint[]), CAST(:names AS text[]), CAST(:origins AS bigint[]),
                  CAST(:depths AS integer[])) AS w(asset_key, name, from_key, depth)
      JOIN crosswind.columns c ON c.asset_key = w.asset_key AND c.name = w.name AND c.removed_at IS NULL
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
    repeated = (A.column_tags != NO_WORDS, A.column_tags.contains([tag.name]))
    on_assets = (C.asset_key == A.key, A.tenant == tag.tenant, A.removed_at.is_(None), *repeated)
    tagged = (C.removed_at.is_(None), C.tags != NO_WORDS, C.tags.contains([tag.name]))
    rows = session.execute(select(C.asset_key, C.name, C.key).where(*on_assets, *tagged).limit(most))
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
