"""An asset that people make, with its audit and its event, in one statement where nothing else has to follow."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any, cast

import msgspec
from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from crosswind.contexts.catalog.repository.spelled import spelled
from crosswind.kit import outbox
from crosswind.kit.actor import Actor

# Makes nothing where the name is held by another, a tag is new to the vocabulary or spreads, or the classification is
# the tenant's own: those take the long way.
_MAKE = spelled(
    text("""
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
SELECT id, created_at, updated_at, curated_metadata
  FROM made
""")
)
_BLANK = dict.fromkeys(
    ("type_detail", "database", "schema", "source_comment", "connection_id", "row_estimate", "size_bytes", "crawled_at",
     "removed_at", "domain", "source_facts", "source_statistics", "namespace", "dataset")
)  # fmt: skip
"""What a new asset is without: every column of an answer costs time, so those known beforehand are not asked for."""


def make(session: Session, actor: Actor, values: Mapping[str, Any], after: Mapping[str, Any]) -> Row[Any] | None:
    """Insert an asset and tell of it; what `repository.assets.find` would find then, None where that takes more.

    `values` are those of `repository.assets.add`, `after` is what the audit keeps.
    """
    given = {
        **values,
        "tenant": actor.tenant,
        "subject": actor.subject,
        "subject_name": actor.name,
        "kind": actor.kind,
        "request_id": actor.request_id,
        "metadata": _json(values["curated_metadata"]),
        "after": _json(after),
    }
    row = _MAKE.run(session, given).mappings().one_or_none()
    if row is None:
        return None
    outbox.touched(session)
    lists: dict[str, list[Any]] = {name: [] for name in ("owners", "terms", "propagated")}
    by = {"created_by": actor.subject, "created_by_name": actor.name}
    first = {**_BLANK, **values, **lists, **by, **row, "version": 1, "source_version": 0}
    return cast("Row[Any]", SimpleNamespace(**first))


def _json(value: Mapping[str, Any]) -> str:
    return msgspec.json.encode(value, enc_hook=str).decode()
