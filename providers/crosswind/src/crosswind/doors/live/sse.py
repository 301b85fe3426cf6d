"""The same events as server-sent events: one subscription a stream, resumed by `Last-Event-ID`."""

from __future__ import annotations

import asyncio
import signal
from contextlib import suppress
from time import monotonic
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from crosswind.contexts.events.errors import EventsForgotten
from crosswind.doors.live import messages
from crosswind.doors.live.handshake import Visitor, place
from crosswind.gate import faults
from crosswind.gate.codes import metastore_code
from crosswind.gate.events import ASSETS, CHANNELS, Follower
from crosswind.gate.hub import hub_of
from crosswind.gate.subscription import Subscription
from crosswind.kit.errors import CrosswindError, Invalid

if TYPE_CHECKING:
    from crosswind.bootstrap import Platform

STALLED = 15.0
KEEP_ALIVE = 15.0
LOOKS = 1.0
"""Seconds after which a silent stream looks whether its server is to stop."""
RETRY = b"retry: 2000\n\n"
HEADERS = ((b"content-type", b"text/event-stream; charset=utf-8"), (b"cache-control", b"no-store"),
           (b"x-accel-buffering", b"no"), (b"x-content-type-options", b"nosniff"))  # fmt: skip
KNOWN = frozenset({"channel", "asset_id", "task_id", "entity_id", "last_event_id", "token", "tenant"})


class Streams:
    """The endpoint of one process."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Stream to one client until it leaves, or answer with the error that keeps it out."""
        request = Request(scope, receive)
        visitor = Visitor(self._platform, request)
        try:
            await self._serve(scope, receive, send, request, visitor)
        except CrosswindError as error:
            await _refuse(error, visitor.request_id)(scope, receive, send)
        except Exception as error:
            told = faults.meaning(error, visitor.request_id)
            await _refuse(told, visitor.request_id)(scope, receive, send)

    async def _serve(self, scope: Scope, receive: Receive, send: Send, request: Request, visitor: Visitor) -> None:
        _check(scope, request)
        hub, query = hub_of(self._platform), visitor.query
        name = query.get("channel", ASSETS.name)
        channel = CHANNELS.get(name)
        attempt = visitor.attempt(channel.permission if channel else None, "GET /metastore/v1/events")
        actor = await hub.lane.run(lambda: visitor.gate.admit(visitor.shown, attempt, visitor.request_id))
        after = place(request.headers.get("last-event-id") or query.get("last_event_id"))
        entity_id = messages.followed(name, *(query.get(each) for each in ("asset_id", "task_id", "entity_id")))
        follower, first = Follower(actor, visitor.shown), b""
        with hub.connection(actor):
            try:
                subscription = await hub.subscribe(follower, name, entity_id, after, related=True)
            except EventsForgotten as error:
                first = _told("lagged", messages.refusal(error))
                subscription = await hub.subscribe(follower, name, entity_id, related=True)
            async with subscription:
                await Stream(subscription, receive, send).run(first, visitor.request_id)


class Stream:
    """One stream that has begun."""

    def __init__(self, subscription: Subscription, receive: Receive, send: Send) -> None:
        self._subscription = subscription
        self._receive = receive
        self._send = send

    async def run(self, first: bytes, request_id: str) -> None:
        """Send events as they come, and a comment where none do."""
        headers = [*HEADERS, (b"x-request-id", request_id.encode())]
        await self._send({"type": "http.response.start", "status": 200, "headers": headers})
        leaving = asyncio.ensure_future(self._left())
        upcoming: asyncio.Future[Any] = asyncio.ensure_future(anext(self._subscription))
        wrote = monotonic()
        try:
            await self._write(RETRY + first)
            while not leaving.done() and not stopping():
                await asyncio.wait({leaving, upcoming}, timeout=LOOKS, return_when=asyncio.FIRST_COMPLETED)
                if upcoming.done():
                    await self._write(_event(upcoming.result(), self._subscription.entity_id))
                    upcoming = asyncio.ensure_future(anext(self._subscription))
                elif monotonic() - wrote >= KEEP_ALIVE:
                    await self._write(b": keep-alive\n\n")
                else:
                    continue
                wrote = monotonic()
        except CrosswindError as error:
            with suppress(TimeoutError):
                await self._write(_told("error", messages.refusal(error)))
        except (TimeoutError, StopAsyncIteration, OSError):
            pass
        finally:
            self._subscription.close()
            for task in (leaving, upcoming):
                task.cancel()
            await asyncio.gather(leaving, upcoming, return_exceptions=True)
        with suppress(TimeoutError, OSError):
            async with asyncio.timeout(1):
                await self._send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _write(self, body: bytes) -> None:
        """A client that reads nothing for too long is left: it comes again with its last event id."""
        async with asyncio.timeout(STALLED):
            await self._send({"type": "http.response.body", "body": body, "more_body": True})

    async def _left(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass


def stopping() -> bool:
    """Whether the server of this process was told to end: uvicorn waits for streams, so they must look themselves."""
    server = getattr(signal.getsignal(signal.SIGTERM), "__self__", None)
    return bool(getattr(server, "should_exit", False))


def _check(scope: Scope, request: Request) -> None:
    if "wsgi_environ" in scope:
        raise Invalid("Events are not streamed through Flask-AppBuilder; use the mount at /crosswind", field="path")
    for name in request.query_params:
        if name not in KNOWN:
            raise Invalid(f"Unknown query parameter '{name[:64]}'", field=name[:64], known=sorted(KNOWN))


def _event(message: Any, followed: str | None) -> bytes:
    place = "" if message.event_id is None else f"id: {message.event_id}\n"
    return place.encode() + _told(message.type, messages.event(message, followed))


def _told(name: str, body: dict[str, Any]) -> bytes:
    return f"event: {name}\ndata: {messages.encoded(body)}\n\n".encode()


def _refuse(error: CrosswindError, request_id: str) -> JSONResponse:
    _, status = metastore_code(error)
    headers = {"X-Request-Id": request_id}
    if error.retry_after is not None:
        headers["Retry-After"] = str(error.retry_after)
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return JSONResponse({"error": {**messages.envelope(error), "request_id": request_id}}, status, headers)
