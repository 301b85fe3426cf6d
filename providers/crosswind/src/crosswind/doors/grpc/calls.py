"""A call from its bytes to its answer: asynchronous while it is received, then one thread and one transaction."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import grpc

from crosswind.doors.grpc import asked, status
from crosswind.doors.grpc.service import CALLS, NAME, Call
from crosswind.gate import faults
from crosswind.gate.abandon import Abandon
from crosswind.gate.credentials import Credentials
from crosswind.gate.denied import Attempt
from crosswind.gate.gate import Gate
from crosswind.gate.http import named_request_id
from crosswind.kit.lanes import Lane

if TYPE_CHECKING:
    from crosswind.bootstrap import Platform, Services

REQUEST_ID = "x-request-id"


class Calls:
    """The ten calls over one platform; a message is received without a thread, so that a slow client holds none."""

    def __init__(self, platform: Platform, lane: Lane) -> None:
        self._gate = Gate(platform)
        self._lane = lane

    def handlers(self) -> grpc.GenericRpcHandler:
        """The service; bytes are parsed by us, because gRPC tells of what does not parse as an internal error."""
        methods = {name: grpc.unary_unary_rpc_method_handler(self._handler(name, call)) for name, call in CALLS.items()}
        return grpc.method_handlers_generic_handler(NAME, methods)

    def _handler(self, name: str, call: Call) -> Callable[[bytes, Any], Any]:
        async def answer(body: bytes, context: Any) -> bytes:
            metadata = {key: value for key, value in context.invocation_metadata() if isinstance(value, str)}
            request_id = named_request_id(metadata.get(REQUEST_ID, ""))
            context.set_trailing_metadata(((REQUEST_ID, request_id),))
            shown = Credentials.of(
                metadata.get("x-api-key"), metadata.get("authorization", ""), None, metadata.get("x-tenant-id")
            )
            attempt = Attempt(call.permission, f"gRPC {NAME}/{name}", address(context.peer()))
            try:
                return await self._done(call, body, shown, attempt, request_id)
            except Exception as error:
                return await _abort(context, error, request_id)

        return answer

    async def _done(self, call: Call, body: bytes, shown: Credentials, attempt: Attempt, request_id: str) -> bytes:
        abandon = Abandon()

        def in_transaction(services: Services) -> bytes:
            with abandon.watching(services.uow.session):
                return call.answer(services, asked.parse(call.takes, body)).SerializeToString()

        def in_thread() -> bytes:
            abandon.check()
            return self._gate.perform(shown, attempt, request_id, in_transaction)

        running = asyncio.ensure_future(self._lane.run(in_thread))
        try:
            return await asyncio.shield(running)
        except asyncio.CancelledError:
            running.add_done_callback(_forget)
            await asyncio.shield(asyncio.to_thread(abandon.now))
            raise


async def _abort(context: Any, error: Exception, request_id: str) -> bytes:
    told = faults.meaning(error, request_id)
    trailing = ((REQUEST_ID, request_id), (status.DETAILS, status.details(told, request_id)))
    await context.abort(status.code(told), status.message(told), trailing)
    raise AssertionError("abort has raised")


def _forget(running: asyncio.Future[bytes]) -> None:
    """Take the outcome that nobody waits for, so that asyncio does not log it as lost."""
    if not running.cancelled():
        running.exception()


def address(peer: str) -> str | None:
    """The caller's address of gRPC's `ipv4:127.0.0.1:5000`; None for a socket in the file system."""
    kind, _, place = peer.partition(":")
    return unquote(place).rpartition(":")[0].strip("[]") if kind in {"ipv4", "ipv6"} else None
