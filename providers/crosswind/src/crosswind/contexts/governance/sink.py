"""Audit rows from the events of a unit of work, in its own transaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import insert
from sqlalchemy.orm import Session

from crosswind.contexts.governance.models import AuditRow
from crosswind.kit.actor import Actor
from crosswind.kit.unit_of_work import Event


def write(session: Session, actor: Actor, events: Sequence[Event]) -> None:
    """Write one row an event."""
    session.execute(insert(AuditRow.__table__), [_row(actor, event) for event in events])  # type: ignore[arg-type]


def _row(actor: Actor, event: Event) -> dict[str, Any]:
    return {
        "tenant": actor.tenant,
        "actor": actor.subject,
        "actor_kind": actor.kind,
        "action": event.action,
        "outcome": "success",
        "entity_type": event.entity_type,
        "entity_id": event.entity_id,
        "connection_id": event.connection_id,
        "before": plain(event.before),
        "after": plain(event.after),
        "request_id": actor.request_id,
    }


def plain(value: Any) -> Any:
    """The same as JSON has it: times as ISO 8601, sets as lists, anything unknown by its text."""
    return msgspec.to_builtins(value, str_keys=True, enc_hook=str)
