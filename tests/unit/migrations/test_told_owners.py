"""Owners that sources told before they were repeated: found after the migration, left as facts on the way back."""

from __future__ import annotations

from sqlalchemy import create_engine, text

from crosswind.kit.store import as_psycopg
from crosswind.migrations import downgrade, upgrade

ASSET = """
INSERT INTO crosswind.assets (tenant, type, name, qualified_name, source_facts)
VALUES ('default', 'TABLE', 'orders', 'orders', '{"owner": ["ana", {"name": "bob"}]}'),
       ('default', 'TABLE', 'lines', 'lines', '{"owner": null}'), ('default', 'TABLE', 'bare', 'bare', NULL)
"""


def test_owners_that_were_told_before_are_repeated(database: str) -> None:
    upgrade(database)
    downgrade(database, "0032_was")
    engine = create_engine(as_psycopg(database))
    with engine.begin() as link:
        link.execute(text(ASSET))
    upgrade(database)
    with engine.begin() as link:
        asked = "SELECT name, source_owners FROM crosswind.assets WHERE source_owners IS NOT NULL"
        assert [tuple(row) for row in link.execute(text(asked))] == [("orders", ["ana", "bob"])]
    downgrade(database, "0032_was")
    with engine.begin() as link:
        asked = "SELECT source_facts -> 'owner' FROM crosswind.assets WHERE name = 'orders'"
        assert link.scalar(text(asked)) == ["ana", {"name": "bob"}]
    engine.dispose()
