"""Bounded reading queries: a cursor declared in a read-only transaction, so the server itself refuses all but reading.

DECLARE takes nothing but SELECT, VALUES, TABLE and WITH without writing parts, and the extended protocol takes one
statement only: a second one behind a semicolon is a syntax error.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from psycopg import sql

from crosswind.connectors.deadline import Deadline
from crosswind.connectors.types import QueryResult
from crosswind.kit.errors import Invalid
from crosswind_databases.postgres.dial import Link
from crosswind_databases.postgres.session import reading

STEP = "query"
MAX_ROWS = 100_000


@dataclass(frozen=True)
class Query:
    """A statement with psycopg's placeholders (%s, %(name)s), read only when there are parameters."""

    text: str
    parameters: Sequence[Any] | Mapping[str, Any] | None
    limit: int

    def __post_init__(self) -> None:
        if not 0 < self.limit <= MAX_ROWS:
            raise Invalid(f"limit is a number from 1 to {MAX_ROWS}.", field="limit")


def run(link: Link, query: Query, schema: str, deadline: Deadline) -> QueryResult:
    """Return at most the query's limit of rows."""
    path = sql.Identifier(schema).as_string(link) + ", pg_catalog"
    with reading(link, deadline, {"search_path": path}), link.cursor() as cursor:
        declared = "declare crosswind_query no scroll cursor for " + query.text
        cursor.execute(declared, query.parameters, binary=True)  # binary for the extended protocol
        cursor.execute(
            sql.SQL("fetch forward {} from crosswind_query").format(sql.Literal(query.limit + 1)), binary=False
        )
        columns = tuple(each.name for each in cursor.description or ())
        rows = cursor.fetchall()
    return QueryResult(columns, rows[: query.limit], len(rows) > query.limit)
