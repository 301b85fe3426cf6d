"""Classifications, tags and classifications on columns, and what an asset is found by of its columns."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, TSVECTOR

revision = "0006_classification"
down_revision = "0005_catalog"
branch_labels = None
depends_on = None

SCHEMA = "crosswind"
LIVE = sa.text("removed_at IS NULL")
NONE = sa.text("'{}'::text[]")
CURATED = sa.text("tags <> '{}' OR classification IS NOT NULL OR description IS NOT NULL")
WITHOUT_COLUMNS = "source_words || curated_words"
WITH_COLUMNS = "source_words || curated_words || column_words"


def upgrade() -> None:
    _classifications()
    _add("columns", _words_of("tags"), sa.Column("classification", sa.Text))
    op.create_index("ix_columns_curated", "columns", ["asset_key"], schema=SCHEMA, postgresql_where=CURATED)
    _add(
        "assets",
        sa.Column("classification", sa.Text),
        _words_of("column_tags"),
        _words_of("column_classifications"),
        sa.Column("column_words", TSVECTOR, server_default="", nullable=False),
    )
    _search(WITH_COLUMNS)
    newest: list[str | sa.TextClause] = ["tenant", "classification", sa.text("updated_at DESC"), sa.text("key DESC")]
    where = sa.text("removed_at IS NULL AND classification IS NOT NULL")
    op.create_index("ix_assets_classification", "assets", newest, schema=SCHEMA, postgresql_where=where)
    counted = ["tenant", "type", "schema", "connection_key", "classification"]
    op.create_index("ix_assets_facets", "assets", counted, schema=SCHEMA, postgresql_where=LIVE)
    for name in ("column_tags", "column_classifications"):
        op.create_index(
            f"ix_assets_{name}", "assets", [name], schema=SCHEMA, postgresql_using="gin",
            postgresql_where=sa.text(f"{name} <> '{{}}'"),
        )  # fmt: skip
    _add("connections", _words_of("governed_tags"))


def downgrade() -> None:
    op.drop_column("connections", "governed_tags", schema=SCHEMA)
    _search(WITHOUT_COLUMNS)
    for name in ("column_words", "column_classifications", "column_tags", "classification"):
        op.drop_column("assets", name, schema=SCHEMA)
    op.drop_index("ix_columns_curated", "columns", schema=SCHEMA)
    for name in ("classification", "tags"):
        op.drop_column("columns", name, schema=SCHEMA)
    op.drop_table("classifications", schema=SCHEMA)


def _add(table: str, *columns: sa.Column[Any]) -> None:
    for column in columns:
        op.add_column(table, column, schema=SCHEMA)


def _words_of(name: str) -> sa.Column[Any]:
    return sa.Column(name, ARRAY(sa.Text), server_default=NONE, nullable=False)


def _search(expression: str) -> None:
    """Make the generated column anew: PostgreSQL 15 cannot change what one is made of."""
    op.drop_column("assets", "search", schema=SCHEMA)
    _add("assets", sa.Column("search", TSVECTOR, sa.Computed(expression, persisted=True), nullable=False))
    op.create_index("ix_assets_search", "assets", ["search"], schema=SCHEMA, postgresql_using="gin")


def _classifications() -> None:
    op.create_table(
        "classifications",
        sa.Column("key", sa.BigInteger, sa.Identity(always=True), nullable=False),
        sa.Column("id", sa.Uuid, server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("tenant", sa.Text, nullable=False),
        sa.Column("name", sa.Text(collation="C"), nullable=False),
        sa.Column("level", sa.Integer, nullable=False),
        sa.Column("description", sa.Text),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("created_by", sa.Text),
        sa.PrimaryKeyConstraint("key", name="pk_classifications"),
        sa.UniqueConstraint("id", name="uq_classifications_id"),
        schema=SCHEMA,
    )
    op.create_index(
        "uq_classifications_tenant_name", "classifications", ["tenant", sa.text("lower(name)")], unique=True,
        schema=SCHEMA,
    )  # fmt: skip
