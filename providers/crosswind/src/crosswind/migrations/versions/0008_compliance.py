"""Violations of compliance rules, and the scans that found them."""

revision = "0008_compliance"
down_revision = "0007_findings"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
