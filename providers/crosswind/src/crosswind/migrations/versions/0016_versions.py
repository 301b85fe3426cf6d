"""Versions of assets, and relationships that people make."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0016_versions"
down_revision = "0015_outbox"
branch_labels = None
depends_on = None

EDGE = ["source_key", "type", "name", "target_name"]
DELETED = sa.text("deleted_at IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "asset_versions",
        sa.Column("asset_key", sa.BigInteger, nullable=False),
        sa.Column("number", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("tenant", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.func.clock_timestamp(), nullable=False),
        sa.Column("author", sa.Text),
        sa.Column("author_name", sa.Text),
        sa.Column("breaking", sa.Boolean, server_default=sa.false(), nullable=False),
        sa.Column("changes", ARRAY(sa.Text), server_default=sa.text("'{}'::text[]"), nullable=False),
        sa.Column("before", JSONB, nullable=False),
        sa.PrimaryKeyConstraint("asset_key", "number", name="pk_asset_versions"),
        sa.ForeignKeyConstraint(
            ["asset_key"], ["crosswind.assets.key"], name="fk_asset_versions_asset_key", ondelete="CASCADE"
        ),
        schema="crosswind",
    )
    op.create_index("ix_asset_versions_at", "asset_versions", ["at"], schema="crosswind")
    op.create_index(
        "ix_assets_deleted", "assets", ["tenant", sa.text("deleted_at DESC"), sa.text("key DESC")],
        schema="crosswind", postgresql_where=DELETED,
    )  # fmt: skip
    op.create_index("ix_audit_entity", "audit", ["tenant", "entity_id", "id"], schema="crosswind")
    _relationships()


def _relationships() -> None:
    origin: sa.Column[str] = sa.Column("origin", sa.Text, server_default="crawl", nullable=False)
    op.add_column("relationships", origin, schema="crosswind")
    for name in ("created_by", "created_by_name"):
        op.add_column("relationships", sa.Column(name, sa.Text), schema="crosswind")
    op.drop_constraint("uq_relationships_edge", "relationships", schema="crosswind")
    op.create_unique_constraint("uq_relationships_edge", "relationships", [*EDGE, "origin"], schema="crosswind")


def downgrade() -> None:
    op.execute("DELETE FROM crosswind.relationships WHERE origin <> 'crawl'")
    op.drop_constraint("uq_relationships_edge", "relationships", schema="crosswind")
    op.create_unique_constraint("uq_relationships_edge", "relationships", EDGE, schema="crosswind")
    for name in ("created_by_name", "created_by", "origin"):
        op.drop_column("relationships", name, schema="crosswind")
    op.drop_index("ix_audit_entity", "audit", schema="crosswind")
    op.drop_index("ix_assets_deleted", "assets", schema="crosswind")
    op.drop_table("asset_versions", schema="crosswind")
