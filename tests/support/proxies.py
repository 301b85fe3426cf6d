"""Small servers between a connector and its source: late, silent, dropping, or speaking TLS."""

from __future__ import annotations

import contextlib
import queue
import socket
import ssl
import struct
import threading
import time
from types import TracebackType
from typing import Self

import trustme

SSL_REQUEST = struct.pack("!ii", 8, 80877103)


class Listener:
    """Accepts on port `at` of loopback, 0 for a free one; each link is served in a thread of its own."""

    def __init__(self, at: int = 0) -> None:
        self._server = socket.create_server(("127.0.0.1", at), backlog=128)
        self.port: int = self._server.getsockname()[1]
        self.links: list[socket.socket] = []
        self.accepted = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        shut(self._server)
        self.drop()

    def drop(self) -> None:
        """Reset every link, as a firewall that forgot them does."""
        for link in self.links:
            with contextlib.suppress(OSError):
                link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            shut(link)
        self.links.clear()

    def serve(self, client: socket.socket) -> None:
        raise AssertionError("a listener says what it does with a link")

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._server.accept()
            except OSError:
                return
            self.accepted += 1
            self.links.append(client)
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with contextlib.suppress(OSError, ValueError):
            self.serve(client)


class BlackHole(Listener):
    """Takes every link and never says a word."""

    def serve(self, client: socket.socket) -> None:
        while client.recv(65536):
            pass


class Proxy(Listener):
    """Hands bytes on between its clients and a server."""

    def __init__(self, port: int, at: int = 0) -> None:
        self.upstream = port
        self.received = 0
        super().__init__(at)

    def serve(self, client: socket.socket) -> None:
        server = socket.create_connection(("127.0.0.1", self.upstream))
        for each in (client, server):
            each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.links.append(server)
        threading.Thread(target=self.pump, args=(client, server), daemon=True).start()
        self.pump(server, client, back=True)

    def pump(self, source: socket.socket, sink: socket.socket, *, back: bool = False) -> None:
        with contextlib.suppress(OSError, ValueError):
            while data := source.recv(262144):
                self.received += len(data) if back else 0
                self.pass_on(sink, data, back)
        shut(sink)

    def pass_on(self, sink: socket.socket, data: bytes, back: bool) -> None:
        sink.sendall(data)


class DroppingProxy(Proxy):
    """Resets all links when the server has sent a number of bytes."""

    def __init__(self, port: int, after: int, at: int = 0) -> None:
        self.after = after
        super().__init__(port, at)

    def pass_on(self, sink: socket.socket, data: bytes, back: bool) -> None:
        if self.received > self.after:
            self.drop()
            return
        sink.sendall(data)


class StallingProxy(Proxy):
    """Falls silent when the server has sent a number of bytes, and stays open."""

    def __init__(self, port: int, after: int, at: int = 0) -> None:
        self.after = after
        super().__init__(port, at)

    def pass_on(self, sink: socket.socket, data: bytes, back: bool) -> None:
        if self.received <= self.after:
            sink.sendall(data)


class DelayProxy(Proxy):
    """A link with a round trip of so many milliseconds and no limit of width: bytes in flight do not queue."""

    def __init__(self, port: int, milliseconds: float, at: int = 0) -> None:
        self.seconds = milliseconds / 2000
        super().__init__(port, at)

    def serve(self, client: socket.socket) -> None:
        time.sleep(self.seconds * 2)
        super().serve(client)

    def pump(self, source: socket.socket, sink: socket.socket, *, back: bool = False) -> None:
        flight: queue.SimpleQueue[tuple[float, bytes]] = queue.SimpleQueue()
        threading.Thread(target=self._land, args=(flight, sink), daemon=True).start()
        with contextlib.suppress(OSError):
            while data := source.recv(262144):
                flight.put((time.monotonic() + self.seconds, data))
        flight.put((time.monotonic() + self.seconds, b""))

    def _land(self, flight: queue.SimpleQueue[tuple[float, bytes]], sink: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                at, data = flight.get()
                time.sleep(max(0.0, at - time.monotonic()))
                if not data:
                    break
                sink.sendall(data)
        shut(sink)


class TlsProxy(Proxy):
    """Speaks PostgreSQL's TLS to the client and plain text to the server behind it."""

    def __init__(
        self, port: int, *names: str, authority: trustme.CA | None = None, server_says: bytes = b"S", at: int = 0
    ) -> None:
        self.authority = authority or trustme.CA()
        self.says = server_says
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.authority.issue_cert(*names).configure_cert(self.context)
        super().__init__(port, at)

    def serve(self, client: socket.socket) -> None:
        asked = client.recv(8, socket.MSG_WAITALL)
        if asked != SSL_REQUEST:
            shut(client)
            return
        client.sendall(self.says)
        secure = self.context.wrap_socket(client, server_side=True)
        self.links.append(secure)
        super().serve(secure)


def shut(link: socket.socket) -> None:
    """Close a socket under whoever waits on it."""
    with contextlib.suppress(OSError):
        link.shutdown(socket.SHUT_RDWR)
    link.close()
