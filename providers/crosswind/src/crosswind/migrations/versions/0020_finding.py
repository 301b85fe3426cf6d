"""The words that assets are found by, with their parts of three letters, for what stands inside a word."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0020_finding"
down_revision = "0019_vocabulary"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "words",
        sa.Column("word", sa.Text(collation="C"), nullable=False),
        sa.Column("parts", ARRAY(sa.Text), nullable=False),
        sa.PrimaryKeyConstraint("word", name="pk_words"),
        schema="crosswind",
    )
    op.create_index("ix_words_parts", "words", ["parts"], schema="crosswind", postgresql_using="gin")
    op.create_table(
        "words_read",
        sa.Column("key", sa.Integer, nullable=False),
        sa.Column("up_to", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_words_read"),
        schema="crosswind",
    )


def downgrade() -> None:
    op.drop_table("words_read", schema="crosswind")
    op.drop_table("words", schema="crosswind")
