"""Answers kept for requests that may come again: `Idempotency-Key`, after draft-ietf-httpapi-idempotency-key-header.

An answer is stored in the transaction of the write it tells of, so there is one exactly when the write was made. The
key itself is not stored, only a hash over the tenant, the caller, the method and path, and the key.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import delete, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from crosswind.contexts.access.errors import KeyReused, RequestUnderWay
from crosswind.contexts.access.models import KeptAnswer
from crosswind.kit.actor import Actor
from crosswind.kit.errors import Invalid

HEADER = "Idempotency-Key"
LARGEST = 1024 * 1024
"""Bytes of an answer's body that are kept; a larger answer is kept without it."""
KEPT_ROWS = 100_000
"""Answers of a tenant that are kept; the oldest go first."""
_BARE = re.compile(r"[\x21\x23-\x2b\x2d-\x7e]{1,255}")
_QUOTED = re.compile(r'"((?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\]){1,255})"')
_LOCK = text("SELECT pg_try_advisory_xact_lock(:lock)")
_SURPLUS = text("""
    DELETE FROM crosswind.kept_answers WHERE hash IN (
        SELECT hash FROM (
            SELECT hash, row_number() OVER (PARTITION BY tenant ORDER BY at DESC) AS place FROM crosswind.kept_answers
        ) AS ranked WHERE place > :kept LIMIT :most)
""")


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that may come again: what it is found by, and what tells it from another under the same key."""

    tenant: str
    hash: bytes
    fingerprint: bytes

    @classmethod
    def by(cls, actor: Actor, key: str, method: str, path: str, content: bytes) -> Asked:
        """`path` is the one below the families' mount, `content` whatever else makes the request what it is.

        The key salts the fingerprint too: a body may hold a password, which must not be guessed from it.
        """
        place = json.dumps((actor.tenant, actor.subject, method, path, key)).encode()
        return cls(actor.tenant, sha256(place).digest(), sha256(place + content).digest())


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer as it was given; `body` is None when it was not to be kept."""

    status: int
    headers: dict[str, str]
    body: bytes | None


def parse_key(values: list[str]) -> str:
    """The key of the header's values: one, bare or as the string of a structured field; raises `Invalid`."""
    given = values[0].strip() if len(values) == 1 else ""
    if quoted := _QUOTED.fullmatch(given):
        return re.sub(r"\\(.)", r"\1", quoted[1])
    if not _BARE.fullmatch(given):
        raise Invalid(
            f"{HEADER} takes one key of 1 to 255 visible ASCII characters without commas, such as a UUID", field=HEADER
        )
    return given


def recall(session: Session, asked: Asked) -> Kept | None:
    """The answer that this request was given before; None makes the request ours to do in this transaction.

    Raises `RequestUnderWay` while another works on it, `KeyReused` when the key came with another request.
    """
    if not session.scalar(_LOCK, {"lock": int.from_bytes(asked.hash[:8], "big", signed=True)}):
        raise RequestUnderWay(f"A request with this {HEADER} is under way; try again shortly", retry_after=1)
    return find(session, asked)


def find(session: Session, asked: Asked) -> Kept | None:
    """The answer that was kept, if any; raises `KeyReused`."""
    row = session.execute(
        select(KeptAnswer.fingerprint, KeptAnswer.status, KeptAnswer.headers, KeptAnswer.body).where(
            KeptAnswer.hash == asked.hash
        )
    ).one_or_none()
    if row is None:
        return None
    if row.fingerprint != asked.fingerprint:
        raise KeyReused(f"This {HEADER} came with another request before; a new request needs a new key", field=HEADER)
    return Kept(row.status, row.headers, row.body)


def keep(session: Session, asked: Asked, kept: Kept) -> bool:
    """Store an answer with the rest of the transaction; False when another request was first after all."""
    body = kept.body if kept.body is not None and len(kept.body) <= LARGEST else None
    made = session.scalar(
        insert(KeptAnswer)
        .values(
            hash=asked.hash, tenant=asked.tenant, fingerprint=asked.fingerprint,
            status=kept.status, headers=kept.headers, body=body,
        )
        .on_conflict_do_nothing()
        .returning(KeptAnswer.hash)
    )  # fmt: skip
    return made is not None


def forget(session: Session, hours: float, most: int) -> int:
    """Delete at most `most` answers older than `hours`, and those beyond what a tenant may keep; returns how many."""
    old = select(KeptAnswer.hash).where(KeptAnswer.at < func.now() - func.make_interval(0, 0, 0, 0, 0, 0, hours * 3600))
    gone = session.execute(delete(KeptAnswer).where(KeptAnswer.hash.in_(old.limit(most)))).rowcount  # type: ignore[attr-defined]
    surplus = session.execute(_SURPLUS, {"kept": KEPT_ROWS, "most": most}).rowcount  # type: ignore[attr-defined]
    return int(gone) + int(surplus)
