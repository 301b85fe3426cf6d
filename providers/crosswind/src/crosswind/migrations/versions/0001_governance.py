"""The audit: append-only by the database's own refusal, sealed in a chain per tenant."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0001_governance"
down_revision = None
branch_labels = None
depends_on = None

# A row may change once: from unsealed to sealed. Everything else is refused, whoever asks.
GUARD = """
CREATE FUNCTION crosswind.audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.hash IS NULL AND OLD.seq IS NULL AND NEW.hash IS NOT NULL AND NEW.seq IS NOT NULL
       AND to_jsonb(OLD) - 'hash' - 'previous' - 'seq' = to_jsonb(NEW) - 'hash' - 'previous' - 'seq' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'the audit is append-only: % refused', TG_OP USING ERRCODE = 'insufficient_privilege';
END $$
"""
TRIGGERS = (
    "CREATE TRIGGER audit_rows_stay BEFORE UPDATE OR DELETE ON crosswind.audit "
    "FOR EACH ROW EXECUTE FUNCTION crosswind.audit_is_append_only()",
    "CREATE TRIGGER audit_stays BEFORE TRUNCATE ON crosswind.audit "
    "FOR EACH STATEMENT EXECUTE FUNCTION crosswind.audit_is_append_only()",
)


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column("id", sa.BigInteger, sa.Identity(always=True), nullable=False),
        sa.Column("tenant", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.func.clock_timestamp(), nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("actor_kind", sa.Text, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("entity_type", sa.Text, nullable=False),
        sa.Column("entity_id", sa.Text, nullable=False),
        sa.Column("connection_id", sa.Text),
        sa.Column("before", JSONB(none_as_null=True)),
        sa.Column("after", JSONB(none_as_null=True)),
        sa.Column("request_id", sa.Text, nullable=False),
        sa.Column("seq", sa.BigInteger),
        sa.Column("previous", sa.LargeBinary),
        sa.Column("hash", sa.LargeBinary),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
        sa.UniqueConstraint("tenant", "seq", name="uq_audit_tenant_seq"),
        schema="crosswind",
    )
    op.create_index("ix_audit_tenant_id", "audit", ["tenant", "id"], schema="crosswind")
    op.create_index("ix_audit_tenant_connection_id", "audit", ["tenant", "connection_id", "id"], schema="crosswind")
    op.create_index("ix_audit_unsealed", "audit", ["id"], schema="crosswind", postgresql_where=sa.text("hash IS NULL"))
    op.create_table(
        "audit_heads",
        sa.Column("tenant", sa.Text, nullable=False),
        sa.Column("seq", sa.BigInteger, nullable=False),
        sa.Column("hash", sa.LargeBinary, nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", name="pk_audit_heads"),
        schema="crosswind",
    )
    op.execute(GUARD)
    for trigger in TRIGGERS:
        op.execute(trigger)


def downgrade() -> None:
    op.drop_table("audit_heads", schema="crosswind")
    op.drop_table("audit", schema="crosswind")
    op.execute("DROP FUNCTION crosswind.audit_is_append_only()")
