"""Tasks, and the leases of the Airflow tasks that work for them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0004_tasks"
down_revision = "0003_connections"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "tasks",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("tenant", sa.Text, nullable=False),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("priority", sa.Integer, nullable=False),
        sa.Column("payload", JSONB, nullable=False),
        sa.Column("connection_key", sa.BigInteger, nullable=False),
        sa.Column("dag_id", sa.Text, nullable=False),
        sa.Column("run_id", sa.Text, nullable=False),
        sa.Column("requested_by", sa.Text, nullable=False),
        sa.Column("progress", sa.Integer, nullable=False),
        sa.Column("result", JSONB),
        sa.Column("error", JSONB),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True)),
        sa.Column("finished_at", sa.DateTime(timezone=True)),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_tasks"),
        sa.UniqueConstraint("dag_id", "run_id", name="uq_tasks_dag_id_run_id"),
        sa.ForeignKeyConstraint(
            ["connection_key"], ["crosswind.connections.key"], name="fk_tasks_connection_key", ondelete="CASCADE"
        ),
        schema="crosswind",
    )
    newest = sa.text("created_at DESC")
    op.create_index("ix_tasks_tenant_created_at", "tasks", ["tenant", newest, sa.text("id DESC")], schema="crosswind")
    op.create_index("ix_tasks_connection_key_created_at", "tasks", ["connection_key", newest], schema="crosswind")
    op.create_index(
        "ix_tasks_open",
        "tasks",
        ["created_at"],
        schema="crosswind",
        postgresql_where=sa.text("status IN ('PENDING', 'RUNNING')"),
    )
    op.create_table(
        "leases",
        sa.Column("token_hash", sa.LargeBinary, nullable=False),
        sa.Column("task_id", sa.Text, nullable=False),
        sa.Column("tenant", sa.Text, nullable=False),
        sa.Column("try_number", sa.Integer, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_why", sa.Text),
        sa.PrimaryKeyConstraint("token_hash", name="pk_leases"),
        sa.ForeignKeyConstraint(["task_id"], ["crosswind.tasks.id"], name="fk_leases_task_id", ondelete="CASCADE"),
        schema="crosswind",
    )
    op.create_index("ix_leases_task_id", "leases", ["task_id"], schema="crosswind")


def downgrade() -> None:
    op.drop_table("leases", schema="crosswind")
    op.drop_table("tasks", schema="crosswind")
