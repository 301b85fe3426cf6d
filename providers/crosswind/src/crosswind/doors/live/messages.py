"""The messages of the WebSocket, in the metastore design's words, and the same events as SSE."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from crosswind.gate.codes import metastore_code
from crosswind.gate.events import CHANNELS, SPOKEN, TASKS, EventMessage
from crosswind.kit import strict_json
from crosswind.kit.errors import CrosswindError, Invalid, TooLarge
from crosswind.kit.misfits import said

LARGEST = 16_384
"""Bytes of a message that a client may send."""
EVERYTHING = "*"
_SPOKEN = frozenset(each.name for each in SPOKEN.values())
EVENTS = {"created": "CREATE", "deleted": "DELETE", "schema_changed": "SCHEMA_CHANGE"}
"""What a message's `event` says by the last part of its type; everything else is an UPDATE."""


class Asked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a client asks; `id` is its own name for the request and comes back with every answer to it."""

    type: Literal["subscribe", "unsubscribe", "ping"]
    channel: str = ""
    asset_id: str | None = None
    task_id: str | None = None
    one: str | None = msgspec.field(name="entity_id", default=None)
    last_event_id: int | str | None = None
    id: str | int | None = None

    @property
    def entity_id(self) -> str | None:
        """What is followed, None for everything the channel has."""
        return followed(self.channel, self.asset_id, self.task_id, self.one)

    @property
    def named(self) -> dict[str, Any]:
        """The request as answers refer to it."""
        told = {"channel": self.channel, "asset_id": self.asset_id, "task_id": self.task_id, "entity_id": self.one,
                "id": self.id}  # fmt: skip
        return {name: value for name, value in told.items() if value not in {None, ""}}


def followed(channel: str, asset_id: str | None, task_id: str | None, one: str | None) -> str | None:
    """The id that is followed by what was given, None for all; raises `Invalid` for one that the channel has not."""
    if channel == TASKS.name:
        return task_id
    field, other = ("entity_id", asset_id) if channel in _SPOKEN else ("asset_id", one)
    if other is not None:
        raise Invalid(f"{channel[:64]} is followed by {field}", field="asset_id" if channel in _SPOKEN else "entity_id")
    found = one if channel in _SPOKEN else asset_id
    return None if found in {None, EVERYTHING} else str(found).lower()


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
        field = path.rstrip("`")
        raise Invalid(said(message, Asked, field), field=field or "message") from None
    if asked.type != "ping" and not asked.channel:
        raise Invalid("A channel is needed", field="channel", known=sorted(CHANNELS))
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
        field = "entity_id" if message.entity_type in SPOKEN else "asset_id"
        told = {"type": message.type, field: message.entity_id, "event": verb, "data": message.data}
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
