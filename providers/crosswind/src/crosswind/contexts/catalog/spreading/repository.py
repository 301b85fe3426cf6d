"""Spreading one tag over assets: where it is, what is one edge further, and what differs of what is stored.

Nothing here waits for a row that another transaction holds, so that nobody who holds assets is ever waited for: a tag
that is being spread, or an asset that is being written, is left to housekeeping.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, delete, func, insert, select, text, update
from sqlalchemy.orm import Session

from crosswind.contexts.catalog.models import TagRow
from crosswind.contexts.catalog.repository.scope import A
from crosswind.contexts.catalog.vocabulary.models import PropagationDueRow

MOST_DEPTH = 10
LOCK = 0x63726F7373746167
_SHOWN = (TagRow.key, TagRow.id, TagRow.tenant, TagRow.name, TagRow.propagates, TagRow.propagation_depth)
_BEYOND = """
SELECT DISTINCT ON (r.downstream_key) r.downstream_key AS key, r.upstream_key AS before
  FROM crosswind.relationships r
  JOIN crosswind.assets a ON a.key = r.downstream_key AND a.removed_at IS NULL
 WHERE r.upstream_key = ANY(CAST(:front AS bigint[])) AND r.tenant = :tenant
 ORDER BY r.downstream_key, r.upstream_key
 LIMIT :most
"""
_STORE = """
WITH wanted AS (
    SELECT * FROM unnest(CAST(:assets AS bigint[]), CAST(:origins AS bigint[]), CAST(:depths AS integer[]))
                  AS w(asset_key, from_key, depth)
), gone AS (
    DELETE FROM crosswind.propagated_tags p
     WHERE p.tag_key = :tag AND NOT EXISTS (SELECT FROM wanted w WHERE w.asset_key = p.asset_key)
    RETURNING p.asset_key
), put AS (
    INSERT INTO crosswind.propagated_tags AS p (asset_key, tag_key, from_key, depth)
    SELECT asset_key, :tag, from_key, depth FROM wanted
    ON CONFLICT (asset_key, tag_key) DO UPDATE SET from_key = excluded.from_key, depth = excluded.depth
     WHERE (p.from_key, p.depth) IS DISTINCT FROM (excluded.from_key, excluded.depth)
    RETURNING p.asset_key
)
SELECT asset_key FROM gone UNION ALL SELECT asset_key FROM put
"""
_REPEAT = """
WITH held AS (
    SELECT key FROM crosswind.assets WHERE key = ANY(CAST(:keys AS bigint[])) ORDER BY key FOR NO KEY UPDATE SKIP LOCKED
), said AS (
    SELECT held.key, ARRAY(SELECT t.name FROM crosswind.tags t
                            WHERE t.key IN (SELECT p.tag_key FROM crosswind.propagated_tags p
                                             WHERE p.asset_key = held.key
                                             UNION ALL SELECT p.tag_key FROM crosswind.propagated_column_tags p
                                                        WHERE p.asset_key = held.key)
                            ORDER BY t.name) AS names FROM held
), written AS (
    UPDATE crosswind.assets a SET propagated_tags = said.names
      FROM said WHERE a.key = said.key AND a.propagated_tags <> said.names
)
SELECT count(*) FROM held
"""
_RENAME = """
UPDATE crosswind.assets
   SET propagated_tags = CASE WHEN CAST(:new AS text) IS NULL THEN array_remove(propagated_tags, :old)
                              ELSE array_replace(propagated_tags, :old, :new) END
 WHERE propagated_tags <> '{}' AND propagated_tags @> ARRAY[CAST(:old AS text)] AND tenant = :tenant
"""
_AMISS = """
WITH reached AS MATERIALIZED (
    SELECT asset_key FROM crosswind.propagated_tags WHERE tag_key = :tag
    UNION SELECT asset_key FROM crosswind.propagated_column_tags WHERE tag_key = :tag
)
SELECT a.key FROM reached r JOIN crosswind.assets a ON a.key = r.asset_key
 WHERE NOT a.propagated_tags @> ARRAY[CAST(:name AS text)]
UNION ALL
SELECT a.key FROM crosswind.assets a
 WHERE a.propagated_tags <> '{}' AND a.propagated_tags @> ARRAY[CAST(:name AS text)] AND a.tenant = :tenant
   AND NOT EXISTS (SELECT FROM reached r WHERE r.asset_key = a.key)
"""

_READ = ("assets", "columns", "propagated_column_tags", "propagated_tags", "relationships", "tags")
# Rows that are written and taken back count too, and a crash of the server begins anew: both only lead to a walk.
_WRITTEN = """
SELECT pg_postmaster_start_time()::text,
       array_agg(ARRAY[t.oid::bigint, pg_relation_filenode(t.oid)::bigint, pg_stat_get_tuples_inserted(t.oid),
                       pg_stat_get_tuples_updated(t.oid), pg_stat_get_tuples_deleted(t.oid)] ORDER BY t.name)::text
  FROM (SELECT name, to_regclass('crosswind.' || name)::oid AS oid FROM unnest(CAST(:tables AS text[])) AS n(name)) AS t
HAVING current_setting('track_counts') = 'on' AND current_setting('transaction_isolation') = 'read committed'
"""


def written(session: Session) -> tuple[Any, ...] | None:
    """How often what a walk reads was written to, as PostgreSQL's statistics count it; None where they cannot say."""
    row = session.execute(text(_WRITTEN), {"tables": list(_READ)}).one_or_none()
    return None if row is None else tuple(row)


def find(session: Session, tenant: str, tag_id: UUID) -> Row[Any] | None:
    """A tag by its id, held until the transaction ends."""
    asked = select(*_SHOWN).where(TagRow.tenant == tenant, TagRow.id == tag_id)
    return session.execute(asked.with_for_update(key_share=True)).one_or_none()


def write(session: Session, tag_key: int, values: dict[str, Any]) -> None:
    """Say how a tag spreads."""
    session.execute(update(TagRow).where(TagRow.key == tag_key).values(values))


def alone(session: Session) -> bool:
    """Whether no other process tends the tags; it stays so until the transaction ends."""
    return bool(session.scalar(text("SELECT pg_try_advisory_xact_lock(:lock)"), {"lock": LOCK}))


def rename(session: Session, tenant: str, old: str, new: str | None) -> None:
    """Let assets that a tag reached, or with columns that it reached, call it by its new name, or forget it."""
    session.execute(text(_RENAME), {"tenant": tenant, "old": old, "new": new})


def spreading(session: Session, tenant: str, names: Collection[str] | None = None) -> Sequence[Row[Any]]:
    """The tags of a tenant that spread, or those of these names."""
    where = [TagRow.tenant == tenant, TagRow.propagates.is_not(None)]
    if names is not None:
        where.append(TagRow.name.in_(names))
    return session.execute(select(*_SHOWN).where(*where).order_by(TagRow.key)).all()


def of_all_tenants(session: Session) -> Sequence[int]:
    """The keys of all tags that spread."""
    return session.scalars(select(TagRow.key).where(TagRow.propagates.is_not(None)).order_by(TagRow.key)).all()


def hold(session: Session, tag_key: int) -> Row[Any] | None:
    """A tag, held until the transaction ends; None when another spreads it, or when it is gone.

    No statement after it is compiled: what is planned for mappings of any size would be, for the few that there are.
    """
    asked = select(*_SHOWN, func.set_config("jit", "off", True)).where(TagRow.key == tag_key)
    return session.execute(asked.with_for_update(skip_locked=True, key_share=True)).one_or_none()


def sources(session: Session, tag: Row[Any], most: int) -> Sequence[int]:
    """The keys of live assets that people put a tag on."""
    where = (A.tenant == tag.tenant, A.removed_at.is_(None), A.tags.contains([tag.name]))
    return session.scalars(select(A.key).where(*where).limit(most)).all()


def beyond(session: Session, tenant: str, front: Sequence[int], most: int) -> Sequence[Row[Any]]:
    """The live assets one edge downstream, each with the one before it."""
    return session.execute(text(_BEYOND), {"front": list(front), "tenant": tenant, "most": most}).all()


def store(session: Session, tag_key: int, reached: Mapping[int, tuple[int, int]]) -> list[int]:
    """Make these (origin, depth) by asset all that a tag reached; returns the assets where something differed."""
    values = {
        "tag": tag_key,
        "assets": list(reached),
        "origins": [origin for origin, _ in reached.values()],
        "depths": [depth for _, depth in reached.values()],
    }
    return list(session.scalars(text(_STORE), values))


def repeat(session: Session, keys: Sequence[int]) -> bool:
    """Let these assets be found by what reached them and their columns; False when another transaction holds some."""
    return not keys or session.execute(text(_REPEAT), {"keys": list(keys)}).scalar_one() == len(set(keys))


def amiss(session: Session, tag: Row[Any]) -> Sequence[int]:
    """Assets that do not repeat what is stored of a tag."""
    return session.scalars(text(_AMISS), {"tag": tag.key, "name": tag.name, "tenant": tag.tenant}).all()


def mark(session: Session, tag_keys: Collection[int]) -> None:
    """Leave these tags to housekeeping."""
    if tag_keys:
        session.execute(insert(PropagationDueRow), [{"tag_key": key} for key in sorted(tag_keys)])


def due(session: Session) -> Sequence[int]:
    """Take the tags that were left to housekeeping."""
    gone = session.scalars(delete(PropagationDueRow).returning(PropagationDueRow.tag_key)).all()
    return sorted(set(gone))
