"""What a team needs: answers kept for retries, rate limits, retention."""

revision = "0009_team"
down_revision = "0008_compliance"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
