"""Assets repeat their domain, so that an index finds what a search within a domain has to read."""

import sqlalchemy as sa
from alembic import op

revision = "0025_placed"
down_revision = "0023_lines"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("assets", sa.Column("domain_key", sa.BigInteger), schema="crosswind")
    op.execute(
        "UPDATE crosswind.assets AS a SET domain_key = d.domain_key FROM crosswind.asset_domains d "
        "WHERE d.asset_key = a.key"
    )
    op.create_index(
        "ix_assets_domain", "assets", ["tenant", "domain_key", sa.text("updated_at DESC"), sa.text("key DESC")],
        schema="crosswind", postgresql_where=sa.text("removed_at IS NULL AND domain_key IS NOT NULL"),
    )  # fmt: skip


def downgrade() -> None:
    op.drop_index("ix_assets_domain", "assets", schema="crosswind")
    op.drop_column("assets", "domain_key", schema="crosswind")
