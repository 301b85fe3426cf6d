"""The gRPC server of a platform on a free port, and clients of it over a real socket."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from threading import Thread
from typing import Any

import grpc
from google.protobuf.json_format import MessageToDict
from google.rpc import error_details_pb2, status_pb2
from tests.support.app import Rest

from crosswind.bootstrap import Platform
from crosswind.doors.grpc.server import GrpcServer
from crosswind_client import Tls, connect
from crosswind_client.metastore.v1.metadata_pb2_grpc import MetadataServiceStub

HOST = "127.0.0.1"


class Grpc:
    """The server, in a thread with an event loop of its own; `calls` is what a person of a role may call."""

    def __init__(self, rest: Rest, **settings: Any) -> None:
        self.rest = rest
        self._channels: list[grpc.Channel] = []
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._server = self._on_loop(self._start(rest.platform, settings))
        self.target = f"{HOST}:{self._server.port}"

    async def _start(self, platform: Platform, settings: dict[str, Any]) -> GrpcServer:
        platform.settings = replace(platform.settings, grpc_port=0, **settings)
        server = GrpcServer(platform, pause=0.1)
        await server.start(platform.settings)
        return server

    def _on_loop(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(60)

    def channel(self, tls: Tls | None = None, target: str = "", **shown: Any) -> grpc.Channel:
        channel = connect(target or self.target, tls=tls, **shown)
        self._channels.append(channel)
        return channel

    def calls(self, role: str = "platform_admin", tenant: str = "default", **more: Any) -> MetadataServiceStub:
        """The stub with a fresh key of such a person."""
        return MetadataServiceStub(self.channel(api_key=self.rest.key(role, tenant), **more))

    def plain(self) -> grpc.Channel:
        """A channel that shows nothing, for raw calls."""
        channel = grpc.insecure_channel(self.target)
        self._channels.append(channel)
        return channel

    def stop(self, grace: float = 1.0) -> None:
        self._on_loop(self._server.stop(grace))

    def close(self) -> None:
        for channel in self._channels:
            channel.close()
        self.stop(0)
        self._on_loop(_settled())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()


async def _settled() -> None:
    """Ends every call that the end cut off: left to a dead loop, it fails whichever test runs when it is collected."""
    under_way = asyncio.all_tasks() - {asyncio.current_task()}
    for task in under_way:
        task.cancel()
    await asyncio.gather(*under_way, return_exceptions=True)


@contextmanager
def serving(rest: Rest, **settings: Any) -> Iterator[Grpc]:
    """A server with settings of its own."""
    server = Grpc(rest, **settings)
    try:
        yield server
    finally:
        server.close()


class Refused:
    """What a call that failed told."""

    def __init__(self, error: grpc.RpcError) -> None:
        self.code: grpc.StatusCode = error.code()
        self.message: str = error.details()
        self.trailing = dict(error.trailing_metadata() or ())
        self.status = status_pb2.Status()
        if told := self.trailing.get("grpc-status-details-bin"):
            self.status.ParseFromString(told)

    def detail(self, kind: type[Any]) -> Any:
        """The detail of this kind, None where there is none."""
        for packed in self.status.details:
            found = kind()
            if packed.Unpack(found):
                return found
        return None

    @property
    def reason(self) -> str:
        found = self.detail(error_details_pb2.ErrorInfo)
        return found.reason if found else ""

    @property
    def facts(self) -> dict[str, str]:
        return dict(self.detail(error_details_pb2.ErrorInfo).metadata)

    @property
    def fields(self) -> list[str]:
        found = self.detail(error_details_pb2.BadRequest)
        return [violation.field for violation in found.field_violations] if found else []


def refused(call: Any, request: Any, **options: Any) -> Refused:
    """What a call that must fail told."""
    try:
        answer = call(request, **options)
    except grpc.RpcError as error:
        return Refused(error)
    raise AssertionError(f"answered: {MessageToDict(answer) if hasattr(answer, 'DESCRIPTOR') else answer}")
