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


def write(session: Session, actor: Actor, events: Sequence[Event]) -> None:
    """Write one row for each event that readers may follow; an asset's brief facts are those it has now."""
    rows = list(_rows(events))
    if rows:
        session.execute(_WRITE, {"tenant": actor.tenant, "rows": msgspec.json.encode(rows, enc_hook=str).decode()})
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
        before, after = event.before or {}, event.after or {}
        differing = sorted(key for key in before.keys() | after.keys() if before.get(key) != after.get(key))
        return {"changed": differing} if event.before is not None and event.after is not None else {}
    facts = event.after if event.after is not None else event.before or {}
    short = {key: value for key, value in facts.items() if _is_short(value)}
    return {"id": event.entity_id, **short}


def _is_short(value: Any) -> bool:
    return len(msgspec.json.encode(value, enc_hook=str)) <= LARGEST_VALUE


def _is_uuid(value: str) -> bool:
    try:
        UUID(value)
    except ValueError:
        return False
    return True
