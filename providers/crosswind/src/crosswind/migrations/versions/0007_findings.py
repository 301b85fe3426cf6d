"""What scans found of personal data."""

revision = "0007_findings"
down_revision = "0006_classification"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
