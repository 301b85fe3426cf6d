"""Violations that are accepted for a time."""

revision = "0021_waivers"
down_revision = "0020_finding"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
