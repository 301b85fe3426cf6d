"""Secrets that we hand out and keep only as hashes.

A plain SHA-256 is right here: each secret is 256 random bits, so there is nothing to guess that a slow hash would
guard, and a key is found by its hash in one indexed read.
"""

from __future__ import annotations

import re
import secrets
from hashlib import sha256

KEY = "cwk"
LEASE = "cwl"
TICKET = "cwt"
REFRESH = "cwr"
_SHAPE = re.compile(r"(cw[a-z])_[A-Za-z0-9_-]{52}")


def mint(kind: str) -> str:
    """A new secret such as `cwk_` and 8 + 44 characters: a public prefix to know it by, and 256 random bits."""
    return f"{kind}_{secrets.token_hex(4)}{secrets.token_urlsafe(33)}"


def kind_of(text: str) -> str | None:
    """`cwk`, `cwl`, `cwt` or `cwr` when `text` has the shape of a secret of ours."""
    match = _SHAPE.fullmatch(text)
    return match.group(1) if match else None


def prefix(secret: str) -> str:
    """The part of a secret that may be shown."""
    return secret[:12]


def digest(secret: str) -> bytes:
    """What is stored of a secret."""
    return sha256(secret.encode()).digest()
