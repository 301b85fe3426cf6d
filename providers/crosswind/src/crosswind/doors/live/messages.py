"""The messages of the WebSocket, in the metastore design's words, and the same events as SSE."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from crosswind.gate.codes import metastore_code
from crosswind.gate.events import ASSETS, TASKS, EventMessage
from crosswind.kit import strict_json
from crosswind.kit.errors import CrosswindError, Invalid, TooLarge

LARGEST = 16_384
"""Bytes of a message that a client may send."""
EVERYTHING = "*"
EVENTS = {"created": "CREATE", "deleted": "DELETE", "schema_changed": "SCHEMA_CHANGE"}
"""What a message's `event` says by the last part of its type; everything else is an UPDATE."""


class Asked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a client asks; `id` is its own name for the request and comes back with every answer to it."""

    type: Literal["subscribe", "unsubscribe", "ping"]
    channel: str = ""
    asset_id: str | None = None
    task_id: str | None = None
    last_event_id: int | str | None = None
    id: str | int | None = None

    @property
    def entity_id(self) -> str | None:
        """What is followed, None for everything the channel has."""
        if self.channel == TASKS.name:
            return self.task_id
        return None if self.asset_id in {None, EVERYTHING} else str(self.asset_id).lower()

    @property
    def named(self) -> dict[str, Any]:
        """The request as answers refer to it."""
        told = {"channel": self.channel, "asset_id": self.asset_id, "task_id": self.task_id, "id": self.id}
        return {name: value for name, value in told.items() if value not in {None, ""}}


def read(text: str | None) -> Asked:
    """A client's message; raises `Invalid` with the field that is wrong, `TooLarge` for one that is too long."""
    if text is None:
        raise Invalid("Messages are text frames of JSON", field="message")
    if len(text) > LARGEST:
        raise TooLarge(f"A message has at most {LARGEST} bytes", field="message")
    try:
        found = strict_json.loads(text.encode("utf-8", "surrogatepass"))
        asked = msgspec.convert(found, Asked)
    except msgspec.ValidationError as error:
        message, _, path = str(error).partition(" - at `$.")
        raise Invalid(message, field=path.rstrip("`") or "message") from None
    if asked.type != "ping" and not asked.channel:
        raise Invalid("A channel is needed", field="channel", known=[ASSETS.name, TASKS.name])
    return asked


def event(message: EventMessage, followed: str | None = None) -> dict[str, Any]:
    """An event as the design prints it, with the id to resume after.

    To the asset that is followed, what becomes of its relationships is an update.
    """
    told: dict[str, Any]
    if message.entity_type == "task":
        told = {"type": message.type, "task_id": message.entity_id, "event": message.action, "data": message.data}
    elif message.entity_type == "RELATIONSHIP":
        named = {"asset_id": followed, "relationship_id": message.entity_id}
        told = {"type": message.type, **named, "event": "UPDATE", "data": message.data}
    else:
        verb = EVENTS.get(message.type.rpartition(".")[2], "UPDATE")
        told = {"type": message.type, "asset_id": message.entity_id, "event": verb, "data": message.data}
    return told if message.event_id is None else {**told, "event_id": message.event_id}


def refusal(error: CrosswindError, **named: Any) -> dict[str, Any]:
    """An error as the design's envelope has it."""
    return {"type": "error", **named, "error": envelope(error)}


def envelope(error: CrosswindError) -> dict[str, Any]:
    """Code, message and details."""
    code, _ = metastore_code(error)
    retry = {} if error.retry_after is None else {"retry_after": error.retry_after}
    return {"code": code, "message": error.message, "details": {**error.details, **retry}}


_encoder = msgspec.json.Encoder(enc_hook=str)


def encoded(message: dict[str, Any]) -> str:
    """JSON text."""
    return _encoder.encode(message).decode()
