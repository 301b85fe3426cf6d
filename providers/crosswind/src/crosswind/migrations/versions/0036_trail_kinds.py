"""The audit is found by what it tells of."""

import sqlalchemy as sa
from alembic import op

revision = "0036_trail_kinds"
down_revision = "0035_told_owners"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_audit_kind", "audit", ["tenant", sa.text("upper(entity_type)"), "at"], schema="crosswind")


def downgrade() -> None:
    op.drop_index("ix_audit_kind", "audit", schema="crosswind")
