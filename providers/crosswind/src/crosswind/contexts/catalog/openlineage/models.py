"""Runs of jobs as their events told, and the datasets of each."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, DateTime, ForeignKey, Identity, Index, Text, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Uuid

from crosswind.kit.store import Base

MOMENT = DateTime(timezone=True)


class JobRunRow(Base):
    """A run of the job that is `asset_key`; `event_at` is the time of the latest event that told of it."""

    __tablename__ = "job_runs"
    __table_args__ = (
        UniqueConstraint("tenant", "run_id"),
        Index("ix_job_runs_asset_key", "asset_key", "key"),
        Index("ix_job_runs_updated_at", "updated_at"),
    )

    key: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    tenant: Mapped[str] = mapped_column(Text)
    run_id: Mapped[UUID] = mapped_column(Uuid)
    asset_key: Mapped[int] = mapped_column(ForeignKey("crosswind.assets.key", ondelete="CASCADE"))
    parent_run_id: Mapped[UUID | None] = mapped_column(Uuid)
    state: Mapped[str] = mapped_column(Text)
    nominal_at: Mapped[datetime | None] = mapped_column(MOMENT)
    started_at: Mapped[datetime | None] = mapped_column(MOMENT)
    ended_at: Mapped[datetime | None] = mapped_column(MOMENT)
    event_at: Mapped[datetime] = mapped_column(MOMENT)
    facets: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'::jsonb"))
    updated_at: Mapped[datetime] = mapped_column(MOMENT, server_default=func.now())


class JobRunDatasetRow(Base):
    """A dataset that a run read (`input`) or wrote (`output`)."""

    __tablename__ = "job_run_datasets"
    __table_args__ = (Index("ix_job_run_datasets_asset_key", "asset_key", "run_key"),)

    run_key: Mapped[int] = mapped_column(ForeignKey("crosswind.job_runs.key", ondelete="CASCADE"), primary_key=True)
    asset_key: Mapped[int] = mapped_column(ForeignKey("crosswind.assets.key", ondelete="CASCADE"), primary_key=True)
    direction: Mapped[str] = mapped_column(Text, primary_key=True)
