"""Events for readers, and webhooks."""

revision = "0015_outbox"
down_revision = "0014_scanned_columns"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
