"""`/graphql` over WebSocket: graphql-transport-ws, with every operation of the schema.

Credentials come as headers of the handshake, as the page's cookie from a page of Airflow's own, or in the payload of
`connection_init` (`{"Authorization": "Bearer …"}` or `{"X-API-Key": "…"}`). Close codes beside the protocol's own: 1009
a message is too long, 1013 the server is full or stopping, or the client reads too slowly.
"""

from __future__ import annotations

import asyncio
from contextlib import ExitStack, aclosing, suppress
from typing import TYPE_CHECKING, Any

import msgspec
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from crosswind.doors.graphql import asked as reading
from crosswind.doors.graphql import errors
from crosswind.doors.graphql.calls import Call
from crosswind.doors.graphql.execution import Asked
from crosswind.doors.graphql.following import Following
from crosswind.gate import faults, http
from crosswind.gate.credentials import Credentials
from crosswind.gate.denied import Attempt
from crosswind.gate.events import Follower
from crosswind.gate.gate import Gate
from crosswind.gate.hub import Hub, hub_of
from crosswind.kit import strict_json
from crosswind.kit.actor import Actor
from crosswind.kit.errors import CrosswindError, Forbidden, Invalid, TooManyRequests, Unauthenticated, Unavailable
from crosswind.kit.lanes import Lane

if TYPE_CHECKING:
    from crosswind.bootstrap import Platform

PROTOCOL = "graphql-transport-ws"
TARGET = "WebSocket /metastore/graphql"
LARGEST = 256 * 1024
MOST_OPERATIONS = 50
MOST_STRANGERS = 200
"""Connections of a process that have not said yet who they are."""
PATIENCE = 10.0
"""Seconds within which a connection says who it is."""
STALLED = 15.0
"""Seconds that a write may wait for a client that does not read."""


class Closing(Exception):
    """The connection ends with this code."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class Sockets:
    """The endpoint of one process."""

    def __init__(self, platform: Platform, lane: Lane) -> None:
        self._platform = platform
        self._lane = lane
        self._strangers = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Accept a connection, and serve it as long as it keeps to the protocol."""
        websocket = WebSocket(scope, receive, send)
        shown = http.credentials(websocket.headers, websocket.cookies)
        if http.by_cookie(shown) and not http.own_site(websocket.headers, self._platform.base_url):
            await websocket.close(1008)
            return
        if PROTOCOL not in websocket.scope.get("subprotocols", ()):
            await websocket.accept()
            await websocket.close(4406, "Subprotocol not acceptable")
            return
        if self._strangers >= MOST_STRANGERS:
            await websocket.close(1013)
            return
        await websocket.accept(PROTOCOL)
        connection = Connection(websocket, shown, self._platform, self._lane)
        try:
            with ExitStack() as stack:
                self._strangers += 1
                try:
                    await connection.begin(stack)
                finally:
                    self._strangers -= 1
                await connection.serve()
        except Closing as closing:
            await _close(websocket, closing)
        except (WebSocketDisconnect, RuntimeError):
            pass


class Connection:
    """A connection that was accepted, with a task for each operation under way."""

    def __init__(self, websocket: WebSocket, shown: Credentials, platform: Platform, lane: Lane) -> None:
        self._websocket = websocket
        self._shown = shown
        self._gate = Gate(platform)
        self._hub: Hub = hub_of(platform)
        self._lane = lane
        self._request_id = http.named_request_id(websocket.headers.get("x-request-id", ""))
        self._attempt = Attempt(None, TARGET, websocket.client.host if websocket.client else None)
        self._operations: dict[str, asyncio.Task[None]] = {}
        self._over: asyncio.Future[Closing] = asyncio.get_running_loop().create_future()
        self._sending = asyncio.Lock()

    async def begin(self, stack: ExitStack) -> None:
        """Wait for `connection_init`, and let in whoever shows who it is."""
        try:
            async with asyncio.timeout(PATIENCE):
                message = await self._read()
        except TimeoutError:
            raise Closing(4408, "Connection initialisation timeout") from None
        if message["type"] != "connection_init":
            raise Closing(4401, "Unauthorized")
        self._shown = _initial(message.get("payload"), self._shown)
        try:
            actor = await self._lane.run(lambda: self._gate.admit(self._shown, self._attempt, self._request_id))
            stack.enter_context(self._hub.connection(actor))
        except (Unauthenticated, Forbidden) as error:
            raise Closing(4403, type(error).__name__) from None
        except (TooManyRequests, Unavailable) as error:
            raise Closing(1013, type(error).__name__) from None
        await self._send({"type": "connection_ack"})

    async def serve(self) -> None:
        """Answer until the client leaves or breaks the protocol."""
        listening = asyncio.ensure_future(self._listen())
        waited: set[asyncio.Future[Any]] = {listening, self._over}
        try:
            await asyncio.wait(waited, return_when=asyncio.FIRST_COMPLETED)
            if self._over.done():
                raise self._over.result()
            await listening
        finally:
            tasks = [listening, *self._operations.values()]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _listen(self) -> None:
        while True:
            message = await self._read()
            match message["type"]:
                case "ping":
                    await self._send({"type": "pong"})
                case "pong":
                    pass
                case "connection_init":
                    raise Closing(4429, "Too many initialisation requests")
                case "subscribe":
                    self._begin_operation(message)
                case "complete":
                    task = self._operations.pop(_identifier(message), None)
                    if task is not None:
                        task.cancel()
                case other:
                    raise Closing(4400, f"Unknown message type {str(other)[:32]!r}")

    async def _read(self) -> dict[str, Any]:
        message = await self._websocket.receive()
        if message["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(message.get("code", 1005))
        text = message.get("text")
        if text is None:
            raise Closing(4400, "Messages are text frames of JSON")
        if len(text) > LARGEST:
            raise Closing(1009, f"A message has at most {LARGEST} characters")
        try:
            found = strict_json.loads(text.encode("utf-8", "surrogatepass"))
        except Invalid as error:
            raise Closing(4400, error.message[:100]) from None
        if not isinstance(found, dict) or not isinstance(found.get("type"), str):
            raise Closing(4400, "A message is an object with a type")
        return found

    def _begin_operation(self, message: dict[str, Any]) -> None:
        identifier = _identifier(message)
        if identifier in self._operations:
            raise Closing(4409, f"Subscriber for {identifier[:64]} already exists")
        payload = message.get("payload")
        if not isinstance(payload, dict):
            raise Closing(4400, "The payload of subscribe is an object")
        if len(self._operations) >= MOST_OPERATIONS:
            raise Closing(4400, f"At most {MOST_OPERATIONS} operations are under way at a time")
        self._operations[identifier] = asyncio.ensure_future(self._operate(identifier, payload))

    async def _operate(self, identifier: str, payload: dict[str, Any]) -> None:
        """Do one operation and send all that comes of it."""
        try:
            await self._answer(identifier, payload)
        except Closing as closing:
            self._end(closing)
        except (WebSocketDisconnect, RuntimeError):
            pass
        except Exception as error:
            await self._refuse(identifier, faults.meaning(error, self._request_id))
        finally:
            if self._operations.get(identifier) is asyncio.current_task():
                self._operations.pop(identifier)

    async def _answer(self, identifier: str, payload: dict[str, Any]) -> None:
        asked = reading.asked(payload)
        call = Call(self._gate, self._shown, self._attempt, self._request_id)
        body = await self._lane.run(lambda: call.perform(lambda: asked, lambda _: None))
        if body is not None:
            await self._send({"id": identifier, "type": "next", "payload": body})
        elif call.actor is not None:
            await self._follow(identifier, asked, call.actor)
        if identifier in self._operations:
            await self._send({"id": identifier, "type": "complete"})

    async def _follow(self, identifier: str, asked: Asked, actor: Actor) -> None:
        following = Following(self._gate, self._hub, Follower(actor, self._shown), self._attempt)
        async with aclosing(following.answers(asked, asked.operation())) as answers:
            async for body in answers:
                await self._send({"id": identifier, "type": "next", "payload": body})

    async def _refuse(self, identifier: str, error: CrosswindError) -> None:
        if isinstance(error, Unauthenticated):
            self._end(Closing(4403, "Unauthenticated"))
            return
        told = {"id": identifier, "type": "error", "payload": errors.whole(error, self._request_id)}
        with suppress(Closing, WebSocketDisconnect, RuntimeError):
            await self._send(told)

    async def _send(self, message: dict[str, Any]) -> None:
        text = msgspec.json.encode(message).decode()
        try:
            async with asyncio.timeout(STALLED), self._sending:
                await self._websocket.send({"type": "websocket.send", "text": text})
        except TimeoutError:
            raise Closing(1013, "The client reads too slowly") from None

    def _end(self, closing: Closing) -> None:
        if not self._over.done():
            self._over.set_result(closing)


def _initial(payload: object, shown: Credentials) -> Credentials:
    """The credentials of `connection_init` where it has any; header names in any case."""
    if payload is None:
        return shown
    if not isinstance(payload, dict):
        raise Closing(4400, "Invalid connection init payload")
    given = {str(name).lower(): value for name, value in payload.items() if isinstance(value, str)}
    if not {"authorization", "x-api-key"} & given.keys():
        return shown
    return http.credentials({**({"x-tenant-id": shown.tenant} if shown.tenant else {}), **given}, {})


def _identifier(message: dict[str, Any]) -> str:
    identifier = message.get("id")
    if not isinstance(identifier, str) or not 0 < len(identifier) <= 128:
        raise Closing(4400, "A message names its operation by an id of at most 128 characters")
    return identifier


async def _close(websocket: WebSocket, closing: Closing) -> None:
    if websocket.application_state is WebSocketState.CONNECTED:
        with suppress(WebSocketDisconnect, RuntimeError, TimeoutError):
            async with asyncio.timeout(STALLED):
                await websocket.close(closing.code, closing.reason[:120])
