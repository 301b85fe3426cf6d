"""Owners, domains, terms, data products, and tags that spread."""

revision = "0019_vocabulary"
down_revision = "0018_openlineage"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
