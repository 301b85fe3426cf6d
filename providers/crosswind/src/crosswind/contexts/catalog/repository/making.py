"""An asset that people make, with its audit and its event, in one statement where nothing else has to follow."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from crosswind.kit import outbox
from crosswind.kit.actor import Actor

# Makes nothing where the name is held by another, a tag is new to the vocabulary or spreads, or the classification is
# the tenant's own: those take the long way.
_MAKE = text("""
WITH made AS (
    INSERT INTO crosswind.assets AS a (tenant, type, name, qualified_name, description, curated_metadata, tags,
                                       classification, source_words, curated_words, created_by, created_by_name)
    SELECT :tenant, :type, :name, :qualified_name, CAST(:description AS text), CAST(:metadata AS jsonb),
           CAST(:tags AS text[]), CAST(:classification AS text), CAST(:source_words AS tsvector),
           CAST(:curated_words AS tsvector), :subject, :subject_name
     WHERE cardinality(CAST(:tags AS text[])) = (
           SELECT count(*) FROM crosswind.tags t
            WHERE t.tenant = :tenant AND t.name = ANY(CAST(:tags AS text[])) AND t.propagates IS NULL)
    ON CONFLICT (tenant, qualified_name) DO NOTHING
    RETURNING *
), told AS (
    INSERT INTO crosswind.outbox (tenant, type, entity_type, entity_id, action, data)
    SELECT tenant, 'asset.created', 'ASSET', id::text, 'CREATE',
           jsonb_build_object('id', id, 'type', type, 'name', name, 'qualified_name', qualified_name,
                              'version', version) FROM made
), audited AS (
    INSERT INTO crosswind.audit (tenant, actor, actor_kind, action, outcome, entity_type, entity_id, after, request_id)
    SELECT tenant, :subject, :kind, 'CREATE', 'success', 'ASSET', id::text, CAST(:after AS jsonb), :request_id FROM made
)
SELECT id, type, type_detail, name, qualified_name, database, schema, description, source_comment, curated_metadata,
       tags, classification, NULL AS connection_id, row_estimate, size_bytes, created_at, updated_at, crawled_at,
       removed_at, version, '[]'::jsonb AS owners, NULL AS domain, '[]'::jsonb AS terms, '[]'::jsonb AS propagated,
       source_facts, source_statistics, source_version, namespace, dataset, created_by, created_by_name
  FROM made
""")


def make(session: Session, actor: Actor, values: Mapping[str, Any], after: Mapping[str, Any]) -> Row[Any] | None:
    """Insert an asset and tell of it, as `repository.assets.find` would find it; None where that takes more.

    `values` are those of `repository.assets.add`, `after` is what the audit keeps.
    """
    given = {
        "tenant": actor.tenant,
        "subject": actor.subject,
        "subject_name": actor.name,
        "kind": actor.kind,
        "request_id": actor.request_id,
        "type": values["type"],
        "name": values["name"],
        "qualified_name": values["qualified_name"],
        "description": values["description"],
        "metadata": _json(values["curated_metadata"]),
        "tags": values["tags"],
        "classification": values["classification"],
        "source_words": values["source_words"],
        "curated_words": values["curated_words"],
        "after": _json(after),
    }
    row = session.execute(_MAKE, given).one_or_none()
    if row is not None:
        outbox.touched(session)
    return row


def _json(value: Mapping[str, Any]) -> str:
    return msgspec.json.encode(value, enc_hook=str).decode()
