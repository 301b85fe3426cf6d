"""Versions of assets, and relationships that people make."""

revision = "0016_versions"
down_revision = "0015_outbox"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
