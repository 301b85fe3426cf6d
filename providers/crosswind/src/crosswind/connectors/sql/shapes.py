"""What is asked about statements, and what is told of them; the two sides of a pipe."""

from __future__ import annotations

from typing import Literal

import msgspec

MOST_STATEMENTS = 500
MOST_TABLES = 500
LONGEST = 500_000
"""Characters of all statements together."""


class TableName(msgspec.Struct, frozen=True, order=True):
    """A table as a statement means it: in its dialect's case, its schema filled in where there is a default."""

    catalog: str
    schema: str
    name: str


class Source(msgspec.Struct, frozen=True, order=True):
    """A column of a table that is read."""

    table: TableName
    column: str


class Ask(msgspec.Struct, frozen=True, tag="read"):
    """Read statements; `catalog` is the database that they run in, which a name may also spell out."""

    sql: str
    dialect: str
    schema: str = ""
    catalog: str = ""


class Known(msgspec.Struct, frozen=True, tag="trace"):
    """The columns of the tables that the statements name, as far as they are known."""

    columns: list[tuple[TableName, list[str]]]


class Read(msgspec.Struct, frozen=True):
    """The tables that the statements name; `problem` when they cannot be read."""

    tables: list[TableName] = []
    problem: str | None = None


class Told(msgspec.Struct, frozen=True):
    """A statement: what it reads and writes, and what the columns it writes (or shows) are made of.

    Incomplete when a column's origin cannot be told, mostly for a star over a table whose columns are unknown.
    """

    kind: str
    reads: list[TableName]
    writes: list[TableName]
    columns: dict[str, list[Source]]
    is_complete: bool


class Traced(msgspec.Struct, frozen=True):
    """The statements in order."""

    statements: list[Told] = []
    problem: str | None = None


Step = Ask | Known
Dialect = Literal[
    "postgres", "mysql", "snowflake", "bigquery", "redshift", "spark", "databricks", "hive", "trino", "presto",
    "athena", "duckdb", "sqlite", "tsql", "oracle", "clickhouse", "teradata", "starrocks", "doris", "dremio",
]  # fmt: skip
