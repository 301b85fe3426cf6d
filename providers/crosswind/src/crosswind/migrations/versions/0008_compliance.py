"""Violations of compliance rules, the evaluations that found them, and when a connection's secret last changed."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0008_compliance"
down_revision = "0007_findings"
branch_labels = None
depends_on = None

SCHEMA = "crosswind"
OLDEST_KNOWN = """
UPDATE crosswind.connections SET credentials_updated_at = coalesce(
  (SELECT max(at) FROM crosswind.audit
   WHERE audit.tenant = connections.tenant AND connection_id = connections.id AND entity_type = 'connection'
     AND action IN ('create', 'credentials') AND outcome = 'success'),
  created) WHERE NOT adopted
"""


def upgrade() -> None:
    _evaluations()
    _violations()
    op.add_column("connections", sa.Column("credentials_updated_at", sa.DateTime(timezone=True)), schema=SCHEMA)
    op.execute(OLDEST_KNOWN)


def downgrade() -> None:
    op.drop_column("connections", "credentials_updated_at", schema=SCHEMA)
    op.drop_table("violations", schema=SCHEMA)
    op.drop_table("evaluations", schema=SCHEMA)


def _key() -> sa.Column[Any]:
    return sa.Column("key", sa.BigInteger, sa.Identity(always=True), nullable=False)


def _text(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Text, nullable=nullable)


def _moment(name: str, *, nullable: bool = True) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _refers(table: str, column: str, target: str, ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_{column}_{target}"
    return sa.ForeignKeyConstraint([column], [f"{SCHEMA}.{target}.key"], name=name, ondelete=ondelete)


def _evaluations() -> None:
    table = "evaluations"
    now = sa.func.clock_timestamp()
    op.create_table(
        table,
        _key(),
        _text("tenant"),
        sa.Column("connection_key", sa.BigInteger, nullable=False),
        _text("task_id", nullable=True),
        _text("cause"),
        sa.Column("source_facts", JSONB),
        sa.Column("results", JSONB, nullable=False),
        sa.Column("completed_at", sa.DateTime(timezone=True), server_default=now, nullable=False),
        _refers(table, "connection_key", "connections"),
        sa.PrimaryKeyConstraint("key", name=f"pk_{table}"),
        schema=SCHEMA,
    )
    for column in ("connection_key", "tenant"):
        op.create_index(f"ix_{table}_{column}_completed_at", table, [column, "completed_at"], schema=SCHEMA)


def _violations() -> None:
    table = "violations"
    op.create_table(
        table,
        _key(),
        sa.Column("id", sa.Uuid, server_default=sa.text("gen_random_uuid()"), nullable=False),
        _text("tenant"),
        sa.Column("connection_key", sa.BigInteger, nullable=False),
        sa.Column("rule", sa.Text(collation="C"), nullable=False),
        sa.Column("rule_version", sa.Integer, nullable=False),
        sa.Column("asset_key", sa.BigInteger),
        sa.Column("column_key", sa.BigInteger),
        _text("severity"),
        _text("status"),
        _text("owner", nullable=True),
        sa.Column("evidence", JSONB, nullable=False),
        _moment("first_seen", nullable=False),
        _moment("last_seen"),
        _moment("closed_at"),
        _text("closed_why", nullable=True),
        sa.Column("version", sa.Integer, server_default="1", nullable=False),
        _refers(table, "connection_key", "connections"),
        _refers(table, "asset_key", "assets", "CASCADE"),
        _refers(table, "column_key", "columns", "CASCADE"),
        sa.PrimaryKeyConstraint("key", name=f"pk_{table}"),
        sa.UniqueConstraint("id", name=f"uq_{table}_id"),
        sa.UniqueConstraint(
            "connection_key", "rule", "asset_key", "column_key",
            name=f"uq_{table}_place", postgresql_nulls_not_distinct=True,
        ),
        schema=SCHEMA,
    )  # fmt: skip
    _indexes(table)


def _indexes(table: str) -> None:
    opened = sa.text("status = 'open'")
    op.create_index(
        f"ix_{table}_open", table, ["tenant", "connection_key", "rule"], schema=SCHEMA, postgresql_where=opened
    )
    newest: list[str | sa.TextClause] = ["tenant", sa.text("first_seen DESC"), sa.text("key DESC")]
    op.create_index(f"ix_{table}_first_seen", table, newest, schema=SCHEMA)
    for column in ("asset_key", "column_key"):
        where = sa.text(f"{column} IS NOT NULL")
        op.create_index(f"ix_{table}_{column}", table, [column], schema=SCHEMA, postgresql_where=where)
