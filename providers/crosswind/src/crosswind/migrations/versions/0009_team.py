"""What a team needs: answers kept for retries, rate limits, and an audit that may lose its oldest rows."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0009_team"
down_revision = "0008_compliance"
branch_labels = None
depends_on = None

# Beside sealing, a row may go once a checkpoint of its tenant stands at or after it.
GUARD = """
CREATE OR REPLACE FUNCTION crosswind.audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.hash IS NULL AND OLD.seq IS NULL AND NEW.hash IS NOT NULL AND NEW.seq IS NOT NULL
       AND to_jsonb(OLD) - 'hash' - 'previous' - 'seq' = to_jsonb(NEW) - 'hash' - 'previous' - 'seq' THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE' AND OLD.hash IS NOT NULL AND EXISTS (
        SELECT 1 FROM crosswind.audit_checkpoints c WHERE c.tenant = OLD.tenant AND c.seq >= OLD.seq) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'the audit is append-only: % refused', TG_OP USING ERRCODE = 'insufficient_privilege';
END $$
"""
GUARD_BEFORE = """
CREATE OR REPLACE FUNCTION crosswind.audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.hash IS NULL AND OLD.seq IS NULL AND NEW.hash IS NOT NULL AND NEW.seq IS NOT NULL
       AND to_jsonb(OLD) - 'hash' - 'previous' - 'seq' = to_jsonb(NEW) - 'hash' - 'previous' - 'seq' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'the audit is append-only: % refused', TG_OP USING ERRCODE = 'insufficient_privilege';
END $$
"""
CHECKPOINTS_STAY = """
CREATE FUNCTION crosswind.audit_checkpoints_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit''s checkpoints are append-only: % refused', TG_OP
        USING ERRCODE = 'insufficient_privilege';
END $$
"""
TRIGGERS = (
    "CREATE TRIGGER audit_checkpoints_stay BEFORE UPDATE OR DELETE ON crosswind.audit_checkpoints "
    "FOR EACH ROW EXECUTE FUNCTION crosswind.audit_checkpoints_stay()",
    "CREATE TRIGGER audit_checkpoints_all_stay BEFORE TRUNCATE ON crosswind.audit_checkpoints "
    "FOR EACH STATEMENT EXECUTE FUNCTION crosswind.audit_checkpoints_stay()",
)


def upgrade() -> None:
    op.add_column("api_keys", sa.Column("rate_limit", sa.Integer), schema="crosswind")
    op.create_table(
        "kept_answers",
        sa.Column("hash", sa.LargeBinary, nullable=False),
        sa.Column("tenant", sa.Text, nullable=False),
        sa.Column("fingerprint", sa.LargeBinary, nullable=False),
        sa.Column("status", sa.Integer, nullable=False),
        sa.Column("headers", JSONB, nullable=False),
        sa.Column("body", sa.LargeBinary),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.PrimaryKeyConstraint("hash", name="pk_kept_answers"),
        schema="crosswind",
    )
    op.create_index("ix_kept_answers_at", "kept_answers", ["at"], schema="crosswind")
    op.create_index("ix_kept_answers_tenant", "kept_answers", ["tenant", "at"], schema="crosswind")
    op.create_table(
        "rate_buckets",
        sa.Column("caller", sa.Text, nullable=False),
        sa.Column("tokens", sa.Double, nullable=False),
        sa.Column("granted", sa.Integer, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("caller", name="pk_rate_buckets"),
        schema="crosswind",
        prefixes=["UNLOGGED"],
    )
    op.create_index("ix_rate_buckets_at", "rate_buckets", ["at"], schema="crosswind")
    op.create_table(
        "audit_checkpoints",
        sa.Column("tenant", sa.Text, nullable=False),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("seq", sa.BigInteger, nullable=False),
        sa.Column("anchor", sa.LargeBinary, nullable=False),
        sa.Column("rows", sa.BigInteger, nullable=False),
        sa.Column("older_than", sa.DateTime(timezone=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("hash", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "number", name="pk_audit_checkpoints"),
        schema="crosswind",
    )
    op.create_index("ix_audit_checkpoints_tenant_seq", "audit_checkpoints", ["tenant", "seq"], schema="crosswind")
    op.execute(GUARD)
    op.execute(CHECKPOINTS_STAY)
    for trigger in TRIGGERS:
        op.execute(trigger)


def downgrade() -> None:
    op.execute(GUARD_BEFORE)
    op.drop_table("audit_checkpoints", schema="crosswind")
    op.execute("DROP FUNCTION crosswind.audit_checkpoints_stay()")
    op.drop_table("rate_buckets", schema="crosswind")
    op.drop_table("kept_answers", schema="crosswind")
    op.drop_column("api_keys", "rate_limit", schema="crosswind")
