"""A connection that stays open, from bare sockets: the client's share of the time is the least that Python has."""

from __future__ import annotations

import json
import socket
from typing import Any


class Link:
    """Requests one after the other; an answer that is no success fails."""

    def __init__(self, port: int, headers: str = "") -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._answers = self._socket.makefile("rb")
        self._head = f"Host: 127.0.0.1:{port}\r\nAccept: application/json\r\n{headers}"

    def ask(self, method: str, path: str, body: Any = None) -> bytes:
        sent = b"" if body is None else json.dumps(body).encode()
        told = f"Content-Type: application/json\r\nContent-Length: {len(sent)}\r\n" if sent else ""
        self._socket.sendall(f"{method} {path} HTTP/1.1\r\n{self._head}{told}\r\n".encode() + sent)
        status = self._answers.readline().split()[1]
        answer = self._body(self._headers())
        assert status.startswith(b"2"), (method, path, answer[:500])
        return answer

    def _headers(self) -> dict[bytes, bytes]:
        found = {}
        while line := self._answers.readline().strip():
            name, _, value = line.partition(b":")
            found[name.lower()] = value.strip()
        return found

    def _body(self, headers: dict[bytes, bytes]) -> bytes:
        if headers.get(b"transfer-encoding") != b"chunked":
            return self._answers.read(int(headers.get(b"content-length", 0)))
        parts = []
        while size := int(self._answers.readline(), 16):
            parts.append(self._answers.read(size))
            self._answers.readline()
        self._answers.readline()
        return b"".join(parts)
