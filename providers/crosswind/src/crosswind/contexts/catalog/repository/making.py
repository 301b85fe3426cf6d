"""Assets that people make, with their audit and their events, in one statement where nothing else has to follow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import Any, NamedTuple, cast

import msgspec
from sqlalchemy import Row, RowMapping
from sqlalchemy.orm import Session

from crosswind.kit import outbox
from crosswind.kit.actor import Actor

PATIENCE = "100ms"
"""How long assets that are made together wait for a name that somebody else writes."""
# Makes nothing where the name is held by another, a tag is new to the vocabulary or spreads: those take the long way.
# Names are taken in their order, so that two such statements cannot wait for each other.
_MAKE = """
WITH patient AS MATERIALIZED (SELECT set_config('lock_timeout', %(patience)s, true)
), asked AS MATERIALIZED (
    SELECT d.* FROM patient CROSS JOIN json_to_recordset(CAST(%(drafts)s AS json)) AS d(
        tenant text, type text, name text, qualified_name text, description text, curated_metadata jsonb, tags text[],
        classification text, source_words tsvector, curated_words tsvector, subject text, subject_name text, kind text,
        request_id text, after jsonb)
), made AS (
    INSERT INTO crosswind.assets AS a (tenant, type, name, qualified_name, description, curated_metadata, tags,
                                       classification, source_words, curated_words, created_by, created_by_name)
    SELECT tenant, type, name, qualified_name, description, curated_metadata, tags, classification, source_words,
           curated_words, subject, subject_name
      FROM asked
     WHERE tags = '{}' OR cardinality(tags) = (
           SELECT count(*) FROM crosswind.tags t
            WHERE t.tenant = asked.tenant AND t.name = ANY(asked.tags) AND t.propagates IS NULL)
     ORDER BY tenant, qualified_name
    ON CONFLICT (tenant, qualified_name) DO NOTHING
    RETURNING a.id, a.tenant, a.type, a.name, a.qualified_name, a.version, a.created_at, a.updated_at,
              a.curated_metadata
), told AS (
    INSERT INTO crosswind.outbox (tenant, type, entity_type, entity_id, action, data)
    SELECT tenant, 'asset.created', 'ASSET', id::text, 'CREATE',
           jsonb_build_object('id', id, 'type', type, 'name', name, 'qualified_name', qualified_name,
                              'version', version) FROM made
), audited AS (
    INSERT INTO crosswind.audit (tenant, actor, actor_kind, action, outcome, entity_type, entity_id, after, request_id)
    SELECT m.tenant, d.subject, d.kind, 'CREATE', 'success', 'ASSET', m.id::text, d.after, d.request_id
      FROM made m JOIN asked d ON d.tenant = m.tenant AND d.qualified_name = m.qualified_name
)
SELECT tenant, qualified_name, id, created_at, updated_at, curated_metadata
  FROM made
"""
_LISTS = ("owners", "terms", "products", "propagated")
_BLANK = dict.fromkeys(
    ("type_detail", "database", "schema", "source_comment", "connection_id", "row_estimate", "size_bytes", "crawled_at",
     "removed_at", "domain", "source_facts", "source_statistics", "namespace", "dataset")
)  # fmt: skip
"""What a new asset is without: every column of an answer costs time, so those known beforehand are not asked for."""


class Draft(NamedTuple):
    """An asset to be made: by whom, the values of `repository.assets.add`, and what the audit keeps."""

    actor: Actor
    values: Mapping[str, Any]
    after: Mapping[str, Any]

    @property
    def name(self) -> tuple[str, str]:
        """What no other asset may have: the tenant and the qualified name."""
        return self.actor.tenant, self.values["qualified_name"]


def make(session: Session, drafts: Sequence[Draft], patience: str = "0") -> dict[int, Row[Any]]:
    """Insert assets and tell of them; what `repository.assets.find` would find of each that was made, by its place.

    `patience` is how long it waits for a name that somebody else writes, before it fails and makes none; "0" waits.
    """
    places: dict[tuple[str, str], int] = {}
    for place, draft in enumerate(drafts):
        places.setdefault(draft.name, place)
    sent = msgspec.json.encode([_record(drafts[place]) for place in places.values()], enc_hook=str).decode()
    rows = session.connection().exec_driver_sql(_MAKE, {"drafts": sent, "patience": patience}).mappings().all()
    if rows:
        outbox.touched(session)
    found = ((places[row["tenant"], row["qualified_name"]], row) for row in rows)
    return {place: _shown(drafts[place], row) for place, row in found}


def _record(draft: Draft) -> dict[str, Any]:
    actor = draft.actor
    return {
        **draft.values,
        "tenant": actor.tenant,
        "subject": actor.subject,
        "subject_name": actor.name,
        "kind": actor.kind,
        "request_id": actor.request_id,
        "after": draft.after,
    }


def _shown(draft: Draft, row: RowMapping) -> Row[Any]:
    lists: dict[str, list[Any]] = {name: [] for name in _LISTS}
    by = {"created_by": draft.actor.subject, "created_by_name": draft.actor.name}
    first = {**_BLANK, **draft.values, **lists, **by, **row, "version": 1, "source_version": 0}
    return cast("Row[Any]", SimpleNamespace(**first))
