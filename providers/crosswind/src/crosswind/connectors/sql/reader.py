"""Texts of SQL in two steps: which tables they name, then, with those tables' columns, what flows where."""

from __future__ import annotations

import sqlglot
from sqlglot import exp
from sqlglot.errors import ParseError, SqlglotError
from sqlglot.schema import MappingSchema

from crosswind.connectors.sql.flows import Flow, Statement, is_statement, name_of
from crosswind.connectors.sql.several import read
from crosswind.connectors.sql.shapes import (
    LONGEST,
    MOST_STATEMENTS,
    MOST_TABLES,
    Ask,
    Known,
    Read,
    Source,
    TableName,
    Told,
    Traced,
)
from crosswind.connectors.sql.tracing import Columns, Tracer, qualified, schema_of

_UNREADABLE = (SqlglotError, RecursionError, ValueError, KeyError, TypeError, AttributeError, IndexError)


class Reader:
    """Reads one text in two steps: which tables it names, then, with their columns, what flows where."""

    def __init__(self) -> None:
        self._ask = Ask("", "postgres")
        self._statements: list[Statement] = []

    def read(self, ask: Ask) -> Read:
        """Parse, and name the tables."""
        self._ask, self._statements = ask, []
        if len(ask.sql) > LONGEST:
            return Read(problem=f"More than {LONGEST} characters")
        try:
            trees = [tree for tree in sqlglot.parse(ask.sql, dialect=ask.dialect) if tree is not None]
            if len(trees) > MOST_STATEMENTS:
                return Read(problem=f"More than {MOST_STATEMENTS} statements")
            if trees and not any(is_statement(tree) for tree in trees):
                raise ParseError(f"'{trees[0].sql()[:60]}' is no statement")
            named = {name_of(table, ask): None for tree in trees for table in self._tables(tree)}
        except RecursionError:
            return Read(problem="The statement is nested too deep")
        except _UNREADABLE as error:
            return Read(problem=_short(error))
        if len(named) > MOST_TABLES:
            return Read(problem=f"More than {MOST_TABLES} tables")
        return Read(list(named))

    def _tables(self, tree: exp.Expr) -> list[exp.Table]:
        statements = read(tree, self._ask)
        self._statements += statements
        found = [table for each in statements for query in each.queries for table in query.find_all(exp.Table)]
        return [*found, *(each.target for each in statements if each.target)]

    def trace(self, known: Known) -> Traced:
        """Follow the columns."""
        columns = {(_place(table, self._ask), table.name): names for table, names in known.columns}
        schema = schema_of(columns, self._ask.dialect)
        return Traced([self._told(each, columns, schema) for each in self._statements])

    def _told(self, statement: Statement, columns: Columns, schema: MappingSchema) -> Told:
        ask, target = self._ask, statement.target
        written = name_of(target, ask) if target is not None else None
        own = columns.get((_place(written, ask), written.name)) if written else None
        reads: dict[TableName, None] = {}
        made: dict[str, set[Source]] = {}
        complete = statement.readable
        for flow in [*statement.flows, *(Flow(query, []) for query in statement.others)]:
            try:
                tracer = Tracer(qualified(flow.query, schema, ask.schema))
                reads |= {name_of(table, ask): None for table in tracer.tables()}
                outputs = tracer.outputs() if flow.columns != [] else []
            except _UNREADABLE:
                complete = False
                reads |= {name_of(table, ask): None for table in flow.query.find_all(exp.Table)}
                continue
            shown = [name for name, _ in outputs]
            names = flow.columns or (own if flow.in_order else None) or shown
            complete = complete and tracer.complete and len(names) >= len(outputs)
            if names is not shown and "*" in shown:
                continue
            for name, (_, leaves) in zip(names, outputs, strict=False):
                made.setdefault(name, set()).update(_source(leaf, ask) for leaf in leaves)
        return Told(
            statement.kind, sorted(reads), [written] if written else [],
            {name: sorted(sources) for name, sources in made.items() if name != "*"}, complete,
        )  # fmt: skip


def _place(table: TableName, ask: Ask) -> str:
    return table.schema if table.catalog in {"", ask.catalog} else f"{table.catalog}\x1f{table.schema}"


def _source(leaf: tuple[str, str, str], ask: Ask) -> Source:
    place, name, column = leaf
    catalog, _, schema = place.rpartition("\x1f")
    return Source(TableName(catalog or ask.catalog, schema or ask.schema, name), column)


def _short(error: Exception) -> str:
    text = str(error).replace("\x1b[4m", "").replace("\x1b[0m", "")
    return text.partition("\n")[0][:300] or type(error).__name__
