"""The tables of the catalog; a crawl writes what is named source, people write what is curated, never the other way."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    Computed,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Uuid

from crosswind.kit.store import Base

NAME = Text(collation="C")
MOMENT = DateTime(timezone=True)
LIVE = text("removed_at IS NULL")
NO_WORDS = text("'{}'::text[]")
NEWEST = (text("updated_at DESC"), text("key DESC"))
SEARCH = "source_words || curated_words || column_words"
CURATED = text("tags <> '{}' OR classification IS NOT NULL OR description IS NOT NULL")
UPSTREAM = "CASE WHEN type IN ('DEPENDS_ON', 'USES') THEN target_key WHEN type = 'PRODUCES' THEN source_key END"
DOWNSTREAM = "CASE WHEN type IN ('DEPENDS_ON', 'USES') THEN source_key WHEN type = 'PRODUCES' THEN target_key END"


def _filled(column: str) -> Index:
    """An index of a list that is empty for most assets, which it leaves out."""
    return Index(f"ix_assets_{column}", column, postgresql_using="gin", postgresql_where=text(f"{column} <> '{{}}'"))


class AssetRow(Base):
    """A table, view or other thing worth finding; `version` counts curated changes, `source_version` source changes.

    `crawled_at` is null while the asset is known by its name only; `removed_at` is set when it vanished or was deleted,
    `deleted_at` beside it when a person did that. `domain_key` repeats the asset's domain for an index that stands
    beside that of the words; it is no foreign key, which would make the end of a domain wait for its assets, and may
    name a domain that is gone. `source_owners` repeats the names of the owners among the source's facts: the store does
    that by itself.
    """

    __tablename__ = "assets"
    __table_args__ = (
        UniqueConstraint("id"),
        UniqueConstraint("tenant", "qualified_name", postgresql_include=["key", "id", "connection_key", "deleted_at"]),
        Index("ix_assets_place", "connection_key", "database", "schema", "name"),
        Index(
            "ix_assets_updated",
            "tenant",
            *NEWEST,
            postgresql_where=LIVE,
            postgresql_include=["connection_key"],
        ),
        Index(
            "ix_assets_type",
            "tenant",
            "type",
            *NEWEST,
            postgresql_where=LIVE,
            postgresql_include=["connection_key"],
        ),
        Index("ix_assets_name", "tenant", "name", "key", postgresql_where=LIVE),
        Index("ix_assets_dataset", "tenant", "namespace", "dataset", postgresql_where=text("namespace IS NOT NULL")),
        Index(
            "ix_assets_classification",
            "tenant",
            "classification",
            *NEWEST,
            postgresql_where=text("removed_at IS NULL AND classification IS NOT NULL"),
        ),
        Index(
            "ix_assets_domain",
            "tenant",
            "domain_key",
            *NEWEST,
            postgresql_where=text("removed_at IS NULL AND domain_key IS NOT NULL"),
        ),
        Index(
            "ix_assets_facets", "tenant", "type", "schema", "connection_key", "classification", postgresql_where=LIVE
        ),
        Index("ix_assets_tags", "tags", postgresql_using="gin"),
        _filled("column_tags"),
        _filled("propagated_tags"),
        _filled("column_classifications"),
        Index("ix_assets_search", "search", postgresql_using="gin"),
        Index(
            "ix_assets_source_owners",
            text("(lower(source_owners::text)::jsonb)"),
            postgresql_using="gin",
            postgresql_where=text("source_owners IS NOT NULL"),
        ),
        Index(
            "ix_assets_deleted",
            "tenant",
            text("deleted_at DESC"),
            text("key DESC"),
            postgresql_where=text("deleted_at IS NOT NULL"),
        ),
    )

    key: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    id: Mapped[UUID] = mapped_column(Uuid, server_default=text("gen_random_uuid()"))
    tenant: Mapped[str] = mapped_column(Text)
    connection_key: Mapped[int | None] = mapped_column(ForeignKey("crosswind.connections.key"))
    type: Mapped[str] = mapped_column(Text)
    type_detail: Mapped[str | None] = mapped_column(Text)
    name: Mapped[str] = mapped_column(NAME)
    qualified_name: Mapped[str] = mapped_column(NAME)
    database: Mapped[str | None] = mapped_column(NAME)
    schema: Mapped[str | None] = mapped_column(NAME)
    namespace: Mapped[str | None] = mapped_column(Text)
    dataset: Mapped[str | None] = mapped_column(Text)
    source_hash: Mapped[str | None] = mapped_column(Text)
    source_version: Mapped[int] = mapped_column(Integer, server_default="0")
    source_comment: Mapped[str | None] = mapped_column(Text)
    source_facts: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    source_statistics: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    source_owners: Mapped[list[str] | None] = mapped_column(JSONB)
    source_words: Mapped[str] = mapped_column(TSVECTOR, server_default="")
    source_updated_at: Mapped[datetime | None] = mapped_column(MOMENT)
    crawled_at: Mapped[datetime | None] = mapped_column(MOMENT)
    row_estimate: Mapped[int | None] = mapped_column(BigInteger)
    size_bytes: Mapped[int | None] = mapped_column(BigInteger)
    description: Mapped[str | None] = mapped_column(Text)
    curated_metadata: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'::jsonb"))
    tags: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=NO_WORDS)
    classification: Mapped[str | None] = mapped_column(Text)
    curated_words: Mapped[str] = mapped_column(TSVECTOR, server_default="")
    column_tags: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=NO_WORDS)
    propagated_tags: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=NO_WORDS)
    column_classifications: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=NO_WORDS)
    column_words: Mapped[str] = mapped_column(TSVECTOR, server_default="")
    domain_key: Mapped[int | None] = mapped_column(BigInteger)
    version: Mapped[int] = mapped_column(Integer, server_default="1")
    line_digest: Mapped[str | None] = mapped_column(Text)
    search: Mapped[str] = mapped_column(TSVECTOR, Computed(SEARCH, persisted=True))
    created_at: Mapped[datetime] = mapped_column(MOMENT, server_default=func.now())
    created_by: Mapped[str | None] = mapped_column(Text)
    created_by_name: Mapped[str | None] = mapped_column(Text)
    updated_at: Mapped[datetime] = mapped_column(MOMENT, server_default=func.now())
    removed_at: Mapped[datetime | None] = mapped_column(MOMENT)
    deleted_at: Mapped[datetime | None] = mapped_column(MOMENT)


class ColumnRow(Base):
    """A column under its asset; it keeps its id as long as its name, also while the source does not have it.

    `scanned_at` is when a scan first looked at what is in it; null as long as none did.
    """

    __tablename__ = "columns"
    __table_args__ = (
        UniqueConstraint("id"),
        UniqueConstraint("asset_key", "name"),
        Index("ix_columns_curated", "asset_key", postgresql_where=CURATED),
    )

    key: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    id: Mapped[UUID] = mapped_column(Uuid, server_default=text("gen_random_uuid()"))
    tenant: Mapped[str] = mapped_column(Text)
    asset_key: Mapped[int] = mapped_column(ForeignKey("crosswind.assets.key", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(NAME)
    position: Mapped[int] = mapped_column(Integer)
    data_type: Mapped[str] = mapped_column(Text)
    nullable: Mapped[bool] = mapped_column(Boolean)
    default_value: Mapped[str | None] = mapped_column(Text)
    identity: Mapped[str | None] = mapped_column(Text)
    generated: Mapped[str | None] = mapped_column(Text)
    comment: Mapped[str | None] = mapped_column(Text)
    description: Mapped[str | None] = mapped_column(Text)
    tags: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=NO_WORDS)
    classification: Mapped[str | None] = mapped_column(Text)
    removed_at: Mapped[datetime | None] = mapped_column(MOMENT)
    scanned_at: Mapped[datetime | None] = mapped_column(MOMENT)


class RelationshipRow(Base):
    """An edge as it was given, and the direction data flows along it; a target nobody knows yet has only its name.

    `origin` says who vouches for it (crawl, person …): the same edge may stand once for each, and each removes its own.
    Triggers keep both ends to assets that are there (`docs/decisions/0022-triggers-keep-the-ends-of-relationships.md`).
    """

    __tablename__ = "relationships"
    __table_args__ = (
        UniqueConstraint("id"),
        UniqueConstraint("source_key", "type", "name", "target_name", "origin", name="uq_relationships_edge"),
        Index("ix_relationships_target", "target_key"),
        Index("ix_relationships_upstream", "upstream_key", postgresql_where=text("upstream_key IS NOT NULL")),
        Index("ix_relationships_downstream", "downstream_key", postgresql_where=text("downstream_key IS NOT NULL")),
        Index("ix_relationships_open", "connection_key", "target_name", postgresql_where=text("target_key IS NULL")),
    )

    key: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    id: Mapped[UUID] = mapped_column(Uuid, server_default=text("gen_random_uuid()"))
    tenant: Mapped[str] = mapped_column(Text)
    connection_key: Mapped[int | None] = mapped_column(ForeignKey("crosswind.connections.key"))
    type: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(NAME, server_default="")
    source_key: Mapped[int] = mapped_column(BigInteger)
    target_key: Mapped[int | None] = mapped_column(BigInteger)
    target_name: Mapped[str] = mapped_column(NAME)
    upstream_key: Mapped[int | None] = mapped_column(BigInteger, Computed(UPSTREAM, persisted=True))
    downstream_key: Mapped[int | None] = mapped_column(BigInteger, Computed(DOWNSTREAM, persisted=True))
    metadata_: Mapped[dict[str, Any]] = mapped_column("metadata", JSONB, server_default=text("'{}'::jsonb"))
    created_at: Mapped[datetime] = mapped_column(MOMENT, server_default=func.now())
    origin: Mapped[str] = mapped_column(Text, server_default="crawl")
    created_by: Mapped[str | None] = mapped_column(Text)
    created_by_name: Mapped[str | None] = mapped_column(Text)


class TagRow(Base):
    """A word of the tenant's vocabulary; assets hold it by name."""

    __tablename__ = "tags"
    __table_args__ = (UniqueConstraint("id"), UniqueConstraint("tenant", "name"))

    key: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    id: Mapped[UUID] = mapped_column(Uuid, server_default=text("gen_random_uuid()"))
    tenant: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(NAME)
    category: Mapped[str | None] = mapped_column(Text)
    description: Mapped[str | None] = mapped_column(Text)
    propagates: Mapped[str | None] = mapped_column(Text)
    propagation_depth: Mapped[int | None] = mapped_column(Integer)
    created_at: Mapped[datetime] = mapped_column(MOMENT, server_default=func.now())
    created_by: Mapped[str | None] = mapped_column(Text)


class ClassificationRow(Base):
    """A classification that a tenant added to those that every tenant has; a name stands once in any case."""

    __tablename__ = "classifications"
    __table_args__ = (
        UniqueConstraint("id"),
        Index("uq_classifications_tenant_name", "tenant", text("lower(name)"), unique=True),
    )

    key: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    id: Mapped[UUID] = mapped_column(Uuid, server_default=text("gen_random_uuid()"))
    tenant: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(NAME)
    level: Mapped[int] = mapped_column(Integer)
    description: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(MOMENT, server_default=func.now())
    created_by: Mapped[str | None] = mapped_column(Text)


class CrawlRow(Base):
    """What one run found: its counts, its diff, and what it holds back until a person releases it."""

    __tablename__ = "crawls"
    __table_args__ = (
        UniqueConstraint("task_id"),
        Index("ix_crawls_connection_key_completed_at", "connection_key", "completed_at"),
    )

    key: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    tenant: Mapped[str] = mapped_column(Text)
    task_id: Mapped[str] = mapped_column(Text)
    connection_key: Mapped[int] = mapped_column(ForeignKey("crosswind.connections.key"))
    try_number: Mapped[int] = mapped_column(Integer)
    depth: Mapped[str] = mapped_column(Text)
    patterns: Mapped[str] = mapped_column(Text)
    identity: Mapped[str | None] = mapped_column(Text)
    database: Mapped[str | None] = mapped_column(Text)
    namespace: Mapped[str | None] = mapped_column(Text)
    seen: Mapped[int | None] = mapped_column(Integer)
    summary: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    held: Mapped[list[int]] = mapped_column(ARRAY(BigInteger), server_default=text("'{}'::bigint[]"))
    started_at: Mapped[datetime] = mapped_column(MOMENT, server_default=func.clock_timestamp())
    completed_at: Mapped[datetime | None] = mapped_column(MOMENT)
    released_at: Mapped[datetime | None] = mapped_column(MOMENT)
    released_by: Mapped[str | None] = mapped_column(Text)


class CrawlRangeRow(Base):
    """One request of a run, so that the same one again gives the same answer; gone when the run is complete."""

    __tablename__ = "crawl_ranges"

    crawl_key: Mapped[int] = mapped_column(ForeignKey("crosswind.crawls.key", ondelete="CASCADE"), primary_key=True)
    try_number: Mapped[int] = mapped_column(Integer, primary_key=True)
    kind: Mapped[str] = mapped_column(Text, primary_key=True)
    sequence: Mapped[int] = mapped_column(Integer, primary_key=True)
    digest: Mapped[str] = mapped_column(Text)
    after: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    up_to: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    items: Mapped[int] = mapped_column(Integer)
    wanted: Mapped[list[int]] = mapped_column(ARRAY(Integer), server_default=text("'{}'::integer[]"))
    vanished: Mapped[list[int]] = mapped_column(ARRAY(BigInteger), server_default=text("'{}'::bigint[]"))
    answer: Mapped[dict[str, Any]] = mapped_column(JSONB)
    notes: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
