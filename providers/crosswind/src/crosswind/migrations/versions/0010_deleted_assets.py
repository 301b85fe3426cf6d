"""Assets that a person deleted, told apart from those that vanished from their source."""

import sqlalchemy as sa
from alembic import op

revision = "0010_deleted_assets"
down_revision = "0009_team"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("assets", sa.Column("deleted_at", sa.DateTime(timezone=True)), schema="crosswind")
    op.execute("UPDATE crosswind.assets SET deleted_at = removed_at WHERE connection_key IS NULL")


def downgrade() -> None:
    op.drop_column("assets", "deleted_at", schema="crosswind")
