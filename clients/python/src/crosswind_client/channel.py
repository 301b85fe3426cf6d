"""A channel that shows its credentials, gives up in time, and repeats only what may be repeated."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc

SERVICE = "metastore.v1.MetadataService"
READS = ("GetAsset", "ListAssets", "GetLineage", "Search", "GetTask")
"""The calls that change nothing: safe to repeat when the server was away."""
LARGEST_ANSWER = 64 * 1024 * 1024
_RETRIES = {
    "maxAttempts": 4,
    "initialBackoff": "0.2s",
    "maxBackoff": "2s",
    "backoffMultiplier": 2,
    "retryableStatusCodes": ["UNAVAILABLE"],
}


@dataclass(frozen=True, slots=True)
class Tls:
    """Where to find certificates as PEM: who signs the server's, and one of our own where the server asks for it.

    Without `ca` those that gRPC itself carries are trusted.
    """

    ca: Path | None = None
    certificate: Path | None = None
    key: Path | None = None


def connect(
    target: str,
    *,
    api_key: str | None = None,
    token: str | None = None,
    tenant: str | None = None,
    tls: Tls | None = None,
    deadline: float = 10.0,
) -> grpc.Channel:
    """A channel to `host:port`; a call without a `timeout` of its own ends after `deadline` seconds.

    `token` is a bearer token. Without `tls` nothing is encrypted, which is for loopback only.
    """
    shown = {"x-api-key": api_key, "authorization": f"Bearer {token}" if token else None, "x-tenant-id": tenant}
    metadata = tuple((name, value) for name, value in shown.items() if value)
    options = [
        ("grpc.service_config", json.dumps(service_config(deadline))),
        ("grpc.max_receive_message_length", LARGEST_ANSWER),
        ("grpc.keepalive_time_ms", 120_000),
        # gRPC's own two minutes would go by long after a server that was started again is back.
        ("grpc.max_reconnect_backoff_ms", 5_000),
    ]
    channel = (
        grpc.insecure_channel(target, options)
        if tls is None
        else grpc.secure_channel(target, _credentials(tls), options)
    )
    return grpc.intercept_channel(channel, _Shows(metadata))


def service_config(deadline: float) -> dict[str, Any]:
    """Deadlines and retries as gRPC describes them (doc/service_config.md in its repository)."""
    timeout = f"{deadline:.3f}s"
    reads = [{"service": SERVICE, "method": method} for method in READS]
    return {
        "methodConfig": [
            {"name": reads, "timeout": timeout, "retryPolicy": _RETRIES},
            {"name": [{"service": SERVICE}], "timeout": timeout},
        ]
    }


def _credentials(tls: Tls) -> grpc.ChannelCredentials:
    def read(path: Path | None) -> bytes | None:
        return path.read_bytes() if path else None

    return grpc.ssl_channel_credentials(read(tls.ca), read(tls.key), read(tls.certificate))


class _Shows(grpc.UnaryUnaryClientInterceptor):  # type: ignore[misc]
    """Adds what the caller shows to the metadata of each call."""

    def __init__(self, metadata: tuple[tuple[str, str], ...]) -> None:
        self._metadata = metadata

    def intercept_unary_unary(
        self, continuation: Callable[[grpc.ClientCallDetails, Any], Any], details: grpc.ClientCallDetails, request: Any
    ) -> Any:
        return continuation(_Details(details, self._metadata), request)


class _Details(grpc.ClientCallDetails):  # type: ignore[misc]
    """The details of a call with more metadata."""

    def __init__(self, given: grpc.ClientCallDetails, more: tuple[tuple[str, str], ...]) -> None:
        self.method, self.timeout, self.credentials = given.method, given.timeout, given.credentials
        self.metadata = [*(given.metadata or ()), *more]
        self.wait_for_ready, self.compression = given.wait_for_ready, given.compression
