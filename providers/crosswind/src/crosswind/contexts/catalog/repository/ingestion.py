"""Storing a batch of assets in one statement."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Row, select, text
from sqlalchemy.orm import Session

from crosswind.contexts.catalog.models import AssetRow
from crosswind.contexts.catalog.repository.scope import A, seen_by
from crosswind.kit.actor import Actor

_UPSERT = """
INSERT INTO crosswind.assets AS a (tenant, type, name, qualified_name, description, curated_metadata, tags,
                                   source_words, curated_words, created_by, created_by_name)
SELECT :tenant, x.type, x.name, x.qualified_name, x.description, x.metadata,
       ARRAY(SELECT jsonb_array_elements_text(x.tags)), coalesce(x.source_words, ''), x.curated_words,
       :subject, :subject_name
  FROM json_to_recordset(CAST(:records AS json)) AS x(
       type text, name text, qualified_name text, description text, metadata jsonb, tags jsonb,
       source_words tsvector, curated_words tsvector)
 ORDER BY x.qualified_name COLLATE "C"
ON CONFLICT (tenant, qualified_name) DO UPDATE SET
    type = excluded.type, name = excluded.name, description = excluded.description,
    curated_metadata = excluded.curated_metadata, tags = excluded.tags, curated_words = excluded.curated_words,
    source_words = CASE WHEN a.connection_key IS NULL THEN excluded.source_words ELSE a.source_words END,
    version = a.version + 1, updated_at = now(),
    removed_at = CASE WHEN a.connection_key IS NULL THEN NULL ELSE a.removed_at END,
    deleted_at = CASE WHEN a.connection_key IS NULL THEN NULL ELSE a.deleted_at END
"""


def known(session: Session, actor: Actor, names: list[str]) -> dict[str, Row[Any]]:
    """What holds these qualified names in the tenant, and whether the actor may see it; locked until the end.

    Rows are locked in the order that `upsert` writes them in, so that batches wait for each other and never both.
    """
    chosen = (
        A.qualified_name, A.type, A.name, A.connection_key, A.removed_at, A.description, A.curated_metadata, A.tags,
        seen_by(actor).label("seen"),
    )  # fmt: skip
    statement = select(*chosen).where(A.tenant == actor.tenant, A.qualified_name == text("ANY(CAST(:names AS text[]))"))
    ordered = statement.order_by(A.qualified_name.collate("C")).with_for_update(of=AssetRow.__table__)
    rows: Sequence[Row[Any]] = session.execute(ordered, {"names": sorted(set(names))}).all()
    return {row.qualified_name: row for row in rows}


def upsert(session: Session, actor: Actor, records: Sequence[dict[str, Any]]) -> None:
    """Insert new assets and write the curated facts of known ones; a crawled asset keeps its source facts."""
    values = {"tenant": actor.tenant, "subject": actor.subject, "subject_name": actor.name}
    session.execute(text(_UPSERT), {"records": msgspec.json.encode(records).decode(), **values})
