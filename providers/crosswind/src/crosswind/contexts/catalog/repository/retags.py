"""A tag renamed or taken away wherever it stands: on assets, columns and connections, a thousand assets at a time."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from crosswind.contexts.catalog.facts import curated_words
from crosswind.contexts.catalog.repository import described
from crosswind.contexts.catalog.versions.repository import Kept, keep
from crosswind.kit import outbox
from crosswind.kit.actor import Actor

AT_A_TIME = 1_000
_USED = text("""
SELECT (SELECT count(*) FROM crosswind.assets a WHERE a.tenant = :tenant
           AND (a.tags @> ARRAY[:tag] OR a.column_tags <> '{}' AND a.column_tags @> ARRAY[:tag]))
     + (SELECT count(*) FROM crosswind.connections c WHERE c.tenant = :tenant AND c.governed_tags @> ARRAY[:tag])
""")
_CONNECTIONS = text("""
UPDATE crosswind.connections
   SET governed_tags = array_remove(array_replace(governed_tags, :tag, CAST(:name AS text)), NULL),
       version = version + 1, updated = now()
 WHERE tenant = :tenant AND governed_tags @> ARRAY[:tag]
""")
_REACHED = text("""
UPDATE crosswind.assets
   SET propagated_tags = array_remove(array_replace(propagated_tags, :tag, CAST(:name AS text)), NULL)
 WHERE tenant = :tenant AND propagated_tags <> '{}' AND propagated_tags @> ARRAY[:tag]
""")
_ASSETS = text("""
SELECT key, id, type, name, qualified_name, description, tags, version, version + source_version AS number,
       connection_key
  FROM crosswind.assets WHERE tenant = :tenant AND tags @> ARRAY[:tag] ORDER BY key LIMIT :most FOR UPDATE
""")
_WRITE = text("""
UPDATE crosswind.assets AS a
   SET tags = ARRAY(SELECT jsonb_array_elements_text(x.tags)), curated_words = x.words,
       version = a.version + 1, updated_at = now()
  FROM json_to_recordset(CAST(:records AS json)) AS x(key bigint, tags jsonb, words tsvector)
 WHERE a.key = x.key
""")
_OF_COLUMNS = text("""
SELECT key FROM crosswind.assets
 WHERE tenant = :tenant AND column_tags <> '{}' AND column_tags @> ARRAY[:tag] ORDER BY key LIMIT :most FOR UPDATE
""")
_COLUMNS = text("""
UPDATE crosswind.columns SET tags = array_remove(array_replace(tags, :tag, CAST(:name AS text)), NULL)
 WHERE asset_key = ANY(CAST(:keys AS bigint[])) AND tags @> ARRAY[:tag]
""")


def used(session: Session, tenant: str, tag: str) -> int:
    """On how many assets, or columns of so many, and connections a tag is, also on those that are gone."""
    return int(session.execute(_USED, {"tenant": tenant, "tag": tag}).scalar_one())


def retag(session: Session, actor: Actor, tag: str, name: str | None) -> None:
    """Let everything that has a tag have it under another name, or not at all; each asset of it gets a version."""
    values = {"tenant": actor.tenant, "tag": tag, "name": name, "most": AT_A_TIME}
    session.execute(_CONNECTIONS, values)
    session.execute(_REACHED, values)
    while rows := session.execute(_ASSETS, values).all():
        _write(session, actor, rows, tag, name)
    while keys := session.execute(_OF_COLUMNS, values).scalars().all():
        session.execute(_COLUMNS, {**values, "keys": list(keys)})
        described.renew(session, list(keys))


def _write(session: Session, actor: Actor, rows: Any, tag: str, name: str | None) -> None:
    records = [{"key": row.key, "tags": _after(row, tag, name), "description": row.description} for row in rows]
    for record in records:
        record["words"] = curated_words(record.pop("description"), record["tags"])
    session.execute(_WRITE, {"records": msgspec.json.encode(records).decode()})
    told = f'tag "{tag}" {"renamed to " + repr(name) if name else "deleted"}'
    keep(session, actor, [Kept(row.key, row.number + 1, "curated", [told], {"tags": row.tags}) for row in rows])
    outbox.add_many(session, actor.tenant, [_news(row) for row in rows])


def _after(row: Row[Any], tag: str, name: str | None) -> list[str]:
    others = (each if each != tag else name for each in row.tags)
    return [each for each in others if each is not None]


def _news(row: Row[Any]) -> outbox.NewRow:
    brief = {"id": str(row.id), "type": row.type, "name": row.name, "qualified_name": row.qualified_name}
    return outbox.NewRow(
        type="asset.updated", entity_type="ASSET", entity_id=str(row.id), action="UPDATE",
        data={**brief, "version": row.version + 1, "changed": ["tags"]}, connection_key=row.connection_key,
    )  # fmt: skip
