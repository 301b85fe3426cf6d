"""The gRPC server: its bounds, its certificates, its start and its end."""

from __future__ import annotations

import asyncio
import logging
import signal
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import grpc
from grpc_health.v1 import health as health_service
from grpc_health.v1 import health_pb2_grpc
from grpc_reflection.v1alpha import reflection

from crosswind.doors.grpc.calls import Calls
from crosswind.doors.grpc.health import Health
from crosswind.doors.grpc.service import NAME
from crosswind.kit.lanes import Lane

if TYPE_CHECKING:
    from crosswind.bootstrap import Platform
    from crosswind.settings import Settings

MEGABYTE = 1024 * 1024
LARGEST_ANSWER = 64 * MEGABYTE
MOST_STREAMS = 1000
"""Calls of all kinds that are open at once: watches of health and reflection hold one each, but no thread."""
GRACE = 6.0
"""Seconds that calls under way have when the server is told to end."""
LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]"})
OPTIONS = (
    ("grpc.max_receive_message_length", MEGABYTE),
    ("grpc.max_send_message_length", LARGEST_ANSWER),
    ("grpc.max_metadata_size", 16 * 1024),
    ("grpc.max_concurrent_streams", 100),
    ("grpc.so_reuseport", 0),
    # Identity alone: a compressed message of a megabyte may unpack to a thousand.
    ("grpc.compression_enabled_algorithms_bitset", 1),
    ("grpc.keepalive_time_ms", 60_000),
    ("grpc.keepalive_timeout_ms", 20_000),
    ("grpc.http2.min_recv_ping_interval_without_data_ms", 30_000),
    ("grpc.max_connection_idle_ms", 15 * 60_000),
    ("grpc.max_connection_age_ms", 60 * 60_000),
    ("grpc.max_connection_age_grace_ms", 60_000),
)
log = logging.getLogger(__name__)


class CannotServe(RuntimeError):
    """The server cannot start as it is configured; the message says why."""


class GrpcServer:
    """One server; `port` is what it took when 0 was asked for."""

    def __init__(self, platform: Platform, *, pause: float | None = None) -> None:
        settings = platform.settings
        lane = Lane("gRPC", settings.grpc_threads, settings.grpc_queue)
        self._health = Health(platform) if pause is None else Health(platform, pause)
        self._server = grpc.aio.server(options=OPTIONS, maximum_concurrent_rpcs=MOST_STREAMS)
        self._server.add_generic_rpc_handlers((Calls(platform, lane).handlers(),))
        health_pb2_grpc.add_HealthServicer_to_server(self._health.servicer, self._server)
        services = (NAME, health_service.SERVICE_NAME, reflection.SERVICE_NAME)
        reflection.enable_server_reflection(services, self._server)
        self._watch: asyncio.Task[None] | None = None
        self.port = 0

    async def start(self, settings: Settings) -> None:
        """Listen and answer; raises `CannotServe`."""
        place = f"{settings.grpc_host}:{settings.grpc_port}"
        credentials = tls(settings)
        try:
            if credentials is None:
                self.port = self._server.add_insecure_port(place)
            else:
                self.port = self._server.add_secure_port(place, credentials)
        except RuntimeError:
            self.port = 0
        if not self.port:
            raise CannotServe(f"Nothing can listen at {place}: another program does, or the address is not one of ours")
        if credentials is None and settings.grpc_host not in LOOPBACK:
            log.warning("Keys and data travel unencrypted to %s: [crosswind] grpc_certificate is not set", place)
        await self._server.start()
        self._watch = asyncio.create_task(self._health.watch())
        log.info("gRPC answers at %s:%s%s", settings.grpc_host, self.port, "" if credentials is None else " over TLS")

    async def stop(self, grace: float = GRACE) -> None:
        """Take no more calls, and let those under way end."""
        if self._watch is not None:
            self._watch.cancel()
            with suppress(asyncio.CancelledError):
                await self._watch
        await self._health.servicer.enter_graceful_shutdown()
        await self._server.stop(grace)


def tls(settings: Settings) -> grpc.ServerCredentials | None:
    """The certificates of the settings, None where there are none; raises `CannotServe` for half of them."""
    chain, key, clients = (
        _read(path) for path in (settings.grpc_certificate, settings.grpc_key, settings.grpc_client_ca)
    )
    if chain is None and key is None and clients is None:
        return None
    if chain is None or key is None:
        raise CannotServe("TLS takes both [crosswind] grpc_certificate and grpc_key")
    return grpc.ssl_server_credentials([(key, chain)], clients, require_client_auth=clients is not None)


def _read(path: str) -> bytes | None:
    try:
        return Path(path).read_bytes() if path else None
    except OSError as error:
        raise CannotServe(f"{path} cannot be read: {error.strerror}") from None


async def serve(platform: Platform, settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT."""
    over = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, over.set)
    server = GrpcServer(platform)
    await server.start(settings)
    platform.relay.start()
    await over.wait()
    await server.stop()
