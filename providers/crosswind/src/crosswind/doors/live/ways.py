"""What is told of the stream and the socket where routes are listed: their addresses, and each channel."""

from __future__ import annotations

from typing import Any

from crosswind.gate.events import ASSETS, CHANNELS
from crosswind.gate.ways import IDENTIFIED, Way

STREAM, SOCKET = "/v1/events", "/v1/ws"
_NEEDS = "; ".join(f"`{each.name}` needs `{each.permission}`" for each in CHANNELS.values())
_ABOUT = (
    f"Of the channels, {_NEEDS}. The stream does not end by itself; a client that comes again with the id of the last "
    "event it saw gets what it missed. The same events come over a WebSocket at `v1/ws`, which OpenAPI has no word "
    "for: its messages are in docs/reference/events.md."
)


def _asked(name: str, about: str, place: str = "query", **schema: Any) -> dict[str, Any]:
    shown = {"type": "string", **schema}
    return {"name": name, "in": place, "required": False, "description": about, "schema": shown}


_STREAM: dict[str, Any] = {
    "tags": ["Events"],
    "summary": "Follow what changes, as server-sent events",
    "description": _ABOUT,
    "operationId": "followEvents",
    "parameters": [
        _asked("channel", "What to follow", enum=[*CHANNELS], default=ASSETS.name),
        _asked("asset_id", f"One asset of {ASSETS.name}; left out or `*`, all of them"),
        _asked("task_id", "The task of task.progress"),
        _asked("entity_id", "One domain, term or data product of its channel; left out or `*`, all of them"),
        _asked("last_event_id", "Begin after this event; the header says the same", pattern="^[0-9]{0,18}$"),
        _asked("token", "A token or an API key, for clients that can send no header"),
        _asked("tenant", "The same as X-Tenant-Id"),
        _asked("Last-Event-ID", "Begin after this event", "header", pattern="^[0-9]{0,18}$"),
    ],
    "responses": {
        "200": {"description": "Events until the client leaves", "content": {"text/event-stream": {"schema": {}}}},
        **{str(status): {"$ref": f"#/components/responses/{status}"} for status in (400, 401, 403, 404, 429, 503)},
    },
}
WAYS = (
    Way("GET", STREAM, ASSETS.permission, _STREAM),
    Way("WEBSOCKET", SOCKET, IDENTIFIED),
    *(Way("SUBSCRIBE", each.name, each.permission) for each in CHANNELS.values()),
)
