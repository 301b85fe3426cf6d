"""API keys, members, grants, and what guards the login."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0002_access"
down_revision = "0001_governance"
branch_labels = None
depends_on = None


def _when(name: str, *, nullable: bool = True) -> sa.Column[Any]:
    default = None if nullable else sa.func.now()
    return sa.Column(name, sa.DateTime(timezone=True), server_default=default, nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "api_keys",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("tenant", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("prefix", sa.Text, nullable=False),
        sa.Column("hash", sa.LargeBinary, nullable=False),
        sa.Column("owner", sa.Text),
        sa.Column("scopes", ARRAY(sa.Text)),
        sa.Column("created_by", sa.Text, nullable=False),
        _when("created_at", nullable=False),
        _when("expires_at"),
        _when("revoked_at"),
        _when("last_used_at"),
        sa.PrimaryKeyConstraint("id", name="pk_api_keys"),
        sa.UniqueConstraint("hash", name="uq_api_keys_hash"),
        sa.CheckConstraint("owner IS NOT NULL OR scopes IS NOT NULL", name="ck_api_keys_worth"),
        schema="crosswind",
    )
    op.create_index("ix_api_keys_tenant", "api_keys", ["tenant", "created_at"], schema="crosswind")
    op.create_table(
        "members",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("tenant", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("roles", ARRAY(sa.Text), nullable=False),
        sa.Column("created_by", sa.Text, nullable=False),
        _when("created_at", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_members"),
        sa.UniqueConstraint("subject", "tenant", name="uq_members_subject"),
        schema="crosswind",
    )
    op.create_table(
        "grants",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("tenant", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("attribute", sa.Text, nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.Column("created_by", sa.Text, nullable=False),
        _when("created_at", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_grants"),
        sa.UniqueConstraint("subject", "tenant", "attribute", "value", name="uq_grants_subject"),
        schema="crosswind",
    )
    op.create_table(
        "login_attempts",
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        _when("since", nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_login_attempts"),
        schema="crosswind",
    )
    op.create_index("ix_login_attempts_since", "login_attempts", ["since"], schema="crosswind")
    op.create_table(
        "login_tickets",
        sa.Column("hash", sa.LargeBinary, nullable=False),
        sa.Column("tenant", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("next_path", sa.Text, nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("hash", name="pk_login_tickets"),
        schema="crosswind",
    )
    op.create_table(
        "refresh_tokens",
        sa.Column("hash", sa.LargeBinary, nullable=False),
        sa.Column("family", sa.Text, nullable=False),
        sa.Column("tenant", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        _when("used_at"),
        _when("revoked_at"),
        sa.PrimaryKeyConstraint("hash", name="pk_refresh_tokens"),
        schema="crosswind",
    )
    op.create_index("ix_refresh_tokens_family", "refresh_tokens", ["family"], schema="crosswind")
    op.create_index("ix_refresh_tokens_subject", "refresh_tokens", ["subject"], schema="crosswind")
    op.create_table(
        "role_seeds",
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("permission", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("role", "permission", name="pk_role_seeds"),
        schema="crosswind",
    )


def downgrade() -> None:
    for table in ("role_seeds", "refresh_tokens", "login_tickets", "login_attempts", "grants", "members", "api_keys"):
        op.drop_table(table, schema="crosswind")
