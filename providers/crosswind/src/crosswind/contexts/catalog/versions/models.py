"""The changes of assets."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Boolean, DateTime, ForeignKey, Index, Integer, Text, false, func, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from crosswind.kit.store import Base


class AssetVersionRow(Base):
    """What one change replaced: `before` holds the differing fields as they were, so that the newest costs nothing.

    `number` is the asset's version and source_version together, once it was changed; the first has no row.
    """

    __tablename__ = "asset_versions"
    __table_args__ = (Index("ix_asset_versions_at", "at"),)

    asset_key: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("crosswind.assets.key", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    tenant: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.clock_timestamp())
    author: Mapped[str | None] = mapped_column(Text)
    author_name: Mapped[str | None] = mapped_column(Text)
    breaking: Mapped[bool] = mapped_column(Boolean, server_default=false())
    changes: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'::text[]"))
    before: Mapped[dict[str, Any]] = mapped_column(JSONB)
