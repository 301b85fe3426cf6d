"""The governed record of a connection; its address and its secrets live in Airflow alone."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Boolean, DateTime, Identity, Index, Integer, Text, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from crosswind.kit.store import Base


class ConnectionRow(Base):
    """One connection of one tenant; `document` keeps what we do not interpret and never a secret.

    `health` is the last result of a test or refresh, and is written without raising `version`. `governed_tags` are
    words of the tenant's vocabulary, put on by governance; the design's own `tags` stand in the document.
    `credentials_updated_at` is when its secret last changed by our hand, null where Airflow had it before us.
    """

    __tablename__ = "connections"
    __table_args__ = (
        UniqueConstraint("tenant", "id"),
        UniqueConstraint("airflow_conn_id"),
        Index("uq_connections_tenant_name", "tenant", "name", unique=True, postgresql_where=text("deleted_at IS NULL")),
        Index(
            "ix_connections_discovery_next_at",
            "discovery_next_at",
            postgresql_where=text("discovery_next_at IS NOT NULL"),
        ),
        Index(
            "ix_connections_compliance_next_at",
            "compliance_next_at",
            postgresql_where=text("compliance_next_at IS NOT NULL"),
        ),
    )

    key: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    tenant: Mapped[str] = mapped_column(Text)
    id: Mapped[str] = mapped_column(Text)
    airflow_conn_id: Mapped[str] = mapped_column(Text)
    adopted: Mapped[bool] = mapped_column(Boolean, server_default=text("false"), default=False)
    name: Mapped[str | None] = mapped_column(Text)
    type: Mapped[str] = mapped_column(Text)
    sub_type: Mapped[str] = mapped_column(Text)
    provider: Mapped[str | None] = mapped_column(Text)
    owner: Mapped[str | None] = mapped_column(Text)
    status: Mapped[str] = mapped_column(Text)
    environment: Mapped[str | None] = mapped_column(Text)
    ai_zone: Mapped[str | None] = mapped_column(Text)
    region: Mapped[str | None] = mapped_column(Text)
    data_classification: Mapped[str | None] = mapped_column(Text)
    governed_tags: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'::text[]"), default=list)
    document: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    version: Mapped[int] = mapped_column(Integer, default=1)
    created: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    updated: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    deleted_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    health: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    checked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    discovery_next_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    compliance_next_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    credentials_updated_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
