"""Connections judged by the rules: one row an evaluation, one row a thing that violates a rule."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, DateTime, ForeignKey, Identity, Index, Integer, Text, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Uuid

from crosswind.kit.store import Base

MOMENT = DateTime(timezone=True)
OPEN = text("status = 'open'")


class EvaluationRow(Base):
    """One evaluation of a connection: the facts its source told, and how many things each rule passed or failed.

    `results` maps a rule's id to its version, passed, failed and unknown.
    """

    __tablename__ = "evaluations"
    __table_args__ = (
        Index("ix_evaluations_connection_key_completed_at", "connection_key", "completed_at"),
        Index("ix_evaluations_tenant_completed_at", "tenant", "completed_at"),
    )

    key: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    tenant: Mapped[str] = mapped_column(Text)
    connection_key: Mapped[int] = mapped_column(ForeignKey("crosswind.connections.key"))
    task_id: Mapped[str | None] = mapped_column(Text)
    cause: Mapped[str] = mapped_column(Text)
    source_facts: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    results: Mapped[dict[str, Any]] = mapped_column(JSONB)
    completed_at: Mapped[datetime] = mapped_column(MOMENT, server_default=func.clock_timestamp())


class ViolationRow(Base):
    """A connection, asset or column that violates a rule; it keeps its id over closing and reopening.

    `last_seen` is null while the newest evaluation of the connection still sees it, so that an unchanged one writes
    nothing here; `evidence` holds names and settings, never values or secrets. While `waived_until` is ahead somebody
    accepts it as it is, for the reason in `waived_why`; it is open all the same.
    """

    __tablename__ = "violations"
    __table_args__ = (
        UniqueConstraint("id"),
        UniqueConstraint(
            "connection_key", "rule", "asset_key", "column_key",
            name="uq_violations_place", postgresql_nulls_not_distinct=True,
        ),
        Index("ix_violations_open", "tenant", "connection_key", "rule", postgresql_where=OPEN),
        Index("ix_violations_first_seen", "tenant", text("first_seen DESC"), text("key DESC")),
        Index("ix_violations_asset_key", "asset_key", postgresql_where=text("asset_key IS NOT NULL")),
        Index("ix_violations_column_key", "column_key", postgresql_where=text("column_key IS NOT NULL")),
    )  # fmt: skip

    key: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    id: Mapped[UUID] = mapped_column(Uuid, server_default=text("gen_random_uuid()"))
    tenant: Mapped[str] = mapped_column(Text)
    connection_key: Mapped[int] = mapped_column(ForeignKey("crosswind.connections.key"))
    rule: Mapped[str] = mapped_column(Text(collation="C"))
    rule_version: Mapped[int] = mapped_column(Integer)
    asset_key: Mapped[int | None] = mapped_column(ForeignKey("crosswind.assets.key", ondelete="CASCADE"))
    column_key: Mapped[int | None] = mapped_column(ForeignKey("crosswind.columns.key", ondelete="CASCADE"))
    severity: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(Text)
    owner: Mapped[str | None] = mapped_column(Text)
    evidence: Mapped[dict[str, Any]] = mapped_column(JSONB)
    first_seen: Mapped[datetime] = mapped_column(MOMENT)
    last_seen: Mapped[datetime | None] = mapped_column(MOMENT)
    closed_at: Mapped[datetime | None] = mapped_column(MOMENT)
    closed_why: Mapped[str | None] = mapped_column(Text)
    version: Mapped[int] = mapped_column(Integer, server_default="1")
    waived_until: Mapped[datetime | None] = mapped_column(MOMENT)
    waived_at: Mapped[datetime | None] = mapped_column(MOMENT)
    waived_by: Mapped[str | None] = mapped_column(Text)
    waived_why: Mapped[str | None] = mapped_column(Text)
