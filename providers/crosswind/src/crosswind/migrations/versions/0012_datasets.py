"""What a source tells of a dataset that moves without the dataset changing: its number of files, its last change."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0012_datasets"
down_revision = "0010_deleted_assets"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("assets", sa.Column("source_statistics", JSONB), schema="crosswind")


def downgrade() -> None:
    op.drop_column("assets", "source_statistics", schema="crosswind")
