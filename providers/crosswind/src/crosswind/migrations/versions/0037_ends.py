"""The ends of relationships are kept by triggers, and assets are found by name without a look at their rows."""

from alembic import op

revision = "0037_ends"
down_revision = "0036_trail_kinds"
branch_labels = None
depends_on = None

ENDS = ("source_key", "target_key")
# Whoever deletes assets waits for those who join assets, and they for it: so neither misses what the other does.
HOLD = """
CREATE FUNCTION crosswind.hold_relationships() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    LOCK TABLE crosswind.relationships IN SHARE ROW EXCLUSIVE MODE;
    RETURN NULL;
END $$
"""
FOLLOW = """
CREATE FUNCTION crosswind.follow_assets() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM crosswind.relationships WHERE source_key = ANY(ARRAY(SELECT key FROM gone));
    DELETE FROM crosswind.relationships WHERE target_key = ANY(ARRAY(SELECT key FROM gone));
    RETURN NULL;
END $$
"""
JOIN = """
CREATE FUNCTION crosswind.join_assets() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM crosswind.assets WHERE key = NEW.source_key)
       OR NEW.target_key IS NOT NULL AND NOT EXISTS (SELECT FROM crosswind.assets WHERE key = NEW.target_key) THEN
        RAISE foreign_key_violation USING
            MESSAGE = 'a relationship joins an asset that is no longer there',
            SCHEMA = 'crosswind', TABLE = 'relationships', CONSTRAINT = 'relationships_joined';
    END IF;
    RETURN NULL;
END $$
"""
# The statement that writes the edges of a file finds their ends itself, under a lock that is taken before it.
TRIGGERS = {
    "assets_held": ("assets", "BEFORE DELETE", "FOR EACH STATEMENT EXECUTE FUNCTION crosswind.hold_relationships()"),
    "assets_followed": (
        "assets", "AFTER DELETE",
        "REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION crosswind.follow_assets()",
    ),
    "relationships_joined": (
        "relationships", "AFTER INSERT",
        "FOR EACH ROW WHEN (NEW.origin <> 'import') EXECUTE FUNCTION crosswind.join_assets()",
    ),
    "relationships_rejoined": (
        "relationships", "AFTER UPDATE OF source_key, target_key",
        "FOR EACH ROW WHEN (NEW.origin <> 'import' AND "
        "(OLD.source_key, OLD.target_key) IS DISTINCT FROM (NEW.source_key, NEW.target_key)) "
        "EXECUTE FUNCTION crosswind.join_assets()",
    ),
}  # fmt: skip
NAMED = "ALTER TABLE crosswind.assets ADD CONSTRAINT uq_assets_tenant_qualified_name UNIQUE (tenant, qualified_name)"
FOUND = "INCLUDE (key, id, connection_key, deleted_at)"


def upgrade() -> None:
    for column in ENDS:
        op.drop_constraint(f"fk_relationships_{column}", "relationships", schema="crosswind")
    for statement in (HOLD, FOLLOW, JOIN):
        op.execute(statement)
    for name, (table, moment, rest) in TRIGGERS.items():
        op.execute(f"CREATE TRIGGER {name} {moment} ON crosswind.{table} {rest}")
    op.drop_constraint("uq_assets_tenant_qualified_name", "assets", schema="crosswind")
    op.execute(f"{NAMED} {FOUND}")


def downgrade() -> None:
    op.drop_constraint("uq_assets_tenant_qualified_name", "assets", schema="crosswind")
    op.execute(NAMED)
    for name, (table, _, _) in TRIGGERS.items():
        op.execute(f"DROP TRIGGER {name} ON crosswind.{table}")
    for function in ("hold_relationships", "follow_assets", "join_assets"):
        op.execute(f"DROP FUNCTION crosswind.{function}()")
    for column in ENDS:
        op.create_foreign_key(
            f"fk_relationships_{column}", "relationships", "assets", [column], ["key"],
            source_schema="crosswind", referent_schema="crosswind", ondelete="CASCADE",
        )  # fmt: skip
