"""Owners, domains, terms, data products, and tags that spread."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0019_vocabulary"
down_revision = "0018_openlineage"
branch_labels = None
depends_on = None

SCHEMA = "crosswind"
NONE = sa.text("'{}'::text[]")
LINKS = {
    "asset_domains": (("asset_key", "assets"), ("domain_key", "domains")),
    "asset_terms": (("asset_key", "assets"), ("term_key", "terms")),
    "column_terms": (("column_key", "columns"), ("term_key", "terms")),
    "related_terms": (("term_key", "terms"), ("related_key", "terms")),
    "product_assets": (("product_key", "data_products"), ("asset_key", "assets")),
}


def upgrade() -> None:
    owner = ("owner_kind", "owner_name")
    _spoken("domains", *(sa.Column(name, sa.Text) for name in owner))
    _spoken("terms", sa.Column("synonyms", ARRAY(sa.Text), server_default=NONE, nullable=False))
    _spoken("data_products", *(sa.Column(name, sa.Text) for name in owner))
    _owners()
    for table, ends in LINKS.items():
        _link(table, ends)
    op.create_index("ix_asset_domains_domain_key", "asset_domains", ["domain_key", "asset_key"], schema=SCHEMA)
    op.create_index("ix_asset_terms_term_key", "asset_terms", ["term_key", "asset_key"], schema=SCHEMA)
    op.create_index("ix_column_terms_term_key", "column_terms", ["term_key", "column_key"], schema=SCHEMA)
    op.create_index("ix_related_terms_related_key", "related_terms", ["related_key"], schema=SCHEMA)
    op.create_index("ix_product_assets_asset_key", "product_assets", ["asset_key"], schema=SCHEMA)
    _spreading()


def downgrade() -> None:
    op.drop_column("assets", "propagated_tags", schema=SCHEMA)
    for name in ("propagation_depth", "propagates"):
        op.drop_column("tags", name, schema=SCHEMA)
    for table in ("propagation_due", "propagated_tags", *LINKS, "asset_owners", "data_products", "terms", "domains"):
        op.drop_table(table, schema=SCHEMA)


def _moment(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False)


def _number(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.BigInteger, nullable=False)


def _to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{SCHEMA}.{target}.key"], name=f"fk_{table}_{column}", ondelete="CASCADE"
    )


def _spoken(table: str, *more: sa.Column[Any]) -> None:
    op.create_table(
        table,
        sa.Column("key", sa.BigInteger, sa.Identity(always=True), nullable=False),
        sa.Column("id", sa.Uuid, server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("tenant", sa.Text, nullable=False),
        sa.Column("name", sa.Text(collation="C"), nullable=False),
        sa.Column("description", sa.Text),
        *more,
        sa.Column("version", sa.Integer, server_default="1", nullable=False),
        _moment("created_at"),
        sa.Column("created_by", sa.Text),
        _moment("updated_at"),
        sa.PrimaryKeyConstraint("key", name=f"pk_{table}"),
        sa.UniqueConstraint("id", name=f"uq_{table}_id"),
        sa.UniqueConstraint("tenant", "name", name=f"uq_{table}_tenant_name"),
        schema=SCHEMA,
    )


def _owners() -> None:
    op.create_table(
        "asset_owners",
        _number("asset_key"),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("name", sa.Text(collation="C"), nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("tenant", sa.Text, nullable=False),
        _moment("since"),
        sa.PrimaryKeyConstraint("asset_key", "kind", "name", "role", name="pk_asset_owners"),
        _to("asset_owners", "asset_key", "assets"),
        schema=SCHEMA,
    )
    op.create_index(
        "ix_asset_owners_name", "asset_owners", ["tenant", sa.text("lower(name)"), "asset_key"], schema=SCHEMA
    )


def _link(table: str, ends: tuple[tuple[str, str], ...]) -> None:
    columns = [column for column, _ in ends]
    alone = table == "asset_domains"
    op.create_table(
        table,
        *(_number(column) for column in columns),
        sa.PrimaryKeyConstraint(*(columns[:1] if alone else columns), name=f"pk_{table}"),
        *(_to(table, column, target) for column, target in ends),
        schema=SCHEMA,
    )


def _spreading() -> None:
    op.create_table(
        "propagated_tags",
        _number("asset_key"),
        _number("tag_key"),
        _number("from_key"),
        sa.Column("depth", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("asset_key", "tag_key", name="pk_propagated_tags"),
        _to("propagated_tags", "tag_key", "tags"),
        schema=SCHEMA,
    )
    op.create_index("ix_propagated_tags_tag_key", "propagated_tags", ["tag_key", "asset_key"], schema=SCHEMA)
    op.create_table(
        "propagation_due",
        sa.Column("key", sa.BigInteger, sa.Identity(always=True), nullable=False),
        _number("tag_key"),
        _moment("marked_at"),
        sa.PrimaryKeyConstraint("key", name="pk_propagation_due"),
        schema=SCHEMA,
    )
    op.add_column("tags", sa.Column("propagates", sa.Text), schema=SCHEMA)
    op.add_column("tags", sa.Column("propagation_depth", sa.Integer), schema=SCHEMA)
    reached: sa.Column[Any] = sa.Column("propagated_tags", ARRAY(sa.Text), server_default=NONE, nullable=False)
    op.add_column("assets", reached, schema=SCHEMA)
    op.create_index(
        "ix_assets_propagated_tags", "assets", ["propagated_tags"], schema=SCHEMA, postgresql_using="gin",
        postgresql_where=sa.text("propagated_tags <> '{}'"),
    )  # fmt: skip
