"""Which certificate authorities outbound TLS trusts: the machine's, which an administrator changes by SSL_CERT_FILE."""

from __future__ import annotations

import os
import ssl
from pathlib import Path

_USUAL = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
)


def ca_bundle() -> str:
    """Return the path of the trusted certificates: a driver's own OpenSSL does not know the machine's."""
    usual = ssl.get_default_verify_paths().cafile
    for candidate in (os.environ.get("SSL_CERT_FILE"), usual, *_USUAL):
        if candidate and Path(candidate).is_file():
            return candidate
    import certifi

    return certifi.where()
