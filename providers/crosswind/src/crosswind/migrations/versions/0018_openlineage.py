"""What running jobs tell."""

revision = "0018_openlineage"
down_revision = "0017_imports"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
