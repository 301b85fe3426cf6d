"""The audit as it is stored."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, Identity, Index, LargeBinary, Text, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from crosswind.kit.store import Base


class AuditRow(Base):
    """One change or denied attempt; a trigger lets it change once, from unsealed to sealed."""

    __tablename__ = "audit"
    __table_args__ = (
        UniqueConstraint("tenant", "seq", name="uq_audit_tenant_seq"),
        Index("ix_audit_tenant_id", "tenant", "id"),
        Index("ix_audit_entity", "tenant", "entity_id", "id"),
        Index("ix_audit_tenant_connection_id", "tenant", "connection_id", "id"),
        Index("ix_audit_at", "tenant", "at"),
        Index("ix_audit_actor", "tenant", "actor", "at"),
        Index("ix_audit_action", "tenant", text("upper(action)"), "at"),
        Index("ix_audit_kind", "tenant", text("upper(entity_type)"), "at"),
        Index("ix_audit_denied", "tenant", "at", postgresql_where=text("outcome = 'denied'")),
        Index("ix_audit_unsealed", "id", postgresql_where=text("hash IS NULL")),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    tenant: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.clock_timestamp())
    actor: Mapped[str] = mapped_column(Text)
    actor_kind: Mapped[str] = mapped_column(Text)
    action: Mapped[str] = mapped_column(Text)
    outcome: Mapped[str] = mapped_column(Text)
    entity_type: Mapped[str] = mapped_column(Text)
    entity_id: Mapped[str] = mapped_column(Text)
    connection_id: Mapped[str | None] = mapped_column(Text)
    before: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    after: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    request_id: Mapped[str] = mapped_column(Text)
    seq: Mapped[int | None] = mapped_column(BigInteger)
    previous: Mapped[bytes | None] = mapped_column(LargeBinary)
    hash: Mapped[bytes | None] = mapped_column(LargeBinary)


class AuditHead(Base):
    """The last sealed row of a tenant's chain: what a cut tail would miss."""

    __tablename__ = "audit_heads"

    tenant: Mapped[str] = mapped_column(Text, primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[bytes] = mapped_column(LargeBinary)
    sealed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())


class AuditCheckpoint(Base):
    """What retention took from the start of a tenant's chain: up to which row, and that row's seal, the new anchor.

    Checkpoints are never changed, and form a chain of their own by `hash`.
    """

    __tablename__ = "audit_checkpoints"
    __table_args__ = (Index("ix_audit_checkpoints_tenant_seq", "tenant", "seq"),)

    tenant: Mapped[str] = mapped_column(Text, primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(BigInteger)
    anchor: Mapped[bytes] = mapped_column(LargeBinary)
    rows: Mapped[int] = mapped_column(BigInteger)
    older_than: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    hash: Mapped[bytes] = mapped_column(LargeBinary)
