"""What boto3 dials: only addresses that the guard permitted, by a deadline, and never through a proxy of the machine.

botocore asks each `before-send` handler for an answer before it sends by itself, so a handler that always answers
replaces its transport. A host is resolved and judged once; every later connection dials the judged addresses. That
covers whatever botocore makes of an endpoint: a bucket before the host's name, another region, a redirect.
"""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit
from weakref import WeakSet

from botocore.awsrequest import (
    AWSHTTPConnection,
    AWSHTTPConnectionPool,
    AWSHTTPSConnection,
    AWSHTTPSConnectionPool,
)
from botocore.httpsession import URLLib3Session
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from crosswind.connectors.deadline import Deadline
from crosswind.kit.outbound import OutboundGuard, Target
from crosswind.kit.trust import ca_bundle
from crosswind_object_stores.s3 import faults
from crosswind_object_stores.s3.settings import S3Settings

POOL = 16


class Wire:
    """The transport of one connector; `deadline` is what every dial and wait is measured against."""

    def __init__(self, settings: S3Settings, guard: OutboundGuard) -> None:
        self.settings = settings
        self.deadline = Deadline.after(settings.connection_timeout)
        self.stopped: Callable[[], bool] = lambda: False
        self.tls_version: str | None = None
        self.certificate: dict[str, Any] | None = None
        self.spent: dict[str, float] = {}
        self._guard = guard
        self._targets: dict[tuple[str, int], Target] = {}
        self._links: WeakSet[Any] = WeakSet()
        self._lock = threading.Lock()
        verify = ca_bundle() if settings.verify_certificate else False
        self._session = _Session(self, verify)

    def send(self, request: Any, **_: Any) -> Any:
        """Answer one request of botocore's; raises ConnectorError for an address that may not be dialled."""
        parts = urlsplit(request.url)
        self.resolve(str(parts.hostname), parts.port or (443 if parts.scheme == "https" else 80))
        if self.stopped():
            raise faults.cancelled("dial")
        if not self.deadline.left:
            raise faults.timed_out(self.settings, "dial")
        return self._session.send(request)

    def resolve(self, host: str, port: int) -> Target:
        """Return where to dial, judged once."""
        with self._lock:
            if (host, port) not in self._targets:
                self._targets[host, port] = faults.resolved(self._guard, host, port, self.deadline)
            return self._targets[host, port]

    def dial(self, link: Any) -> socket.socket:
        """Open a socket to one of the judged addresses of a link's host."""
        since = time.monotonic()
        target = self._targets[link.host.strip("[]").lower(), link.port]
        for index, address in enumerate(target.addresses):
            share = self.deadline.left / (len(target.addresses) - index)
            try:
                opened = socket.create_connection((address, link.port), timeout=max(share, 0.001))
            except TimeoutError as error:
                failed: Exception = ConnectTimeoutError(link, f"{link.host} did not answer")
                failed.__cause__ = error
            except OSError as error:
                failed = NewConnectionError(link, f"{type(error).__name__}")
                failed.__cause__ = error
            else:
                opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                opened.settimeout(max(self.deadline.left, 0.001))
                self.spent.setdefault("dial", (time.monotonic() - since) * 1000)
                with self._lock:
                    self._links.add(link)
                return opened
        raise failed

    def agreed(self, link: Any, milliseconds: float) -> None:
        """Note what TLS agreed on."""
        self.spent.setdefault("tls", max(0.0, milliseconds - self.spent.get("dial", 0.0)))
        self.tls_version = link.version()
        self.certificate = link.getpeercert() or None

    def shut(self) -> None:
        """Shut every open socket, which wakes whoever waits on one in another thread."""
        with self._lock:
            links = list(self._links)
        for link in links:
            with contextlib.suppress(OSError, AttributeError):
                link.sock.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Close every connection."""
        self._session.close()


class _Session(URLLib3Session):  # type: ignore[misc]
    """botocore's own session with connections that dial through the wire."""

    def __init__(self, wire: Wire, verify: str | bool) -> None:
        super().__init__(verify=verify, proxies={}, timeout=wire.settings.connection_timeout, max_pool_connections=POOL)
        self._wire = wire
        self._manager.pool_classes_by_scheme = _pools(wire)

    def _get_request_timeout(self, request: Any) -> Any:
        """Give each request what is left; botocore calls this for every one."""
        left = min(self._wire.deadline.left, self._wire.settings.connection_timeout)
        request.context["read_timeout"] = max(0.001, left)
        return super()._get_request_timeout(request)


def _pools(wire: Wire) -> dict[str, type]:
    """Return connection pools whose connections dial through the wire."""

    class Clear(AWSHTTPConnection):  # type: ignore[misc]
        def _new_conn(self) -> socket.socket:
            return wire.dial(self)

    class Secure(AWSHTTPSConnection):  # type: ignore[misc]
        def _new_conn(self) -> socket.socket:
            return wire.dial(self)

        def connect(self) -> None:
            since = time.monotonic()
            super().connect()
            wire.agreed(self.sock, (time.monotonic() - since) * 1000)

    clear = type("ClearPool", (AWSHTTPConnectionPool,), {"ConnectionCls": Clear})
    secure = type("SecurePool", (AWSHTTPSConnectionPool,), {"ConnectionCls": Secure})
    return {"http": clear, "https": secure}
