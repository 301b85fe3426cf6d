"""A bounded sample of what columns hold: one reading query a table, each value as text and cut at the server.

Of large tables, blocks from all over are read (TABLESAMPLE SYSTEM) and rows drawn of them, so that the first rows ever
written do not speak for all; of small ones, views and foreign tables the first rows.
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
FEWEST_BLOCKS = 20
"""Expected in a sample: at 20, one in 500 million samples is empty (a Poisson distribution's zero)."""
MOST_ROWS_A_BLOCK = 300
"""About what fits into 8 KB (PostgreSQL 18, section 66.6), for a partitioned table, which has no blocks itself."""
LOCK = "2s"
_BLOCKS = {"r", "p", "m"}
_ABOUT = """
select set_config('search_path', %(path)s, true), c.relkind::text, c.reltuples::float8, c.relpages,
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
        _, kind, estimate, blocks, there = found
        columns = [name for name in wanted.columns if name in set(there)]
        if not columns:
            return {}
        share = _share(kind, estimate, blocks, wanted.rows)
        rows = link.execute(_query(wanted, columns, share)).fetchall()
        if not rows and share is not None:
            rows = link.execute(_query(wanted, columns, None)).fetchall()
    return {name: [row[index] for row in rows] for index, name in enumerate(columns)}


def _share(kind: str, estimate: float, blocks: int, rows: int) -> float | None:
    """Return the percentage of blocks to read, None to read from the start."""
    if kind not in _BLOCKS or estimate < max(SMALL_ROWS, rows * OVERSAMPLED):
        return None
    known = blocks if blocks > 0 else estimate / MOST_ROWS_A_BLOCK
    return min(100.0, 100.0 * max(rows * OVERSAMPLED / estimate, FEWEST_BLOCKS / known))


def _query(wanted: Wanted, columns: Sequence[str], share: float | None) -> sql.Composed:
    """The rows are drawn before values are cut, so that a long one outside of the draw is never fetched."""
    names = [sql.Identifier(name) for name in columns]
    shown = [sql.SQL("pg_catalog.left({}::text, {})").format(name, sql.Literal(MOST_CHARACTERS)) for name in names]
    drawn = sql.SQL("select {} from {}").format(sql.SQL(", ").join(names), sql.Identifier(wanted.schema, wanted.name))
    if share is not None:
        drawn += sql.SQL(" tablesample system ({}) order by pg_catalog.random()").format(sql.Literal(share))
    drawn += sql.SQL(" limit {}").format(sql.Literal(wanted.rows))
    return sql.SQL("select {} from ({}) drawn").format(sql.SQL(", ").join(shown), drawn)
