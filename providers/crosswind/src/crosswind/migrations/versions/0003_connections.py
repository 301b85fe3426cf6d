"""The governed records of connections."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0003_connections"
down_revision = "0002_access"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "connections",
        sa.Column("key", sa.BigInteger, sa.Identity(always=True), nullable=False),
        sa.Column("tenant", sa.Text, nullable=False),
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("airflow_conn_id", sa.Text, nullable=False),
        sa.Column("adopted", sa.Boolean, server_default=sa.false(), nullable=False),
        sa.Column("name", sa.Text),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("sub_type", sa.Text, nullable=False),
        sa.Column("provider", sa.Text),
        sa.Column("owner", sa.Text),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("environment", sa.Text),
        sa.Column("ai_zone", sa.Text),
        sa.Column("region", sa.Text),
        sa.Column("data_classification", sa.Text),
        sa.Column("document", JSONB, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("updated", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True)),
        sa.Column("health", JSONB),
        sa.Column("checked_at", sa.DateTime(timezone=True)),
        sa.Column("discovery_next_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("key", name="pk_connections"),
        sa.UniqueConstraint("tenant", "id", name="uq_connections_tenant_id"),
        sa.UniqueConstraint("airflow_conn_id", name="uq_connections_airflow_conn_id"),
        schema="crosswind",
    )
    op.create_index(
        "uq_connections_tenant_name",
        "connections",
        ["tenant", "name"],
        unique=True,
        schema="crosswind",
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_connections_discovery_next_at",
        "connections",
        ["discovery_next_at"],
        schema="crosswind",
        postgresql_where=sa.text("discovery_next_at IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_table("connections", schema="crosswind")
