"""Tags that reached columns along column lineage."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0033_reached"
down_revision = "0032_was"
branch_labels = None
depends_on = None

SCHEMA = "crosswind"
TABLE = "propagated_column_tags"


def upgrade() -> None:
    op.create_table(
        TABLE,
        _number("asset_key"),
        _number("column_key"),
        _number("tag_key"),
        _number("from_key"),
        sa.Column("depth", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("asset_key", "column_key", "tag_key", name=f"pk_{TABLE}"),
        sa.ForeignKeyConstraint(["tag_key"], [f"{SCHEMA}.tags.key"], name=f"fk_{TABLE}_tag_key", ondelete="CASCADE"),
        schema=SCHEMA,
    )
    op.create_index(f"ix_{TABLE}_tag_key", TABLE, ["tag_key", "column_key"], schema=SCHEMA)


def downgrade() -> None:
    op.execute(
        "UPDATE crosswind.assets a SET propagated_tags = ARRAY("
        "SELECT t.name FROM crosswind.propagated_tags p JOIN crosswind.tags t ON t.key = p.tag_key"
        " WHERE p.asset_key = a.key ORDER BY t.name)"
        " WHERE a.key IN (SELECT asset_key FROM crosswind.propagated_column_tags)"
    )
    op.drop_table(TABLE, schema=SCHEMA)


def _number(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.BigInteger, nullable=False)
