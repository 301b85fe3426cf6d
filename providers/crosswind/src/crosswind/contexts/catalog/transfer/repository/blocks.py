"""A block on its way into the tables: temporary tables that a session keeps, empty between transactions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

TABLES = {
    "block_lines": 'line bigint, qualified_name text COLLATE "C", digest text',
    "block_assets": """
        line bigint, given int, type text, name text COLLATE "C", qualified_name text COLLATE "C", description text,
        metadata jsonb, tags text[], classification text, type_detail text, database text, schema text,
        namespace text, dataset text, comment text, facts jsonb, statistics jsonb, row_count bigint, size_bytes bigint,
        digest text, words_of_source tsvector, words_of_people tsvector
    """,
    "block_words": "line bigint, source_words tsvector, curated_words tsvector",
    "block_columns": """
        line bigint, qualified_name text COLLATE "C", position int, given int, name text COLLATE "C", data_type text,
        nullable boolean, default_value text, identity text, generated text, comment text, description text,
        tags text[], classification text
    """,
    "block_owners": 'qualified_name text COLLATE "C", kind text, name text COLLATE "C", role text',
    "block_said": """
        qualified_name text COLLATE "C", what text, "column" text COLLATE "C", name text COLLATE "C"
    """,
    "block_reshaped": 'asset_key bigint, line bigint, name text COLLATE "C", before jsonb, after jsonb',
    "block_edges": """
        line bigint, type text, name text COLLATE "C", source text COLLATE "C", target text COLLATE "C", metadata jsonb
    """,
}
LOOKED_AT = {
    "block_assets": "line, qualified_name",
    "block_words": "line",
    "block_columns": "qualified_name",
    "block_owners": "qualified_name",
    "block_said": "qualified_name",
}
"""The columns that are joined by, where a plan depends on them."""
_PREPARED = """
SELECT relname FROM pg_class
 WHERE relnamespace = pg_my_temp_schema() AND relkind = 'r' AND starts_with(relname, 'block_')
"""
ENOUGH = 2_000
"""Rows from which on the planner is told what it has before it."""


def fill(session: Session, table: str, rows: Iterable[str], count: int) -> None:
    """Copy rows into one of the temporary tables, at most once in a transaction."""
    prepare(session, table)
    link: Any = session.connection().connection.driver_connection
    with link.cursor() as cursor, cursor.copy(f"COPY pg_temp.{table} FROM STDIN") as copy:
        for part in _joined(rows):
            copy.write(part)
    if count >= ENOUGH and table in LOOKED_AT:
        session.execute(text(f"ANALYZE pg_temp.{table} ({LOOKED_AT[table]})"))


def prepare(session: Session, table: str) -> None:
    """Make sure of one of the temporary tables."""
    session.execute(text(f"CREATE TEMP TABLE IF NOT EXISTS {table} ({TABLES[table]}) ON COMMIT DELETE ROWS"))


def clear(session: Session) -> None:
    """Empty the temporary tables, for a part of the block that is looked at anew."""
    found = session.scalars(text(_PREPARED)).all()
    session.execute(text(f"TRUNCATE {', '.join(f'pg_temp.{name}' for name in found)}"))


def _joined(rows: Iterable[str], size: int = 2_000) -> Iterable[str]:
    held: list[str] = []
    for row in rows:
        held.append(row)
        if len(held) == size:
            yield "\n".join(held) + "\n"
            held = []
    if held:
        yield "\n".join(held) + "\n"
