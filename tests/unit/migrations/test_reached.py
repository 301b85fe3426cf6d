"""What reached columns goes on the way back: assets repeat what reached themselves only."""

from __future__ import annotations

from sqlalchemy import create_engine, text

from crosswind.kit.store import as_psycopg
from crosswind.migrations import downgrade, upgrade

BOTH, ASSET, NEITHER = ["Both", "Column"], ["Both"], ["Kept"]
MADE = (
    "INSERT INTO crosswind.tags (tenant, name) VALUES ('default', 'Both'), ('default', 'Column')",
    "INSERT INTO crosswind.assets (tenant, type, name, qualified_name, propagated_tags) VALUES"
    " ('default', 'TABLE', 'a', 'a', '{Both,Column}'), ('default', 'TABLE', 'b', 'b', '{Kept}')",
    "INSERT INTO crosswind.propagated_column_tags SELECT a.key, 1, t.key, 2, 1"
    " FROM crosswind.assets a CROSS JOIN crosswind.tags t WHERE a.name = 'a'",
    "INSERT INTO crosswind.propagated_tags SELECT a.key, t.key, 2, 1"
    " FROM crosswind.assets a CROSS JOIN crosswind.tags t WHERE a.name = 'a' AND t.name = 'Both'",
)
REPEATED = "SELECT propagated_tags FROM crosswind.assets ORDER BY name"


def test_assets_are_no_longer_found_by_what_reached_their_columns(database: str) -> None:
    upgrade(database)
    engine = create_engine(as_psycopg(database))
    with engine.begin() as link:
        for statement in MADE:
            link.execute(text(statement))
        assert link.scalars(text(REPEATED)).all() == [BOTH, NEITHER]
    downgrade(database, "0032_was")
    with engine.begin() as link:
        assert link.scalars(text(REPEATED)).all() == [ASSET, NEITHER]
    upgrade(database)
    engine.dispose()
