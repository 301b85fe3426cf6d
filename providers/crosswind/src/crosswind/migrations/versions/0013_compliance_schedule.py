"""When a connection is due for its next compliance scan."""

import sqlalchemy as sa
from alembic import op

revision = "0013_compliance_schedule"
down_revision = "0012_datasets"
branch_labels = None
depends_on = None

COLUMN = "compliance_next_at"
INDEX = f"ix_connections_{COLUMN}"


def upgrade() -> None:
    op.add_column("connections", sa.Column(COLUMN, sa.DateTime(timezone=True)), schema="crosswind")
    where = sa.text(f"{COLUMN} IS NOT NULL")
    op.create_index(INDEX, "connections", [COLUMN], schema="crosswind", postgresql_where=where)


def downgrade() -> None:
    op.drop_index(INDEX, "connections", schema="crosswind")
    op.drop_column("connections", COLUMN, schema="crosswind")
