"""The committed statements, and what is told of one in the same words."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crosswind.connectors.sql.reader import Reader
from crosswind.connectors.sql.shapes import Ask, Known, TableName, Told

DATABASE = "shop"
_FILE = Path(__file__).with_name("statements.toml")
_LOADED = tomllib.loads(_FILE.read_text(encoding="utf-8"))
Facts = tuple[list[str], list[str], dict[str, list[str]], bool]


@dataclass(frozen=True)
class Statement:
    """A statement with what is expected of it."""

    shape: str
    sql: str
    dialect: str
    schema: str
    tables: dict[str, list[str]]
    expected: Facts

    @property
    def ask(self) -> Ask:
        return Ask(self.sql, self.dialect, self.schema, DATABASE)

    def known(self, tables: list[TableName]) -> list[tuple[TableName, list[str]]]:
        """The columns of those tables that the catalog would know."""
        named = {f"{each.schema}.{each.name}": each for each in tables}
        return [(named[name], columns) for name, columns in self.tables.items() if name in named]

    def full(self, source: str) -> str:
        """`table.column`, with its schema where it is not the default."""
        known = [name for name in self.tables if source.startswith(f"{name}.")]
        return source if known else f"{self.schema}.{source}"


def _statement(told: dict[str, Any]) -> Statement:
    found = Statement(
        told["shape"], told["sql"], told.get("dialect", "postgres"), told.get("schema", "public"),
        told.get("tables", _LOADED["tables"]), ([], [], {}, True),
    )  # fmt: skip
    columns = {name: sorted(found.full(each) for each in sources) for name, sources in told["columns"].items()}
    expected = (told["reads"], told.get("writes", []), columns, True)
    return Statement(found.shape, found.sql, found.dialect, found.schema, found.tables, expected)


STATEMENTS = [_statement(each) for each in _LOADED["statement"]]


def facts(told: Told) -> Facts:
    """What was told, to be compared."""
    reads, writes = ([f"{each.schema}.{each.name}" for each in side] for side in (told.reads, told.writes))
    columns = {
        name: sorted(f"{each.table.schema}.{each.table.name}.{each.column}" for each in sources)
        for name, sources in told.columns.items()
    }
    return reads, writes, columns, told.is_complete


def read(statement: Statement, reader: Reader | None = None) -> Told:
    """What is told of a statement, in this process."""
    reader = reader or Reader()
    named = reader.read(statement.ask)
    assert named.problem is None, named.problem
    (told,) = reader.trace(Known(statement.known(named.tables))).statements
    return told
