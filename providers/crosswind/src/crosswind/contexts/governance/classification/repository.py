"""Finding and writing what is labelled: a constant number of statements for any number of resources.

Connections are locked before assets, each in the order of their keys, so that two requests never wait for each other.
A column is written under the lock of its asset.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Row, or_, select, text
from sqlalchemy.orm import Session

from crosswind.contexts.catalog.models import AssetRow, ColumnRow
from crosswind.contexts.catalog.repository.scope import A, connection_id, seen_by
from crosswind.contexts.connections.models import ConnectionRow
from crosswind.contexts.connections.repository import visible
from crosswind.kit.actor import Actor

Records = Sequence[dict[str, Any]]

_WRITE_ASSETS = """
UPDATE crosswind.assets AS a
   SET tags = ARRAY(SELECT jsonb_array_elements_text(x.tags)), classification = x.classification,
       curated_words = x.words, version = a.version + 1, updated_at = now()
  FROM json_to_recordset(CAST(:records AS json)) AS x(key bigint, tags jsonb, classification text, words tsvector)
 WHERE a.key = x.key
RETURNING a.key, a.version + a.source_version AS number
"""
_WRITE_CONNECTIONS = """
UPDATE crosswind.connections AS c
   SET governed_tags = ARRAY(SELECT jsonb_array_elements_text(x.tags)), data_classification = x.classification,
       document = CASE
           WHEN x.classification IS NOT DISTINCT FROM c.data_classification THEN c.document
           WHEN x.classification IS NULL THEN c.document #- '{compliance,dataClassification}'
           ELSE c.document || jsonb_build_object('compliance', coalesce(c.document -> 'compliance', '{}')
                                                 || jsonb_build_object('dataClassification', x.classification)) END,
       version = c.version + 1, updated = now()
  FROM json_to_recordset(CAST(:records AS json)) AS x(key bigint, tags jsonb, classification text)
 WHERE c.key = x.key
"""


def connections(session: Session, actor: Actor, identifiers: Sequence[str]) -> Sequence[Row[Any]]:
    """The visible connections of these ids, locked."""
    shown = (
        ConnectionRow.key, ConnectionRow.id, ConnectionRow.governed_tags.label("tags"),
        ConnectionRow.data_classification.label("classification"),
    )  # fmt: skip
    asked = select(*shown).where(visible(actor), ConnectionRow.id.in_(identifiers))
    return session.execute(asked.order_by(ConnectionRow.key).with_for_update()).all()


def assets(session: Session, actor: Actor, ids: Sequence[UUID], column_ids: Sequence[UUID]) -> Sequence[Row[Any]]:
    """The visible assets of these ids and those that have these columns, locked."""
    keys: Sequence[int] = ()
    if column_ids:
        keys = session.scalars(select(ColumnRow.asset_key).where(ColumnRow.id.in_(column_ids)).distinct()).all()
    shown = (A.key, A.id, A.description, A.tags, A.classification, connection_id)
    asked = select(*shown).where(or_(A.id.in_(ids), A.key.in_(keys)), seen_by(actor), A.deleted_at.is_(None))
    return session.execute(asked.order_by(A.key).with_for_update(of=AssetRow.__table__)).all()


def columns(session: Session, ids: Sequence[UUID], asset_keys: Sequence[int]) -> Sequence[Row[Any]]:
    """The present columns of these ids on these assets, which the caller holds."""
    c = ColumnRow
    shown = (c.key, c.id, c.asset_key, c.name, c.description, c.tags, c.classification)
    asked = select(*shown).where(c.id.in_(ids), c.asset_key.in_(asset_keys), c.removed_at.is_(None))
    return session.execute(asked).all()


def write_connections(session: Session, records: Records) -> None:
    """Write tags and classification of connections, and the classification into what they show as compliance."""
    session.execute(text(_WRITE_CONNECTIONS), {"records": msgspec.json.encode(records).decode()})


def write_assets(session: Session, records: Records) -> dict[int, int]:
    """Write tags and classification of assets and count their versions up; returns the new numbers by key."""
    rows = session.execute(text(_WRITE_ASSETS), {"records": msgspec.json.encode(records).decode()})
    return {row.key: row.number for row in rows}
