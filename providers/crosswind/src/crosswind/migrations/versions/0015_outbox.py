"""Events for readers, and webhooks."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0015_outbox"
down_revision = "0014_scanned_columns"
branch_labels = None
depends_on = None

NOW = sa.func.clock_timestamp()
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger, sa.Identity(always=True), nullable=False),
        sa.Column("tenant", sa.Text, nullable=False),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("entity_type", sa.Text, nullable=False),
        sa.Column("entity_id", sa.Text, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("data", JSONB, server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column("connection_key", sa.BigInteger),
        sa.Column("at", MOMENT, server_default=NOW, nullable=False),
        sa.Column("seq", sa.BigInteger),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        schema="crosswind",
    )
    op.create_index(
        "ix_outbox_unpublished", "outbox", ["id"], schema="crosswind", postgresql_where=sa.text("seq IS NULL")
    )
    op.create_index(
        "uq_outbox_seq", "outbox", ["seq"], unique=True, schema="crosswind",
        postgresql_where=sa.text("seq IS NOT NULL"),
    )  # fmt: skip
    op.create_table(
        "outbox_head",
        sa.Column("key", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger, server_default="0", nullable=False),
        sa.Column("forgotten", sa.BigInteger, server_default="0", nullable=False),
        sa.Column("published_at", MOMENT, server_default=NOW, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_outbox_head"),
        sa.CheckConstraint("key = 1", name="ck_outbox_head_one"),
        schema="crosswind",
    )
    op.execute("INSERT INTO crosswind.outbox_head (key) VALUES (1)")
    _webhooks()


def _webhooks() -> None:
    op.create_table(
        "webhooks",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("tenant", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("events", ARRAY(sa.Text), nullable=False),
        sa.Column("asset_id", sa.Text),
        sa.Column("secret", sa.Text, nullable=False),
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("status", sa.Text, server_default="active", nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("delivered_seq", sa.BigInteger, nullable=False),
        sa.Column("missed", sa.BigInteger, server_default="0", nullable=False),
        sa.Column("failures", sa.Integer, server_default="0", nullable=False),
        sa.Column("failing_since", MOMENT),
        sa.Column("next_at", MOMENT),
        sa.Column("delivered_at", MOMENT),
        sa.Column("version", sa.Integer, server_default="1", nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.func.now(), nullable=False),
        sa.Column("updated_at", MOMENT, server_default=sa.func.now(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_webhooks"),
        schema="crosswind",
    )
    op.create_index("ix_webhooks_tenant", "webhooks", ["tenant", "created_at", "id"], schema="crosswind")
    op.create_table(
        "webhook_deliveries",
        sa.Column("key", sa.BigInteger, sa.Identity(always=True), nullable=False),
        sa.Column("webhook_id", sa.Text, nullable=False),
        sa.Column("tenant", sa.Text, nullable=False),
        sa.Column("seq", sa.BigInteger, nullable=False),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("entity_id", sa.Text, nullable=False),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("status", sa.Integer),
        sa.Column("error", sa.Text),
        sa.Column("duration_ms", sa.Integer, nullable=False),
        sa.Column("at", MOMENT, server_default=NOW, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_webhook_deliveries"),
        sa.ForeignKeyConstraint(
            ["webhook_id"], ["crosswind.webhooks.id"], name="fk_webhook_deliveries_webhook_id", ondelete="CASCADE"
        ),
        schema="crosswind",
    )
    op.create_index(
        "ix_webhook_deliveries_webhook_id", "webhook_deliveries", ["webhook_id", sa.text("key DESC")],
        schema="crosswind",
    )  # fmt: skip
    op.create_index("ix_webhook_deliveries_at", "webhook_deliveries", ["at"], schema="crosswind")


def downgrade() -> None:
    for table in ("webhook_deliveries", "webhooks", "outbox_head", "outbox"):
        op.drop_table(table, schema="crosswind")
