"""Tasks without a connection, uploaded files, and imports of files."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0017_imports"
down_revision = "0016_versions"
branch_labels = None
depends_on = None

NOW = sa.func.now()
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.alter_column("tasks", "connection_key", nullable=True, schema="crosswind")
    _uploads()
    _imports()


def _uploads() -> None:
    op.create_table(
        "uploads",
        sa.Column("id", sa.Uuid, server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("tenant", sa.Text, nullable=False),
        sa.Column("name", sa.Text),
        sa.Column("size", sa.BigInteger, server_default="0", nullable=False),
        sa.Column("parts", sa.Integer, server_default="0", nullable=False),
        sa.Column("created_by", sa.Text, nullable=False),
        sa.Column("created_at", MOMENT, server_default=NOW, nullable=False),
        sa.Column("completed_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_uploads"),
        schema="crosswind",
    )
    op.create_index("ix_uploads_tenant", "uploads", ["tenant", "created_at"], schema="crosswind")
    op.create_table(
        "upload_parts",
        sa.Column("upload_id", sa.Uuid, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("upload_id", "number", name="pk_upload_parts"),
        sa.ForeignKeyConstraint(
            ["upload_id"], ["crosswind.uploads.id"], name="fk_upload_parts_upload_id", ondelete="CASCADE"
        ),
        schema="crosswind",
    )
    op.execute("ALTER TABLE crosswind.upload_parts ALTER COLUMN data SET STORAGE EXTERNAL")


def _imports() -> None:
    op.create_table(
        "imports",
        sa.Column("task_id", sa.Text, nullable=False),
        sa.Column("tenant", sa.Text, nullable=False),
        sa.Column("requested_by", sa.Text, nullable=False),
        sa.Column("scope", JSONB, nullable=False),
        sa.Column("source_identity", sa.Text),
        sa.Column("sequence", sa.Integer, server_default="0", nullable=False),
        sa.Column("lines", sa.BigInteger, server_default="0", nullable=False),
        sa.Column("counts", JSONB, server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column("digest", sa.Text),
        sa.Column("answer", JSONB),
        sa.Column("started_at", MOMENT, server_default=NOW, nullable=False),
        sa.Column("completed_at", MOMENT),
        sa.PrimaryKeyConstraint("task_id", name="pk_imports"),
        sa.ForeignKeyConstraint(["task_id"], ["crosswind.tasks.id"], name="fk_imports_task_id", ondelete="CASCADE"),
        schema="crosswind",
    )
    op.create_table(
        "import_errors",
        sa.Column("task_id", sa.Text, nullable=False),
        sa.Column("line", sa.BigInteger, nullable=False),
        sa.Column("field", sa.Text, nullable=False),
        sa.Column("message", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("task_id", "line", name="pk_import_errors"),
        sa.ForeignKeyConstraint(
            ["task_id"], ["crosswind.imports.task_id"], name="fk_import_errors_task_id", ondelete="CASCADE"
        ),
        schema="crosswind",
    )


def downgrade() -> None:
    for table in ("import_errors", "imports", "upload_parts", "uploads"):
        op.drop_table(table, schema="crosswind")
    op.execute("DELETE FROM crosswind.tasks WHERE connection_key IS NULL")
    op.alter_column("tasks", "connection_key", nullable=False, schema="crosswind")
