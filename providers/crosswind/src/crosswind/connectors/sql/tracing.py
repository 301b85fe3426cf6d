"""What the outputs of a query are made of: each scope is looked at once, whatever refers to it how often."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeVar

from sqlglot import exp
from sqlglot.optimizer.qualify_columns import qualify_columns
from sqlglot.optimizer.qualify_tables import qualify_tables
from sqlglot.optimizer.scope import Scope, build_scope
from sqlglot.schema import MappingSchema

from crosswind.connectors.sql.flows import TARGET

Q = TypeVar("Q", bound=exp.Expr)
Leaf = tuple[str, str, str]
"""Schema, table and column."""
Leaves = frozenset[Leaf]
Columns = Mapping[tuple[str, str], list[str]]
NOTHING: Leaves = frozenset()
MOST_ROUNDS = 10


def schema_of(columns: Columns, dialect: str) -> MappingSchema:
    """The columns as sqlglot looks them up; made once a text, however many statements it has."""
    places: dict[str, dict[str, dict[str, str]]] = {}
    for (place, name), known in columns.items():
        if known:
            places.setdefault(place, {})[name] = dict.fromkeys(known, "unknown")
    return MappingSchema({**places}, dialect=dialect, normalize=False)


def qualified(query: Q, known: MappingSchema, schema: str) -> Q:
    """The query with each column under its table and stars expanded as far as the columns are known.

    Its identifiers have their dialect's case already: of sqlglot's `qualify` only the two steps that count are taken.
    """
    placed = qualify_tables(query, db=schema or None, dialect=known.dialect)
    return qualify_columns(placed, known, allow_partial_qualification=True)


class Tracer:
    """The origins of a qualified query's outputs; `complete` until one cannot be told."""

    def __init__(self, query: exp.Expr) -> None:
        root = build_scope(query)
        if root is None:
            raise ValueError("not a query")
        self._root = root
        self._shown = list(_branches(root))
        scopes = list(root.traverse())
        self._met = {id(each) for each in scopes}
        own = {
            id(source.expression)
            for each in scopes
            for source in each.sources.values()
            if isinstance(source, Scope) and id(source) not in self._met
        }
        unions = ((id(each.set_operation_scopes[0].expression), each) for each in scopes if each.set_operation_scopes)
        self._recursive = {first: each for first, each in unions if first in own}
        self._known: dict[int, list[tuple[str, Leaves]]] = {}
        self.complete = True

    def outputs(self) -> list[tuple[str, Leaves]]:
        """Each output's name with the columns of tables that its value is made of."""
        return self._outputs(self._root)

    def tables(self) -> Iterator[exp.Table]:
        """The tables that are read anywhere in the query; not the one that the query was made up to write."""
        for scope in self._root.traverse():
            for source in scope.sources.values():
                if isinstance(source, exp.Table) and TARGET not in source.meta:
                    yield source

    def _outputs(self, scope: Scope) -> list[tuple[str, Leaves]]:
        found = self._known.get(id(scope))
        if found is None:
            self._known[id(scope)] = []
            found = self._known[id(scope)] = self._found(scope)
        return found

    def _found(self, scope: Scope) -> list[tuple[str, Leaves]]:
        expression = scope.expression
        if isinstance(expression, exp.SetOperation):
            return self._together(scope)
        if isinstance(expression, exp.Select):
            if scope in self._shown and any(each.is_star for each in expression.selects):
                self.complete = False
            return [(each.alias_or_name, self._value(each, scope)) for each in expression.selects]
        return []

    def _together(self, scope: Scope) -> list[tuple[str, Leaves]]:
        """Both sides, output by output; again while a recursive one finds more by what it found of itself."""
        left, right = scope.set_operation_scopes
        found = self._outputs(left)
        recursive = id(left.expression) in self._recursive
        for _ in range(MOST_ROUNDS):
            self._known[id(scope)] = found
            for each in right.traverse() if recursive else ():
                self._known.pop(id(each), None)
            more = self._outputs(right)
            if len(more) != len(found):
                self.complete = False
            leaves = [other for _, other in more] + [NOTHING] * len(found)
            joined = [(name, mine | other) for (name, mine), other in zip(found, leaves, strict=False)]
            if joined == found or not recursive:
                return joined
            found = joined
        return found

    def _value(self, value: exp.Expr, scope: Scope) -> Leaves:
        found: set[Leaf] = set()
        for node in value.walk(prune=_is_query):
            if isinstance(node, exp.Query):
                found |= self._subquery(node, scope)
            elif isinstance(node, exp.Column) and not isinstance(node.this, exp.Star):
                found |= self._column(node, scope)
        return frozenset(found)

    def _subquery(self, node: exp.Query, scope: Scope) -> Leaves:
        inner = node.unnest() if isinstance(node, exp.Subquery) else node
        for each in scope.subquery_scopes:
            if each.expression is inner:
                return frozenset().union(*(leaves for _, leaves in self._outputs(each)))
        self.complete = False
        return NOTHING

    def _column(self, column: exp.Column, scope: Scope) -> Leaves:
        if not column.table and len(scope.sources) == 1:
            return self._source(next(iter(scope.sources.values())), column.name, scope)
        holder: Scope | None = scope
        while holder is not None:
            source = holder.sources.get(column.table)
            if source is not None:
                return self._source(source, column.name, holder)
            holder = holder.parent
        self.complete = False
        return NOTHING

    def _source(self, source: exp.Table | Scope, name: str, holder: Scope) -> Leaves:
        if isinstance(source, exp.Table):
            return NOTHING if TARGET in source.meta else frozenset({(source.db, source.name, name)})
        if id(source) not in self._met:
            source = self._recursive.get(id(source.expression), source)
        expression = source.expression
        if isinstance(expression, exp.UDTF):
            return self._udtf(expression, source, holder)
        for other, leaves in self._outputs(source):
            if other == name:
                return leaves
        return self._through_star(source, name)

    def _udtf(self, expression: exp.UDTF, source: Scope, holder: Scope) -> Leaves:
        """A function that gives rows is made of what it is called with."""
        found: set[Leaf] = set()
        for inner in source.subquery_scopes:
            found |= frozenset().union(*(leaves for _, leaves in self._outputs(inner)))
        for node in expression.walk(prune=_is_query):
            if (
                isinstance(node, exp.Column)
                and node.table in holder.sources
                and holder.sources[node.table] is not source
            ):
                found |= self._column(node, holder)
        return frozenset(found)

    def _through_star(self, source: Scope, name: str) -> Leaves:
        """A star over one source whose columns nobody knows passes a name on."""
        stars = [each for each in getattr(source.expression, "selects", ()) if each.is_star]
        inner = list(source.sources.values())
        if stars and len(inner) == 1:
            return self._source(inner[0], name, source)
        self.complete = False
        return NOTHING


def _branches(scope: Scope) -> Iterator[Scope]:
    """The scopes whose selects are the query's own outputs."""
    yield scope
    if isinstance(scope.expression, exp.SetOperation):
        for each in scope.set_operation_scopes:
            yield from _branches(each)


def _is_query(node: exp.Expr) -> bool:
    return isinstance(node, exp.Query)
