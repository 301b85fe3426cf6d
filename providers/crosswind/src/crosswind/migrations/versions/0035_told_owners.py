"""Assets repeat the owners that their source tells, so that searches and facets find and count them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0035_told_owners"
down_revision = "0033_reached"
branch_labels = None
depends_on = None

# A name, a list of names, or a list of objects with one, as lines of files may have them too. A trigger, as it costs
# writers of other assets nothing that can be measured, and no table is rewritten.
REPEAT = """
CREATE FUNCTION crosswind.repeat_owners() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.source_owners := nullif(
        jsonb_path_query_array(NEW.source_facts, '$.owner[0 to 19] ? (@.type() == "string" && @ != "")')
        || jsonb_path_query_array(NEW.source_facts, '$.owner[0 to 19].name ? (@.type() == "string" && @ != "")'), '[]');
    RETURN NEW;
END $$
"""
TRIGGERS = (
    "CREATE TRIGGER assets_owners_made BEFORE INSERT ON crosswind.assets FOR EACH ROW "
    "WHEN (NEW.source_facts ? 'owner') EXECUTE FUNCTION crosswind.repeat_owners()",
    "CREATE TRIGGER assets_owners_told BEFORE UPDATE OF source_facts ON crosswind.assets FOR EACH ROW "
    "WHEN (OLD.source_facts -> 'owner' IS DISTINCT FROM NEW.source_facts -> 'owner') "
    "EXECUTE FUNCTION crosswind.repeat_owners()",
)
AGAIN = """
CREATE TRIGGER assets_owners_again BEFORE UPDATE OF source_facts ON crosswind.assets FOR EACH ROW
WHEN (NEW.source_facts ? 'owner') EXECUTE FUNCTION crosswind.repeat_owners()
"""


def upgrade() -> None:
    op.add_column("assets", sa.Column("source_owners", JSONB), schema="crosswind")
    op.execute(REPEAT)
    op.execute(AGAIN)
    op.execute("UPDATE crosswind.assets SET source_facts = source_facts WHERE source_facts ? 'owner'")
    op.execute("DROP TRIGGER assets_owners_again ON crosswind.assets")
    op.create_index(
        "ix_assets_source_owners", "assets", [sa.text("(lower(source_owners::text)::jsonb)")],
        schema="crosswind", postgresql_using="gin", postgresql_where=sa.text("source_owners IS NOT NULL"),
    )  # fmt: skip
    for statement in TRIGGERS:
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TRIGGER assets_owners_made ON crosswind.assets")
    op.execute("DROP TRIGGER assets_owners_told ON crosswind.assets")
    op.execute("DROP FUNCTION crosswind.repeat_owners()")
    op.drop_index("ix_assets_source_owners", "assets", schema="crosswind")
    op.drop_column("assets", "source_owners", schema="crosswind")
