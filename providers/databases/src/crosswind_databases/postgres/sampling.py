"""A bounded sample of what columns hold: one reading query a table, each value as text and cut at the server.

Large tables are sampled by block (TABLESAMPLE SYSTEM), so that the first rows ever written do not speak for all; small
ones, views and foreign tables by their first rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from psycopg import sql

from crosswind.connectors.deadline import Deadline
from crosswind.connectors.errors import ReadRefused
from crosswind.connectors.port import MOST_CHARACTERS
from crosswind_databases.postgres.dial import Link
from crosswind_databases.postgres.session import reading

STEP = "sample"
SMALL_ROWS = 10_000
OVERSAMPLED = 5
LOCK = "2s"
_BLOCKS = {"r", "p", "m"}
_ABOUT = """
select set_config('search_path', %(path)s, true), c.relkind::text, c.reltuples::float8,
       array(select a.attname::text from pg_attribute a
             where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attname = any(%(columns)s)
               and a.atttypid <> 'bytea'::regtype
               and (has_table_privilege(c.oid, 'select') or has_column_privilege(c.oid, a.attnum, 'select')))
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where n.nspname = %(schema)s and c.relname = %(name)s and c.relkind in ('r', 'p', 'v', 'm', 'f')
"""


@dataclass(frozen=True)
class Wanted:
    """What is to be sampled, and how much of it."""

    schema: str
    name: str
    columns: Sequence[str]
    rows: int


def sample(link: Link, wanted: Wanted, search_schema: str, deadline: Deadline) -> Mapping[str, list[str | None]]:
    """Return the values of those columns that are there and may be read."""
    path = sql.Identifier(search_schema).as_string(link) + ", pg_catalog"
    with reading(link, deadline, {"search_path": "pg_catalog", "lock_timeout": LOCK, "jit": "off"}):
        about = {"schema": wanted.schema, "name": wanted.name, "columns": list(wanted.columns), "path": path}
        found = link.execute(_ABOUT, about).fetchone()
        if found is None:
            raise ReadRefused("The table is gone", step=STEP, remedy="Crawl the connection again.")
        _, kind, estimate, there = found
        columns = [name for name in wanted.columns if name in set(there)]
        if not columns:
            return {}
        share = _share(kind, estimate, wanted.rows)
        rows = link.execute(_query(wanted, columns, share)).fetchall()
        if not rows and share is not None:
            rows = link.execute(_query(wanted, columns, None)).fetchall()
    return {name: [row[index] for row in rows] for index, name in enumerate(columns)}


def _share(kind: str, estimate: float, rows: int) -> float | None:
    """Return the percentage of blocks to read, None to read from the start."""
    if kind not in _BLOCKS or estimate < max(SMALL_ROWS, rows * OVERSAMPLED):
        return None
    return min(100.0, 100.0 * rows * OVERSAMPLED / estimate)


def _query(wanted: Wanted, columns: Sequence[str], share: float | None) -> sql.Composed:
    shown = sql.SQL(", ").join(
        sql.SQL("pg_catalog.left({}::text, {})").format(sql.Identifier(name), sql.Literal(MOST_CHARACTERS))
        for name in columns
    )
    part = sql.SQL(" tablesample system ({})").format(sql.Literal(share)) if share is not None else sql.SQL("")
    table = sql.Identifier(wanted.schema, wanted.name)
    return sql.SQL("select {} from {}{} limit {}").format(shown, table, part, sql.Literal(wanted.rows))
