"""Classifications, and tags and classifications on columns."""

revision = "0006_classification"
down_revision = "0005_catalog"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
