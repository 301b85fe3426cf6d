"""Violations that are accepted for a time."""

import sqlalchemy as sa
from alembic import op

revision = "0021_waivers"
down_revision = "0020_finding"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("violations", sa.Column("waived_until", sa.DateTime(timezone=True)), schema="crosswind")
    op.add_column("violations", sa.Column("waived_at", sa.DateTime(timezone=True)), schema="crosswind")
    op.add_column("violations", sa.Column("waived_by", sa.Text), schema="crosswind")
    op.add_column("violations", sa.Column("waived_why", sa.Text), schema="crosswind")


def downgrade() -> None:
    for name in ("waived_why", "waived_by", "waived_at", "waived_until"):
        op.drop_column("violations", name, schema="crosswind")
