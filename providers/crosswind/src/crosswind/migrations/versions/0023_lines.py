"""From which line of a file an asset was last written, in short, so that the same line need not be read again."""

import sqlalchemy as sa
from alembic import op

revision = "0023_lines"
down_revision = "0021_waivers"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("assets", sa.Column("line_digest", sa.Text), schema="crosswind")


def downgrade() -> None:
    op.drop_column("assets", "line_digest", schema="crosswind")
