"""Search and lists at a million assets."""

revision = "0020_finding"
down_revision = "0019_vocabulary"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
