"""When a scan first looked at a column: nothing found there means something only then."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0014_scanned_columns"
down_revision = "0013_compliance_schedule"
branch_labels = None
depends_on = None

SEEN = """
UPDATE crosswind.columns c SET scanned_at = f.seen
  FROM (SELECT column_key, min(first_seen) AS seen FROM crosswind.findings GROUP BY column_key) f
 WHERE f.column_key = c.key
"""


def upgrade() -> None:
    op.add_column("columns", sa.Column("scanned_at", sa.DateTime(timezone=True)), schema="crosswind")
    op.execute(SEEN)
    empty: sa.Column[list[int]] = sa.Column(
        "empty", ARRAY(sa.BigInteger), nullable=False, server_default=sa.text("'{}'")
    )
    op.add_column("scan_batches", empty, schema="crosswind")


def downgrade() -> None:
    op.drop_column("scan_batches", "empty", schema="crosswind")
    op.drop_column("columns", "scanned_at", schema="crosswind")
