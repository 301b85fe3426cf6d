"""What scans found of personal data, and the scans themselves."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    DateTime,
    Float,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Uuid

from crosswind.contexts.catalog.models import AssetRow, ColumnRow
from crosswind.contexts.connections.models import ConnectionRow
from crosswind.kit.store import Base

MOMENT = DateTime(timezone=True)


class FindingRow(Base):
    """One kind of personal data in one column; scans write what they saw, people what they decided.

    `gone_at` is set while the last scan that looked at the column did not see it; a decision outlasts that.
    """

    __tablename__ = "findings"
    __table_args__ = (
        UniqueConstraint("id"),
        UniqueConstraint("column_key", "kind"),
        Index("ix_findings_asset_key", "asset_key"),
        Index("ix_findings_tenant_status", "tenant", "status", "kind"),
    )

    key: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    id: Mapped[UUID] = mapped_column(Uuid, server_default=text("gen_random_uuid()"))
    tenant: Mapped[str] = mapped_column(Text)
    asset_key: Mapped[int] = mapped_column(ForeignKey(AssetRow.key, ondelete="CASCADE"))
    column_key: Mapped[int] = mapped_column(ForeignKey(ColumnRow.key, ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(Text)
    detail: Mapped[str | None] = mapped_column(Text)
    confidence: Mapped[float] = mapped_column(Float)
    reason: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(Text, server_default="proposed")
    first_seen: Mapped[datetime] = mapped_column(MOMENT, server_default=func.now())
    last_seen: Mapped[datetime] = mapped_column(MOMENT, server_default=func.now())
    last_scan: Mapped[int] = mapped_column(BigInteger)
    gone_at: Mapped[datetime | None] = mapped_column(MOMENT)
    reviewed_by: Mapped[str | None] = mapped_column(Text)
    reviewed_at: Mapped[datetime | None] = mapped_column(MOMENT)
    note: Mapped[str | None] = mapped_column(Text)
    version: Mapped[int] = mapped_column(Integer, server_default="1")


class ScanRow(Base):
    """One run over a connection's columns; `summary` is there once it is complete."""

    __tablename__ = "scans"
    __table_args__ = (
        UniqueConstraint("task_id"),
        Index("ix_scans_connection_key_completed_at", "connection_key", "completed_at"),
    )

    key: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    tenant: Mapped[str] = mapped_column(Text)
    task_id: Mapped[str] = mapped_column(Text)
    connection_key: Mapped[int] = mapped_column(ForeignKey(ConnectionRow.key))
    try_number: Mapped[int] = mapped_column(Integer)
    summary: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    started_at: Mapped[datetime] = mapped_column(MOMENT, server_default=func.clock_timestamp())
    completed_at: Mapped[datetime | None] = mapped_column(MOMENT)


class ScanBatchRow(Base):
    """One request of a run, so that the same one again gives the same answer; gone when the run is complete."""

    __tablename__ = "scan_batches"

    scan_key: Mapped[int] = mapped_column(ForeignKey(ScanRow.key, ondelete="CASCADE"), primary_key=True)
    try_number: Mapped[int] = mapped_column(Integer, primary_key=True)
    sequence: Mapped[int] = mapped_column(Integer, primary_key=True)
    digest: Mapped[str] = mapped_column(Text)
    looked_at: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    empty: Mapped[list[int]] = mapped_column(ARRAY(BigInteger), server_default=text("'{}'"))
    answer: Mapped[dict[str, Any]] = mapped_column(JSONB)
