"""Tasks without a connection, and imports of files."""

revision = "0017_imports"
down_revision = "0016_versions"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
