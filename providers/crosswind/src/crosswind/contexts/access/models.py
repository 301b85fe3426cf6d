"""What the guard reads: keys, members, grants; and what keeps logins honest."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, DateTime, Index, Integer, LargeBinary, Text, UniqueConstraint, func
from sqlalchemy.dialects.postgresql import ARRAY
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
