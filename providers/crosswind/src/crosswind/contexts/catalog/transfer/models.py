"""Uploaded files while an import needs them, and how far imports are."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, DateTime, ForeignKey, Index, Integer, LargeBinary, Text, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Uuid

from crosswind.kit.store import Base

MOMENT = DateTime(timezone=True)


class UploadRow(Base):
    """A file that was sent, in parts; `completed_at` is null while it is still on its way."""

    __tablename__ = "uploads"
    __table_args__ = (Index("ix_uploads_tenant", "tenant", "created_at"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, server_default=text("gen_random_uuid()"))
    tenant: Mapped[str] = mapped_column(Text)
    name: Mapped[str | None] = mapped_column(Text)
    size: Mapped[int] = mapped_column(BigInteger, server_default="0")
    parts: Mapped[int] = mapped_column(Integer, server_default="0")
    created_by: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(MOMENT, server_default=func.now())
    completed_at: Mapped[datetime | None] = mapped_column(MOMENT)


class UploadPartRow(Base):
    """A part of a file, as it came; stored outside the row and uncompressed, as most files are compressed already."""

    __tablename__ = "upload_parts"

    upload_id: Mapped[UUID] = mapped_column(ForeignKey(UploadRow.id, ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    data: Mapped[bytes] = mapped_column(LargeBinary)


class ImportRow(Base):
    """An import up to the last block that was stored: `sequence` blocks, `lines` lines.

    `scope` is what whoever asked for it may see and change; `source_identity` tells the file from another of its name;
    `digest` and `answer` are those of the last block, so that it can come again.
    """

    __tablename__ = "imports"

    task_id: Mapped[str] = mapped_column(ForeignKey("crosswind.tasks.id", ondelete="CASCADE"), primary_key=True)
    tenant: Mapped[str] = mapped_column(Text)
    requested_by: Mapped[str] = mapped_column(Text)
    scope: Mapped[dict[str, Any]] = mapped_column(JSONB)
    source_identity: Mapped[str | None] = mapped_column(Text)
    sequence: Mapped[int] = mapped_column(Integer, server_default="0")
    lines: Mapped[int] = mapped_column(BigInteger, server_default="0")
    counts: Mapped[dict[str, int]] = mapped_column(JSONB, server_default=text("'{}'::jsonb"))
    digest: Mapped[str | None] = mapped_column(Text)
    answer: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    started_at: Mapped[datetime] = mapped_column(MOMENT, server_default=func.now())
    completed_at: Mapped[datetime | None] = mapped_column(MOMENT)


class ImportErrorRow(Base):
    """Why one line was not taken; the first thousand of an import are kept."""

    __tablename__ = "import_errors"

    task_id: Mapped[str] = mapped_column(ForeignKey(ImportRow.task_id, ondelete="CASCADE"), primary_key=True)
    line: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    field: Mapped[str] = mapped_column(Text)
    message: Mapped[str] = mapped_column(Text)
