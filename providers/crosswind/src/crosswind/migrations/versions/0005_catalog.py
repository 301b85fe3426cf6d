"""Assets with their columns and relationships, tags, and the crawls that fill them."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TSVECTOR

revision = "0005_catalog"
down_revision = "0004_tasks"
branch_labels = None
depends_on = None

SCHEMA = "crosswind"
LIVE = sa.text("removed_at IS NULL")
NEWEST = [sa.text("updated_at DESC"), sa.text("key DESC")]
UPSTREAM = "CASE WHEN type IN ('DEPENDS_ON', 'USES') THEN target_key WHEN type = 'PRODUCES' THEN source_key END"
DOWNSTREAM = "CASE WHEN type IN ('DEPENDS_ON', 'USES') THEN source_key WHEN type = 'PRODUCES' THEN target_key END"


def upgrade() -> None:
    _assets()
    _columns()
    _relationships()
    _tags()
    _crawls()


def downgrade() -> None:
    for table in ("crawl_ranges", "crawls", "tags", "relationships", "columns", "assets"):
        op.drop_table(table, schema=SCHEMA)


def _key() -> sa.Column[Any]:
    return sa.Column("key", sa.BigInteger, sa.Identity(always=True), nullable=False)


def _id() -> sa.Column[Any]:
    return sa.Column("id", sa.Uuid, server_default=sa.text("gen_random_uuid()"), nullable=False)


def _name(name: str, *, nullable: bool = False, default: str | None = None) -> sa.Column[Any]:
    return sa.Column(name, sa.Text(collation="C"), nullable=nullable, server_default=default)


def _text(name: str, *, nullable: bool = True) -> sa.Column[Any]:
    return sa.Column(name, sa.Text, nullable=nullable)


def _moment(name: str, *, now: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=not now, server_default=sa.func.now() if now else None)


def _words(name: str) -> sa.Column[Any]:
    return sa.Column(name, TSVECTOR, server_default="", nullable=False)


def _index(name: str, table: str, columns: list[Any], where: sa.TextClause | None = None, using: str = "btree") -> None:
    op.create_index(name, table, columns, schema=SCHEMA, postgresql_where=where, postgresql_using=using)


def _assets() -> None:
    op.create_table(
        "assets",
        _key(),
        _id(),
        _text("tenant", nullable=False),
        sa.Column("connection_key", sa.BigInteger),
        _text("type", nullable=False),
        _text("type_detail"),
        _name("name"),
        _name("qualified_name"),
        _name("database", nullable=True),
        _name("schema", nullable=True),
        _text("namespace"),
        _text("dataset"),
        _text("source_hash"),
        sa.Column("source_version", sa.Integer, server_default="0", nullable=False),
        _text("source_comment"),
        sa.Column("source_facts", JSONB),
        _words("source_words"),
        _moment("source_updated_at"),
        _moment("crawled_at"),
        sa.Column("row_estimate", sa.BigInteger),
        sa.Column("size_bytes", sa.BigInteger),
        _text("description"),
        sa.Column("curated_metadata", JSONB, server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column("tags", ARRAY(sa.Text), server_default=sa.text("'{}'::text[]"), nullable=False),
        _words("curated_words"),
        sa.Column("version", sa.Integer, server_default="1", nullable=False),
        sa.Column("search", TSVECTOR, sa.Computed("source_words || curated_words", persisted=True), nullable=False),
        _moment("created_at", now=True),
        _text("created_by"),
        _text("created_by_name"),
        _moment("updated_at", now=True),
        _moment("removed_at"),
        sa.PrimaryKeyConstraint("key", name="pk_assets"),
        sa.UniqueConstraint("id", name="uq_assets_id"),
        sa.UniqueConstraint("tenant", "qualified_name", name="uq_assets_tenant_qualified_name"),
        sa.ForeignKeyConstraint(["connection_key"], ["crosswind.connections.key"], name="fk_assets_connection_key"),
        schema=SCHEMA,
    )
    _index("ix_assets_place", "assets", ["connection_key", "database", "schema", "name"])
    _index("ix_assets_updated", "assets", ["tenant", *NEWEST], LIVE)
    _index("ix_assets_type", "assets", ["tenant", "type", *NEWEST], LIVE)
    _index("ix_assets_name", "assets", ["tenant", "name", "key"], LIVE)
    _index("ix_assets_dataset", "assets", ["tenant", "namespace", "dataset"], sa.text("namespace IS NOT NULL"))
    _index("ix_assets_tags", "assets", ["tags"], using="gin")
    _index("ix_assets_search", "assets", ["search"], using="gin")


def _columns() -> None:
    op.create_table(
        "columns",
        _key(),
        _id(),
        _text("tenant", nullable=False),
        sa.Column("asset_key", sa.BigInteger, nullable=False),
        _name("name"),
        sa.Column("position", sa.Integer, nullable=False),
        _text("data_type", nullable=False),
        sa.Column("nullable", sa.Boolean, nullable=False),
        _text("default_value"),
        _text("identity"),
        _text("generated"),
        _text("comment"),
        _text("description"),
        _moment("removed_at"),
        sa.PrimaryKeyConstraint("key", name="pk_columns"),
        sa.UniqueConstraint("id", name="uq_columns_id"),
        sa.UniqueConstraint("asset_key", "name", name="uq_columns_asset_key_name"),
        sa.ForeignKeyConstraint(
            ["asset_key"], ["crosswind.assets.key"], name="fk_columns_asset_key", ondelete="CASCADE"
        ),
        schema=SCHEMA,
    )


def _relationships() -> None:
    op.create_table(
        "relationships",
        _key(),
        _id(),
        _text("tenant", nullable=False),
        sa.Column("connection_key", sa.BigInteger),
        _text("type", nullable=False),
        _name("name", default=""),
        sa.Column("source_key", sa.BigInteger, nullable=False),
        sa.Column("target_key", sa.BigInteger),
        _name("target_name"),
        sa.Column("upstream_key", sa.BigInteger, sa.Computed(UPSTREAM, persisted=True)),
        sa.Column("downstream_key", sa.BigInteger, sa.Computed(DOWNSTREAM, persisted=True)),
        sa.Column("metadata", JSONB, server_default=sa.text("'{}'::jsonb"), nullable=False),
        _moment("created_at", now=True),
        sa.PrimaryKeyConstraint("key", name="pk_relationships"),
        sa.UniqueConstraint("id", name="uq_relationships_id"),
        sa.UniqueConstraint("source_key", "type", "name", "target_name", name="uq_relationships_edge"),
        sa.ForeignKeyConstraint(
            ["connection_key"], ["crosswind.connections.key"], name="fk_relationships_connection_key"
        ),
        sa.ForeignKeyConstraint(
            ["source_key"], ["crosswind.assets.key"], name="fk_relationships_source_key", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["target_key"], ["crosswind.assets.key"], name="fk_relationships_target_key", ondelete="CASCADE"
        ),
        schema=SCHEMA,
    )
    _index("ix_relationships_target", "relationships", ["target_key"])
    for side in ("upstream", "downstream"):
        where = sa.text(f"{side}_key IS NOT NULL")
        _index(f"ix_relationships_{side}", "relationships", [f"{side}_key"], where)
    _index("ix_relationships_open", "relationships", ["connection_key", "target_name"], sa.text("target_key IS NULL"))


def _tags() -> None:
    op.create_table(
        "tags",
        _key(),
        _id(),
        _text("tenant", nullable=False),
        _name("name"),
        _text("category"),
        _text("description"),
        _moment("created_at", now=True),
        _text("created_by"),
        sa.PrimaryKeyConstraint("key", name="pk_tags"),
        sa.UniqueConstraint("id", name="uq_tags_id"),
        sa.UniqueConstraint("tenant", "name", name="uq_tags_tenant_name"),
        schema=SCHEMA,
    )


def _crawls() -> None:
    op.create_table(
        "crawls",
        _key(),
        _text("tenant", nullable=False),
        _text("task_id", nullable=False),
        sa.Column("connection_key", sa.BigInteger, nullable=False),
        sa.Column("try_number", sa.Integer, nullable=False),
        _text("depth", nullable=False),
        _text("patterns", nullable=False),
        _text("identity"),
        _text("database"),
        _text("namespace"),
        sa.Column("seen", sa.Integer),
        sa.Column("summary", JSONB),
        sa.Column("held", ARRAY(sa.BigInteger), server_default=sa.text("'{}'::bigint[]"), nullable=False),
        sa.Column(
            "started_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        _moment("completed_at"),
        _moment("released_at"),
        _text("released_by"),
        sa.PrimaryKeyConstraint("key", name="pk_crawls"),
        sa.UniqueConstraint("task_id", name="uq_crawls_task_id"),
        sa.ForeignKeyConstraint(["connection_key"], ["crosswind.connections.key"], name="fk_crawls_connection_key"),
        schema=SCHEMA,
    )
    _index("ix_crawls_connection_key_completed_at", "crawls", ["connection_key", "completed_at"])
    op.create_table(
        "crawl_ranges",
        sa.Column("crawl_key", sa.BigInteger, nullable=False),
        sa.Column("try_number", sa.Integer, nullable=False),
        _text("kind", nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
        _text("digest", nullable=False),
        sa.Column("after", ARRAY(sa.Text)),
        sa.Column("up_to", ARRAY(sa.Text)),
        sa.Column("items", sa.Integer, nullable=False),
        sa.Column("wanted", ARRAY(sa.Integer), server_default=sa.text("'{}'::integer[]"), nullable=False),
        sa.Column("vanished", ARRAY(sa.BigInteger), server_default=sa.text("'{}'::bigint[]"), nullable=False),
        sa.Column("answer", JSONB, nullable=False),
        sa.Column("notes", JSONB),
        sa.PrimaryKeyConstraint("crawl_key", "try_number", "kind", "sequence", name="pk_crawl_ranges"),
        sa.ForeignKeyConstraint(
            ["crawl_key"], ["crosswind.crawls.key"], name="fk_crawl_ranges_crawl_key", ondelete="CASCADE"
        ),
        schema=SCHEMA,
    )
