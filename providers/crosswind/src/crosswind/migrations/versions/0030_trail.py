"""The audit is found by who, what and when; assets of large domains, terms and products are told in the background."""

import sqlalchemy as sa
from alembic import op

revision = "0030_trail"
down_revision = "0029_retold"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_audit_at", "audit", ["tenant", "at"], schema="crosswind")
    op.create_index("ix_audit_actor", "audit", ["tenant", "actor", "at"], schema="crosswind")
    op.create_index("ix_audit_action", "audit", ["tenant", sa.text("upper(action)"), "at"], schema="crosswind")
    op.create_index(
        "ix_audit_denied", "audit", ["tenant", "at"], schema="crosswind",
        postgresql_where=sa.text("outcome = 'denied'"),
    )  # fmt: skip
    op.create_table(
        "vocabulary_pending",
        sa.Column("key", sa.BigInteger, sa.Identity(always=True), nullable=False),
        sa.Column("tenant", sa.Text, nullable=False),
        sa.Column("noun", sa.Text, nullable=False),
        sa.Column("noun_key", sa.BigInteger, nullable=False),
        sa.Column("told", sa.Text, nullable=False),
        sa.Column("ends", sa.Boolean, nullable=False),
        sa.Column("beyond", sa.BigInteger, server_default="0", nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("author_name", sa.Text, nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_vocabulary_pending"),
        schema="crosswind",
    )
    op.create_index("ix_vocabulary_pending_noun", "vocabulary_pending", ["noun", "noun_key"], schema="crosswind")


def downgrade() -> None:
    op.drop_table("vocabulary_pending", schema="crosswind")
    for name in ("ix_audit_denied", "ix_audit_action", "ix_audit_actor", "ix_audit_at"):
        op.drop_index(name, "audit", schema="crosswind")
