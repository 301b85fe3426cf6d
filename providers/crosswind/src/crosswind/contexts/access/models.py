"""What the guard reads: keys, members, grants; and what keeps logins honest."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, DateTime, Double, Index, Integer, LargeBinary, Text, UniqueConstraint, func
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from crosswind.kit.store import Base


class ApiKey(Base):
    """An API key by its hash; `owner` is None for a key of the platform's own, worth its scopes and nothing else."""

    __tablename__ = "api_keys"
    __table_args__ = (
        UniqueConstraint("hash"),
        CheckConstraint("owner IS NOT NULL OR scopes IS NOT NULL", name="worth"),
        Index("ix_api_keys_tenant", "tenant", "created_at"),
    )

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    tenant: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    prefix: Mapped[str] = mapped_column(Text)
    hash: Mapped[bytes] = mapped_column(LargeBinary)
    owner: Mapped[str | None] = mapped_column(Text)
    scopes: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    rate_limit: Mapped[int | None] = mapped_column(Integer)
    created_by: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    expires_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    revoked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    last_used_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class Member(Base):
    """A tenant that a subject holds; `roles` count where the auth manager has no permission rows of its own."""

    __tablename__ = "members"
    __table_args__ = (UniqueConstraint("subject", "tenant", name="uq_members_subject"),)

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    tenant: Mapped[str] = mapped_column(Text)
    subject: Mapped[str] = mapped_column(Text)
    roles: Mapped[list[str]] = mapped_column(ARRAY(Text))
    created_by: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())


class Grant(Base):
    """A value of an attribute that a subject is held to in a tenant."""

    __tablename__ = "grants"
    __table_args__ = (UniqueConstraint("subject", "tenant", "attribute", "value", name="uq_grants_subject"),)

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    tenant: Mapped[str] = mapped_column(Text)
    subject: Mapped[str] = mapped_column(Text)
    attribute: Mapped[str] = mapped_column(Text)
    value: Mapped[str] = mapped_column(Text)
    created_by: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())


class LoginAttempt(Base):
    """Failures since a moment, by account or by address (both hashed: names of accounts are not kept here)."""

    __tablename__ = "login_attempts"
    __table_args__ = (Index("ix_login_attempts_since", "since"),)

    key: Mapped[str] = mapped_column(Text, primary_key=True)
    failures: Mapped[int] = mapped_column(Integer)
    since: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())


class LoginTicket(Base):
    """A link that signs a subject in once, by its hash."""

    __tablename__ = "login_tickets"

    hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    tenant: Mapped[str] = mapped_column(Text)
    subject: Mapped[str] = mapped_column(Text)
    next_path: Mapped[str] = mapped_column(Text)
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class RefreshToken(Base):
    """One link of a family of refresh tokens; a used one that comes again revokes its family."""

    __tablename__ = "refresh_tokens"
    __table_args__ = (Index("ix_refresh_tokens_family", "family"), Index("ix_refresh_tokens_subject", "subject"))

    hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    family: Mapped[str] = mapped_column(Text)
    tenant: Mapped[str] = mapped_column(Text)
    subject: Mapped[str] = mapped_column(Text)
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    used_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    revoked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class RoleSeed(Base):
    """A permission that was once given to a role of ours under Flask-AppBuilder, and is never given again."""

    __tablename__ = "role_seeds"

    role: Mapped[str] = mapped_column(Text, primary_key=True)
    permission: Mapped[str] = mapped_column(Text, primary_key=True)


class KeptAnswer(Base):
    """The answer to a request that came with an `Idempotency-Key`, found by a hash over who asked what under which key.

    `fingerprint` tells the same request from another under the same key; `body` is None where it is not to be kept.
    """

    __tablename__ = "kept_answers"
    __table_args__ = (Index("ix_kept_answers_at", "at"), Index("ix_kept_answers_tenant", "tenant", "at"))

    hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    tenant: Mapped[str] = mapped_column(Text)
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary)
    status: Mapped[int] = mapped_column(Integer)
    headers: Mapped[dict[str, str]] = mapped_column(JSONB)
    body: Mapped[bytes | None] = mapped_column(LargeBinary)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())


class RateBucket(Base):
    """The requests that a caller may still make, as of `at`; `granted` is what the last process took of them.

    Unlogged: after a crash everybody starts with a full bucket.
    """

    __tablename__ = "rate_buckets"
    __table_args__ = (Index("ix_rate_buckets_at", "at"), {"prefixes": ["UNLOGGED"]})

    caller: Mapped[str] = mapped_column(Text, primary_key=True)
    tokens: Mapped[float] = mapped_column(Double)
    granted: Mapped[int] = mapped_column(Integer)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
