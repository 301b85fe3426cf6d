"""Words with their parts of three letters, and lists that an index alone counts and pages."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0020_finding"
down_revision = "0019_vocabulary"
branch_labels = None
depends_on = None


LISTS = {"ix_assets_updated": ["tenant"], "ix_assets_type": ["tenant", "type"]}


def upgrade() -> None:
    _lists(include=["connection_key"])
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
    _lists(include=None)
    op.drop_table("words_read", schema="crosswind")
    op.drop_table("words", schema="crosswind")


def _lists(include: list[str] | None) -> None:
    """Whose connection may be seen stands in the index beside the order, or no longer."""
    for name, first in LISTS.items():
        op.drop_index(name, "assets", schema="crosswind")
        op.create_index(
            name, "assets", [*first, sa.text("updated_at DESC"), sa.text("key DESC")], schema="crosswind",
            postgresql_where=sa.text("removed_at IS NULL"), postgresql_include=include,
        )  # fmt: skip
