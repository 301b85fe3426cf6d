"""What scans found of personal data."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0007_findings"
down_revision = "0006_classification"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "findings",
        sa.Column("key", sa.BigInteger, sa.Identity(always=True), nullable=False),
        sa.Column("id", sa.Uuid, server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("tenant", sa.Text, nullable=False),
        sa.Column("asset_key", sa.BigInteger, nullable=False),
        sa.Column("column_key", sa.BigInteger, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("detail", sa.Text),
        sa.Column("confidence", sa.Float, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("status", sa.Text, server_default="proposed", nullable=False),
        sa.Column("first_seen", MOMENT, server_default=sa.func.now(), nullable=False),
        sa.Column("last_seen", MOMENT, server_default=sa.func.now(), nullable=False),
        sa.Column("last_scan", sa.BigInteger, nullable=False),
        sa.Column("gone_at", MOMENT),
        sa.Column("reviewed_by", sa.Text),
        sa.Column("reviewed_at", MOMENT),
        sa.Column("note", sa.Text),
        sa.Column("version", sa.Integer, server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_findings"),
        sa.UniqueConstraint("id", name="uq_findings_id"),
        sa.UniqueConstraint("column_key", "kind", name="uq_findings_column_key_kind"),
        sa.ForeignKeyConstraint(
            ["asset_key"], ["crosswind.assets.key"], name="fk_findings_asset_key", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["column_key"], ["crosswind.columns.key"], name="fk_findings_column_key", ondelete="CASCADE"
        ),
        schema="crosswind",
    )
    op.create_index("ix_findings_asset_key", "findings", ["asset_key"], schema="crosswind")
    op.create_index("ix_findings_tenant_status", "findings", ["tenant", "status", "kind"], schema="crosswind")
    op.create_table(
        "scans",
        sa.Column("key", sa.BigInteger, sa.Identity(always=True), nullable=False),
        sa.Column("tenant", sa.Text, nullable=False),
        sa.Column("task_id", sa.Text, nullable=False),
        sa.Column("connection_key", sa.BigInteger, nullable=False),
        sa.Column("try_number", sa.Integer, nullable=False),
        sa.Column("summary", JSONB),
        sa.Column("started_at", MOMENT, server_default=sa.func.clock_timestamp(), nullable=False),
        sa.Column("completed_at", MOMENT),
        sa.PrimaryKeyConstraint("key", name="pk_scans"),
        sa.UniqueConstraint("task_id", name="uq_scans_task_id"),
        sa.ForeignKeyConstraint(["connection_key"], ["crosswind.connections.key"], name="fk_scans_connection_key"),
        schema="crosswind",
    )
    op.create_index(
        "ix_scans_connection_key_completed_at", "scans", ["connection_key", "completed_at"], schema="crosswind"
    )
    op.create_table(
        "scan_batches",
        sa.Column("scan_key", sa.BigInteger, nullable=False),
        sa.Column("try_number", sa.Integer, nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("looked_at", ARRAY(sa.BigInteger), nullable=False),
        sa.Column("answer", JSONB, nullable=False),
        sa.PrimaryKeyConstraint("scan_key", "try_number", "sequence", name="pk_scan_batches"),
        sa.ForeignKeyConstraint(
            ["scan_key"], ["crosswind.scans.key"], name="fk_scan_batches_scan_key", ondelete="CASCADE"
        ),
        schema="crosswind",
    )


def downgrade() -> None:
    for table in ("scan_batches", "scans", "findings"):
        op.drop_table(table, schema="crosswind")
