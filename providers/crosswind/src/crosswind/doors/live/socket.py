"""The WebSocket: one connection, its subscriptions, and what ends it.

Close codes: 4401 credentials are not good any more, 4408 the client reads too slowly, 1008 it sends too many messages
or too many bad ones, 1009 one that is too long, 1013 the server is stopping. A connection that is refused is refused
before it is accepted, with the HTTP status and body of the REST family.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from time import monotonic
from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect

from crosswind.contexts.events.errors import TooSlow
from crosswind.doors.live import messages
from crosswind.doors.live.handshake import Visitor, place
from crosswind.gate import faults
from crosswind.gate.codes import metastore_code
from crosswind.gate.events import CHANNELS, Follower
from crosswind.gate.hub import Hub, hub_of
from crosswind.gate.subscription import Subscription
from crosswind.kit.errors import (
    AlreadyExists,
    CrosswindError,
    Invalid,
    NotFound,
    TooLarge,
    TooManyRequests,
    Unauthenticated,
    Unavailable,
)

if TYPE_CHECKING:
    from crosswind.bootstrap import Platform

STALLED = 15.0
"""Seconds that a write may wait for a client that does not read."""
PARTING = 10.0
"""Seconds in which such a client may still begin to read, to be told why it is let go."""
HEARTBEAT = 30.0
MOST_SUBSCRIPTIONS = 100
MOST_MESSAGES = 100
"""Messages that a client may send within `WITHIN` seconds."""
WITHIN = 10.0
MOST_BAD = 20
CLOSED = {Unauthenticated: 4401, TooSlow: 4408, TooLarge: 1009, TooManyRequests: 1008, Unavailable: 1013}
Key = tuple[str, str | None]


class Sockets:
    """The endpoint of one process."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let one connection in, or refuse it before it is accepted."""
        websocket = WebSocket(scope, receive, send)
        visitor = Visitor(self._platform, websocket)
        hub = hub_of(self._platform)
        try:
            visitor.check_site()
            attempt = visitor.attempt(None, "WebSocket /metastore/v1/ws")
            actor = await hub.lane.run(lambda: visitor.gate.admit(visitor.shown, attempt, visitor.request_id))
            with hub.connection(actor):
                await websocket.accept(headers=[(b"x-request-id", visitor.request_id.encode())])
                await Connection(websocket, visitor, hub).serve()
        except CrosswindError as error:
            await _refuse(websocket, error, visitor.request_id)
        except Exception as error:
            if websocket.application_state.name == "CONNECTING":
                await _refuse(websocket, faults.meaning(error, visitor.request_id), visitor.request_id)
            else:
                raise


class Connection:
    """A connection that was accepted; a task for each subscription and one that keeps it alive."""

    def __init__(self, websocket: WebSocket, visitor: Visitor, hub: Hub) -> None:
        self._websocket = websocket
        self._visitor = visitor
        self._hub = hub
        self._pumps: dict[Key, tuple[Subscription, asyncio.Task[None]]] = {}
        self._over: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._sent: dict[Key, int] = {}
        self._bad = 0
        self._window = (monotonic(), 0)

    async def serve(self) -> None:
        """Answer until the client leaves or may not stay."""
        reading: asyncio.Future[Any] = asyncio.ensure_future(self._read())
        beating = asyncio.ensure_future(self._beat())
        try:
            await asyncio.wait({reading, self._over}, return_when=asyncio.FIRST_COMPLETED)
            if self._over.done():
                await self._part(self._over.result())
        finally:
            for subscription, pump in list(self._pumps.values()):
                subscription.close()
                pump.cancel()
            for task in (reading, beating):
                task.cancel()
            await asyncio.gather(reading, beating, *(each for _, each in self._pumps.values()), return_exceptions=True)

    async def _read(self) -> None:
        while True:
            message = await self._websocket.receive()
            if message["type"] == "websocket.disconnect":
                return
            asked: messages.Asked | None = None
            try:
                self._count()
                asked = messages.read(message.get("text"))
                await self._answer(asked)
            except (TooSlow, WebSocketDisconnect):
                return
            except (TooLarge, Unauthenticated) as error:
                self._end(error)
            except CrosswindError as error:
                await self._send(messages.refusal(error, **(asked.named if asked else {})))
                self._mind(error)
            except Exception as error:
                told = faults.meaning(error, self._visitor.request_id)
                await self._send(messages.refusal(told, **(asked.named if asked else {})))

    async def _answer(self, asked: messages.Asked) -> None:
        if asked.type == "ping":
            await self._send({"type": "pong", **asked.named})
        elif asked.type == "subscribe":
            await self._subscribe(asked)
        else:
            subscription, pump = self._found(asked)
            subscription.close()
            pump.cancel()
            await self._send({"type": "unsubscribed", **asked.named, "last_event_id": subscription.last})

    async def _subscribe(self, asked: messages.Asked) -> None:
        key = (asked.channel, asked.entity_id)
        if key in self._pumps:
            raise AlreadyExists("This connection follows that already", field="channel")
        if len(self._pumps) >= MOST_SUBSCRIPTIONS:
            raise Invalid(f"A connection has at most {MOST_SUBSCRIPTIONS} subscriptions", field="channel")
        channel = CHANNELS.get(asked.channel)
        attempt = self._visitor.attempt(
            channel.permission if channel else None, f"WebSocket subscribe {asked.channel[:64]}"
        )
        shown, request_id = self._visitor.shown, self._visitor.request_id
        actor = await self._hub.lane.run(lambda: self._visitor.gate.admit(shown, attempt, request_id))
        after = place(asked.last_event_id)
        follower = Follower(actor, shown)
        subscription = await self._hub.subscribe(follower, asked.channel, asked.entity_id, after, related=True)
        try:
            last = {} if channel is None or channel.needs_id else {"last_event_id": subscription.last}
            await self._send({"type": "subscribed", **asked.named, **last})
        except BaseException:
            subscription.close()
            raise
        self._sent[key] = subscription.last
        self._pumps[key] = subscription, asyncio.ensure_future(self._pump(key, subscription, asked))

    def _found(self, asked: messages.Asked) -> tuple[Subscription, asyncio.Task[None]]:
        found = self._pumps.pop((asked.channel, asked.entity_id), None)
        self._sent.pop((asked.channel, asked.entity_id), None)
        if found is None:
            raise NotFound("Subscription", asked.entity_id or asked.channel, parameter="channel")
        return found

    async def _pump(self, key: Key, subscription: Subscription, asked: messages.Asked) -> None:
        """Send what a subscription yields; its end is told, and that of the credentials ends the connection."""
        named = {} if asked.id is None else {"id": asked.id}
        try:
            async for message in subscription:
                await self._send({**messages.event(message, subscription.entity_id), **named})
                self._sent[key] = subscription.last
        except TooSlow:
            pass
        except CrosswindError as error:
            self._pumps.pop(key, None)
            if isinstance(error, (Unauthenticated, Unavailable)):
                self._end(error)
            else:
                told = messages.refusal(error, **asked.named, last_event_id=self._sent.pop(key))
                with suppress(TooSlow, WebSocketDisconnect):
                    await self._send(told)
        except (WebSocketDisconnect, RuntimeError):
            pass
        finally:
            subscription.close()

    async def _beat(self) -> None:
        """Tell a client that hears nothing else that the connection is alive."""
        while True:
            await asyncio.sleep(HEARTBEAT)
            with suppress(TooSlow, WebSocketDisconnect, RuntimeError):
                await self._send({"type": "heartbeat"})

    async def _send(self, message: dict[str, Any]) -> None:
        text = messages.encoded(message)
        try:
            async with asyncio.timeout(STALLED):
                await self._websocket.send({"type": "websocket.send", "text": text})
        except TimeoutError:
            error = TooSlow("The client reads too slowly; connect again and resume", last_event_id=self._resume)
            self._end(error)
            raise error from None

    @property
    def _resume(self) -> int:
        """The last event that was sent to every subscription."""
        return min(self._sent.values(), default=0)

    def _end(self, error: CrosswindError) -> None:
        if not self._over.done():
            self._over.set_result(error)

    async def _part(self, error: CrosswindError) -> None:
        """Say why, and close; a client that does not read even this is cut off."""
        for subscription, pump in self._pumps.values():
            subscription.close()
            pump.cancel()
        code = next((code for kind, code in CLOSED.items() if isinstance(error, kind)), 1011)
        kind = "lagged" if isinstance(error, TooSlow) else "error"
        told = {**messages.refusal(error), "type": kind, "last_event_id": self._resume}
        with suppress(TimeoutError, WebSocketDisconnect, RuntimeError):
            async with asyncio.timeout(PARTING):
                await self._websocket.send({"type": "websocket.send", "text": messages.encoded(told)})
                await self._websocket.close(code, metastore_code(error)[0])

    def _count(self) -> None:
        begun, count = self._window
        now = monotonic()
        self._window = (now, 1) if now - begun > WITHIN else (begun, count + 1)
        if count >= MOST_MESSAGES and now - begun <= WITHIN:
            said = f"More than {MOST_MESSAGES} messages in {WITHIN:.0f} seconds"
            error = TooManyRequests(said, retry_after=int(WITHIN))
            self._end(error)
            raise error

    def _mind(self, error: CrosswindError) -> None:
        """Count bad messages: a client that sends nothing else is not kept."""
        if type(error) is Invalid:
            self._bad += 1
            if self._bad >= MOST_BAD:
                self._end(TooManyRequests(f"{MOST_BAD} messages could not be read"))


async def _refuse(websocket: WebSocket, error: CrosswindError, request_id: str) -> None:
    _, status = metastore_code(error)
    headers = {"X-Request-Id": request_id}
    if error.retry_after is not None:
        headers["Retry-After"] = str(error.retry_after)
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    body = {"error": {**messages.envelope(error), "request_id": request_id}}
    with suppress(RuntimeError, WebSocketDisconnect):
        await websocket.send_denial_response(JSONResponse(body, status, headers))
