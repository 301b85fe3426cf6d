"""One HTTP POST to an address that the outbound guard permitted: no proxy, no redirect, a deadline for all of it."""

from __future__ import annotations

import http.client
import socket
import ssl
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from threading import Timer
from urllib.parse import urlsplit

from crosswind.kit.errors import CrosswindError, Invalid
from crosswind.kit.outbound import OutboundGuard, Target

PORTS = {"https": 443, "http": 80}
LONGEST = 2000


class PostFailed(CrosswindError):
    """The receiver was not reached, or did not answer in time."""


@dataclass(frozen=True, slots=True)
class Url:
    """The parts of an address to post to."""

    scheme: str
    host: str
    port: int
    path: str

    @classmethod
    def parse(cls, text: str) -> Url:
        """Raises `Invalid` for what is no plain http(s) address: one with a user, a password or a fragment."""
        try:
            parts = urlsplit(text)
            port = parts.port
        except ValueError:
            raise Invalid("The URL cannot be read", field="url") from None
        if parts.scheme not in PORTS or not parts.hostname or len(text) > LONGEST:
            raise Invalid("A URL with https is needed, of at most 2,000 characters", field="url")
        if parts.username is not None or parts.password is not None or parts.fragment:
            raise Invalid("A URL here has no user, no password and no fragment", field="url")
        if not text.isascii() or any(character <= " " for character in text):
            raise Invalid("A URL has no spaces and is written in ASCII", field="url")
        query = f"?{parts.query}" if parts.query else ""
        return cls(parts.scheme, parts.hostname, port or PORTS[parts.scheme], f"{parts.path or '/'}{query}")


def post(url: Url, body: bytes, headers: Mapping[str, str], guard: OutboundGuard, seconds: float) -> int:
    """The status of the answer, whose body is not read; raises `PostFailed`, or what the guard raises."""
    target = guard.resolve(url.host, url.port, seconds)
    link = _Pinned(target, url.scheme == "https", seconds)
    cut = Timer(seconds, link.cut)
    cut.daemon = True
    cut.start()
    try:
        link.request("POST", url.path, body, dict(headers))
        return link.getresponse().status
    except ssl.SSLError as error:
        raise PostFailed(f"TLS failed: {error.reason or type(error).__name__}") from None
    except (OSError, http.client.HTTPException) as error:
        late = f" within {seconds:.0f} s" if link.late else ""
        raise PostFailed(f"The receiver did not answer{late}: {type(error).__name__}") from None
    finally:
        cut.cancel()
        link.close()


class _Pinned(http.client.HTTPConnection):
    """Dials the very addresses that were judged; the name stands in the certificate and the Host header only."""

    def __init__(self, target: Target, secure: bool, seconds: float) -> None:
        super().__init__(target.host, target.port, timeout=seconds)
        self._target = target
        self._secure = secure
        self.default_port = PORTS["https" if secure else "http"]
        self.late = False

    def connect(self) -> None:
        """Dial the first address that answers."""
        last: OSError = OSError("no address")
        for address in self._target.addresses:
            try:
                self.sock = socket.create_connection((address, self._target.port), self.timeout)
                break
            except OSError as error:
                last = error
        else:
            raise last
        if self._secure:
            self.sock = ssl.create_default_context().wrap_socket(self.sock, server_hostname=self._target.host)

    def cut(self) -> None:
        """End it from another thread, as what took too long."""
        self.late = True
        with suppress(OSError, AttributeError):
            self.sock.shutdown(socket.SHUT_RDWR)
