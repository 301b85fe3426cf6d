"""The server's certificate as it shows it, read in a handshake of its own that trusts nothing and sends nothing."""

from __future__ import annotations

import contextlib
import socket
import ssl
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509

from crosswind.connectors.deadline import Deadline

_SSL_REQUEST = bytes((0, 0, 0, 8, 4, 210, 22, 47))
_YES = b"S"


@dataclass(frozen=True)
class Shown:
    """What a handshake showed: when the certificate ends, and the version of TLS that was agreed."""

    expires_at: datetime
    version: str | None


def shown(address: str, port: int, name: str, deadline: Deadline) -> Shown | None:
    """Return what the server shows, None when it shows nothing in time; no login and no secret is sent."""
    with contextlib.suppress(OSError, ValueError):
        with socket.create_connection((address, port), timeout=max(0.1, deadline.left)) as plain:
            plain.sendall(_SSL_REQUEST)
            if plain.recv(1) != _YES:
                return None
            with _context().wrap_socket(plain, server_hostname=name) as secure:
                encoded = secure.getpeercert(binary_form=True)
                version = secure.version()
        if encoded:
            return Shown(x509.load_der_x509_certificate(encoded).not_valid_after_utc, version)
    return None


def _context() -> ssl.SSLContext:
    """Verifies nothing, so that an expired or unknown certificate can be read too; the link itself verifies."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
