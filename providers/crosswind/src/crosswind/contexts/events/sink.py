"""Outbox rows from the events of a unit of work, in its own transaction and one statement."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import text
from sqlalchemy.orm import Session

from crosswind.kit import outbox
from crosswind.kit.actor import Actor
from crosswind.kit.unit_of_work import Event

LARGEST_VALUE = 2000
"""Bytes of one recorded value that an event carries; a longer one is left to whoever asks for the thing itself."""
_TOLD_AS = {"owner_kind": "owner", "owner_name": "owner"}
"""Fields by the names that answers have for them."""
_WRITE = text("""
    INSERT INTO crosswind.outbox (tenant, type, entity_type, entity_id, action, data, connection_key)
    SELECT :tenant, r.type, r.entity_type, r.entity_id, r.action,
           CASE WHEN a.id IS NULL THEN r.data
                ELSE r.data || jsonb_build_object('id', a.id, 'type', a.type, 'name', a.name,
                     'qualified_name', a.qualified_name, 'version', a.version) END,
           coalesce(a.connection_key, c.key)
    FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r(n int, type text, entity_type text, entity_id text, action text,
                                                       data jsonb, connection_id text)
    LEFT JOIN crosswind.assets a ON a.id = CASE WHEN r.entity_type = 'ASSET' THEN CAST(r.entity_id AS uuid) END
    LEFT JOIN crosswind.connections c ON c.tenant = :tenant AND c.id = r.connection_id
    ORDER BY r.n
""")
_WRITE_SPOKEN = text("""
    INSERT INTO crosswind.outbox (tenant, type, entity_type, entity_id, action, data)
    SELECT :tenant, r.type, r.entity_type, r.entity_id, r.action,
           r.data || CASE WHEN s.id IS NULL THEN '{}'
                          ELSE jsonb_build_object('name', s.name, 'version', s.version) END
    FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r(n int, type text, entity_type text, entity_id text, action text,
                                                       data jsonb)
    LEFT JOIN LATERAL (
        SELECT id, name, version FROM crosswind.domains
         WHERE r.entity_type = 'DOMAIN' AND id = CAST(r.entity_id AS uuid)
        UNION ALL SELECT id, name, version FROM crosswind.terms
         WHERE r.entity_type = 'TERM' AND id = CAST(r.entity_id AS uuid)
        UNION ALL SELECT id, name, version FROM crosswind.data_products
         WHERE r.entity_type = 'DATA_PRODUCT' AND id = CAST(r.entity_id AS uuid)
    ) AS s ON true
    ORDER BY r.n
""")


def write(session: Session, actor: Actor, events: Sequence[Event]) -> None:
    """Write one row for each event that readers may follow; the brief facts of a thing are those it has now."""
    rows = list(_rows(events))
    spoken = [each for each in rows if each["entity_type"] in outbox.SPOKEN]
    others = [each for each in rows if each["entity_type"] not in outbox.SPOKEN]
    for statement, part in ((_WRITE, others), (_WRITE_SPOKEN, spoken)):
        if part:
            encoded = msgspec.json.encode(part, enc_hook=str).decode()
            session.execute(statement, {"tenant": actor.tenant, "rows": encoded})
            outbox.touched(session)


def _rows(events: Sequence[Event]) -> Iterator[dict[str, Any]]:
    for number, event in enumerate(events):
        name = None if event.told else outbox.event_type(event.entity_type, event.action)
        if name is None or (event.entity_type == "ASSET" and not _is_uuid(event.entity_id)):
            continue
        yield {
            "n": number,
            "type": name,
            "entity_type": event.entity_type,
            "entity_id": event.entity_id,
            "action": event.action.upper(),
            "data": _data(event),
            "connection_id": event.connection_id,
        }


def _data(event: Event) -> dict[str, Any]:
    if event.entity_type == "ASSET":
        return _changed(event)
    if event.entity_type in outbox.SPOKEN:
        gone = {"name": (event.before or {}).get("name")} if event.after is None else {}
        return {"id": event.entity_id, **gone, **_changed(event)}
    facts = event.after if event.after is not None else event.before or {}
    short = {key: value for key, value in facts.items() if _is_short(value)}
    return {"id": event.entity_id, **short}


def _changed(event: Event) -> dict[str, Any]:
    """The fields that an update changed; nothing of what was made or deleted."""
    if event.before is None or event.after is None:
        return {}
    before, after = event.before, event.after
    differing = {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
    return {"changed": sorted({_TOLD_AS.get(key, key) for key in differing})}


def _is_short(value: Any) -> bool:
    return len(msgspec.json.encode(value, enc_hook=str)) <= LARGEST_VALUE


def _is_uuid(value: str) -> bool:
    try:
        UUID(value)
    except ValueError:
        return False
    return True
