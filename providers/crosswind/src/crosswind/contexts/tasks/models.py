"""Task rows and the leases of the Airflow tasks that work for them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, ForeignKey, Index, Integer, LargeBinary, Text, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from crosswind.contexts.connections.models import ConnectionRow
from crosswind.kit.store import Base


class TaskRow(Base):
    """One long action, on one connection or none; `run_id` is its run in Airflow, the same as `id` if we began it."""

    __tablename__ = "tasks"
    __table_args__ = (
        UniqueConstraint("dag_id", "run_id"),
        Index("ix_tasks_tenant_created_at", "tenant", text("created_at DESC"), text("id DESC")),
        Index("ix_tasks_connection_key_created_at", "connection_key", text("created_at DESC")),
        Index("ix_tasks_open", "created_at", postgresql_where=text("status IN ('PENDING', 'RUNNING')")),
    )

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    tenant: Mapped[str] = mapped_column(Text)
    type: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(Text, default="PENDING")
    priority: Mapped[int] = mapped_column(Integer, default=5)
    payload: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    connection_key: Mapped[int | None] = mapped_column(BigInteger, ForeignKey(ConnectionRow.key, ondelete="CASCADE"))
    dag_id: Mapped[str] = mapped_column(Text)
    run_id: Mapped[str] = mapped_column(Text)
    requested_by: Mapped[str] = mapped_column(Text)
    progress: Mapped[int] = mapped_column(Integer, default=0)
    result: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    error: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    started_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    finished_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    version: Mapped[int] = mapped_column(Integer, default=1)


class LeaseRow(Base):
    """What one try of an Airflow task acts with; only a hash of the token is kept. `ended_why` fences it for good."""

    __tablename__ = "leases"
    __table_args__ = (Index("ix_leases_task_id", "task_id"),)

    token_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    task_id: Mapped[str] = mapped_column(Text, ForeignKey(TaskRow.id, ondelete="CASCADE"))
    tenant: Mapped[str] = mapped_column(Text)
    try_number: Mapped[int] = mapped_column(Integer)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    ended_why: Mapped[str | None] = mapped_column(Text)
