"""A block of assets: what of it differs, and writing that with its versions and events in one statement.

Bits of `given` say which fields a line has: 1 description, 2 metadata, 4 tags, 8 classification, 16 source, 32 columns.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from sqlalchemy import Row, select, text
from sqlalchemy.orm import Session

from crosswind.contexts.catalog.vocabulary.repository import touch
from crosswind.contexts.connections.models import ConnectionRow
from crosswind.contexts.connections.repository import visible
from crosswind.kit import outbox
from crosswind.kit.actor import Actor

_encode = msgspec.json.Encoder().encode
DESCRIPTION, METADATA, TAGS, CLASSIFICATION, SOURCE, COLUMNS = 1, 2, 4, 8, 16, 32
_FRESH = "(a.removed_at IS NOT NULL AND a.connection_key IS NULL)"
_FACTS = {
    "type_detail": "type_detail", "database": "database", "schema": "schema", "namespace": "namespace",
    "dataset": "dataset", "source_comment": "comment", "source_facts": "facts", "source_statistics": "statistics",
    "row_estimate": "row_count", "size_bytes": "size_bytes",
}  # fmt: skip
"""What a source says of an asset, and its name in the block."""
_RESAID = f"""(b.given & 16 <> 0 AND ({", ".join(f"a.{name}" for name in _FACTS)})
                          IS DISTINCT FROM ({", ".join(f"b.{given}" for given in _FACTS.values())}))"""
_DIFFERING = f"""
SELECT b.line, a.key, a.connection_key IS NOT NULL AS crawled, a.key IS NULL OR {_FRESH} AS fresh,
       a.connection_key IS NULL OR a.connection_key = ANY(CAST(:seen AS bigint[])) AS seen,
       a.name IS DISTINCT FROM b.name OR {_RESAID} AS resaid, a.description, a.tags
  FROM pg_temp.block_assets b
  LEFT JOIN LATERAL (SELECT * FROM crosswind.assets k
                      WHERE k.tenant = :tenant AND k.qualified_name = b.qualified_name LIMIT 1) a ON true
 WHERE a.key IS NULL OR NOT :upsert OR {_FRESH}
    OR (a.connection_key IS NOT NULL AND NOT a.connection_key = ANY(CAST(:seen AS bigint[])))
    OR (b.given & 1 <> 0 AND a.description IS DISTINCT FROM b.description)
    OR (b.given & 2 <> 0 AND a.curated_metadata <> b.metadata)
    OR (b.given & 4 <> 0 AND a.tags <> b.tags)
    OR (b.given & 8 <> 0 AND a.classification IS DISTINCT FROM b.classification)
    OR (a.connection_key IS NULL AND (a.type <> b.type OR a.name <> b.name OR {_RESAID}))
 ORDER BY b.line
"""  # noqa: S608 - no value is formatted in
_MET = """
SELECT EXISTS (
    SELECT FROM json_array_elements_text(CAST(:names AS json)) AS n(name)
     CROSS JOIN LATERAL (SELECT FROM crosswind.assets k
                          WHERE k.tenant = :tenant AND k.qualified_name = n.name LIMIT 1) AS met)
"""
_STALE = """
SELECT b.line FROM pg_temp.block_lines b
  LEFT JOIN LATERAL (SELECT k.line_digest, concat_ws(' ', k.xmin, extract(epoch FROM k.updated_at)) AS writer
                       FROM crosswind.assets k
                      WHERE k.tenant = :tenant AND k.qualified_name = b.qualified_name AND k.connection_key IS NULL
                      LIMIT 1) a ON true
 WHERE a.line_digest IS NULL OR a.line_digest <> b.digest || ' ' || a.writer
"""
_DIGEST = "digest || (SELECT concat_ws(' ', '', CAST(pg_current_xact_id() AS xid), extract(epoch FROM now())))"
"""A line's digest with the transaction that wrote what it says and its moment: one that writes the row later ends what
it tells. The moment is for restored stores, which count their transactions anew."""
_ANEW = _FRESH.replace("a.", "k.")
_BEFORE = " || ".join(
    f"CASE WHEN {differs} THEN jsonb_build_object('{name}', k.{column}) ELSE '{{}}' END"
    for name, column, differs in (
        ("type", "type", "k.connection_key IS NULL AND k.type <> b.type"),
        ("name", "name", "k.connection_key IS NULL AND k.name <> b.name"),
        ("description", "description",
         f"(b.given & 1 <> 0 OR {_ANEW}) AND k.description IS DISTINCT FROM b.description"),
        ("metadata", "curated_metadata",
         f"(b.given & 2 <> 0 OR {_ANEW}) AND k.curated_metadata <> coalesce(b.metadata, '{{}}')"),
        ("tags", "tags", f"(b.given & 4 <> 0 OR {_ANEW}) AND k.tags <> coalesce(b.tags, '{{}}')"),
        ("classification", "classification",
         f"(b.given & 8 <> 0 OR {_ANEW}) AND k.classification IS DISTINCT FROM b.classification"),
    )
)  # fmt: skip
_OLD_FACTS = ", ".join(f"k.{name} AS old_{name}" for name in _FACTS)
_KEPT_FACTS = ", ".join(
    f"CASE WHEN given & 16 <> 0 OR given & 32 <> 0 AND fresh THEN {given} ELSE old_{name} END"
    for name, given in _FACTS.items()
)
_OF_SOURCE = ", ".join(
    f"{name} = CASE WHEN a.connection_key IS NULL THEN excluded.{name} ELSE a.{name} END" for name in _FACTS
)
_INTO = """
    INSERT INTO crosswind.assets AS a (
        tenant, type, name, qualified_name, description, curated_metadata, tags, classification, source_words,
        curated_words, type_detail, database, schema, namespace, dataset, source_comment, source_facts,
        source_statistics, row_estimate, size_bytes, line_digest, created_by, created_by_name)
"""
_ONTO = f"""
    ON CONFLICT (tenant, qualified_name) DO UPDATE SET
        type = CASE WHEN a.connection_key IS NULL THEN excluded.type ELSE a.type END,
        name = CASE WHEN a.connection_key IS NULL THEN excluded.name ELSE a.name END,
        description = excluded.description, curated_metadata = excluded.curated_metadata, tags = excluded.tags,
        classification = excluded.classification, curated_words = excluded.curated_words,
        source_words = CASE WHEN a.connection_key IS NULL AND excluded.source_words <> '' THEN excluded.source_words
                            ELSE a.source_words END,
        {_OF_SOURCE}, line_digest = excluded.line_digest,
        version = a.version + 1, updated_at = now(),
        removed_at = CASE WHEN a.connection_key IS NULL THEN NULL ELSE a.removed_at END,
        deleted_at = CASE WHEN a.connection_key IS NULL THEN NULL ELSE a.deleted_at END
     WHERE a.key = ANY(CAST(:keys AS bigint[]))
"""
_TOLD = """
    RETURNING id, type, name, qualified_name, version, connection_key, xmax = 0 AS made
), told AS (
    INSERT INTO crosswind.outbox (tenant, type, entity_type, entity_id, action, data, connection_key)
    SELECT :tenant, CASE WHEN made THEN 'asset.created' ELSE 'asset.updated' END, 'ASSET', id::text,
           CASE WHEN made THEN 'CREATE' ELSE 'UPDATE' END,
           jsonb_build_object('id', id, 'type', type, 'name', name, 'qualified_name', qualified_name,
                              'version', version),
           connection_key
      FROM written
)
"""
_LOST = """
SELECT line FROM {asked} AS b
 WHERE (SELECT count(*) FROM written) < (SELECT count(*) FROM {asked})
   AND NOT EXISTS (SELECT FROM written w WHERE w.qualified_name = b.qualified_name)
"""
"""The lines of new names that somebody else took since they were looked for; what is there now is left as it is."""
_MAKE = f"""
WITH written AS ({_INTO}
    SELECT :tenant, type, name, qualified_name, description, coalesce(metadata, '{{}}'), coalesce(tags, '{{}}'),
           classification, words_of_source, words_of_people, type_detail, database, schema, namespace, dataset,
           comment, facts, statistics, row_count, size_bytes, {_DIGEST}, :author, :author_name
      FROM pg_temp.block_assets ORDER BY qualified_name
    ON CONFLICT (tenant, qualified_name) DO NOTHING
{_TOLD}{_LOST.format(asked="pg_temp.block_assets")}
"""  # noqa: S608 - no value is formatted in
_WRITE = f"""
WITH known AS MATERIALIZED (
    SELECT a.* FROM crosswind.assets a WHERE a.key = ANY(CAST(:keys AS bigint[])) ORDER BY a.qualified_name
       FOR NO KEY UPDATE
), wanted AS MATERIALIZED (
    SELECT b.*, w.source_words, w.curated_words, k.key IS NULL OR ({_FRESH.replace("a.", "k.")}) AS fresh,
           k.description AS old_description, k.curated_metadata AS old_metadata, k.tags AS old_tags,
           k.classification AS old_classification, {_OLD_FACTS}
      FROM pg_temp.block_words w JOIN pg_temp.block_assets b USING (line)
      LEFT JOIN known k ON k.qualified_name = b.qualified_name
), kept AS (
    INSERT INTO crosswind.asset_versions (asset_key, number, tenant, kind, author, author_name, changes, before)
    SELECT key, number, :tenant, 'curated', :author, :author_name,
           coalesce((SELECT array_agg(name || ' changed' ORDER BY name) FROM jsonb_object_keys(before) AS f(name)),
                    ARRAY['what its source says changed']), before
      FROM (SELECT k.key, k.version + 1 + k.source_version AS number,
                   {_BEFORE} || CASE WHEN {_FRESH.replace("a.", "k.")} THEN jsonb_build_object('removed', true)
                                ELSE '{{}}' END AS before
              FROM known k JOIN pg_temp.block_assets b ON b.qualified_name = k.qualified_name) AS changed
    ON CONFLICT DO NOTHING
), written AS ({_INTO}
    SELECT :tenant, type, name, qualified_name,
           CASE WHEN given & 1 <> 0 OR fresh THEN description ELSE old_description END,
           CASE WHEN given & 2 <> 0 OR fresh THEN coalesce(metadata, '{{}}') ELSE old_metadata END,
           CASE WHEN given & 4 <> 0 OR fresh THEN coalesce(tags, '{{}}') ELSE old_tags END,
           CASE WHEN given & 8 <> 0 OR fresh THEN classification ELSE old_classification END,
           coalesce(source_words, ''), curated_words, {_KEPT_FACTS}, {_DIGEST}, :author, :author_name
      FROM wanted ORDER BY qualified_name
{_ONTO}{_TOLD}{_LOST.format(asked="wanted")}
"""  # noqa: S608 - no value is formatted in


_LEFT = "DELETE FROM pg_temp.block_assets WHERE line = ANY(CAST(:lines AS bigint[]))"
_OTHERS = """
SELECT key FROM crosswind.assets
 WHERE key = ANY(CAST(:keys AS bigint[])) AND NOT qualified_name = ANY(CAST(:written AS text[])) ORDER BY key
"""
_TELL = """
INSERT INTO crosswind.outbox (tenant, type, entity_type, entity_id, action, data, connection_key)
SELECT tenant, 'asset.updated', 'ASSET', id::text, 'UPDATE',
       jsonb_build_object('id', id, 'type', type, 'name', name, 'qualified_name', qualified_name, 'version', version),
       connection_key
  FROM crosswind.assets WHERE key = ANY(CAST(:keys AS bigint[])) ORDER BY key
"""


def seen(session: Session, actor: Actor) -> list[int]:
    """The connections whose assets the actor may see."""
    return list(session.scalars(select(ConnectionRow.key).where(visible(actor))))


def stale(session: Session, tenant: str) -> list[int]:
    """The lines of the block that are not what their assets were last written from, as far as digests tell."""
    return list(session.scalars(text(_STALE), {"tenant": tenant}))


def differing(session: Session, actor: Actor, *, upsert: bool) -> Sequence[Row[Any]]:
    """The lines of the block that would change something, or may not; with what is stored under their names."""
    values = {"tenant": actor.tenant, "seen": seen(session, actor), "upsert": upsert}
    return session.execute(text(_DIFFERING), values).all()


def met(session: Session, tenant: str, names: Iterable[str]) -> bool:
    """Whether anything is stored under one of the names, removed or not."""
    return bool(session.scalar(text(_MET), {"tenant": tenant, "names": _encode(list(names)).decode()}))


def make(session: Session, actor: Actor) -> set[int]:
    """Write the lines, which bring their words, as new assets, and tell of each; returns those that came too late."""
    values = {"tenant": actor.tenant, "author": actor.subject, "author_name": actor.name}
    return _written(session, _MAKE, values)


def write(session: Session, actor: Actor, keys: Sequence[int]) -> set[int]:
    """Write the lines that have words over the assets of these keys or as new ones; keep what was, and tell of each.

    Returns those whose new names somebody else took meanwhile.
    """
    values = {"tenant": actor.tenant, "author": actor.subject, "author_name": actor.name, "keys": keys}
    return _written(session, _WRITE, values)


def _written(session: Session, statement: str, values: dict[str, Any]) -> set[int]:
    lost = set(session.scalars(text(statement), values))
    if lost:
        session.execute(text(_LEFT), {"lines": sorted(lost)})
    outbox.touched(session)
    return lost


def others(session: Session, keys: set[int], written: Sequence[str]) -> list[int]:
    """Those of the assets that are not among the ones that were written by name."""
    return list(session.scalars(text(_OTHERS), {"keys": sorted(keys), "written": written}))


def touched(session: Session, actor: Actor, keys: list[int]) -> None:
    """Count assets up of which columns or owners changed, and tell of each."""
    touch(session, actor, keys, ["columns, owners or words changed"])
    session.execute(text(_TELL), {"keys": keys})
    outbox.touched(session)
