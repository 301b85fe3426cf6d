"""What is told of a new name in the background keeps the old one."""

import sqlalchemy as sa
from alembic import op

revision = "0032_was"
down_revision = "0031_walks"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("vocabulary_pending", sa.Column("was", sa.Text), schema="crosswind")


def downgrade() -> None:
    op.drop_column("vocabulary_pending", "was", schema="crosswind")
