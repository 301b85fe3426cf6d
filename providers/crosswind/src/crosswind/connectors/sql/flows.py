"""A statement as flows: queries whose outputs, in order, become columns of the table it writes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from sqlglot import exp
from sqlglot.optimizer.normalize_identifiers import normalize_identifiers

from crosswind.connectors.sql.shapes import Ask, TableName

TARGET = "crosswind_target"
"""Marks, among the tables of a query made up for UPDATE or MERGE, the one that is written."""


@dataclass
class Flow:
    """A query, and the columns that its outputs become where the statement names them."""

    query: exp.Query
    columns: list[str] | None = None


@dataclass
class Statement:
    """A parsed statement with its flows; `others` are queries that only decide which rows are meant."""

    kind: str
    target: exp.Table | None = None
    flows: list[Flow] = field(default_factory=list)
    others: list[exp.Query] = field(default_factory=list)
    readable: bool = True


def read(tree: exp.Expr, ask: Ask) -> Statement:
    """Take a statement apart; one of a kind without data flow has neither tables nor flows."""
    normalize_identifiers(tree, dialect=ask.dialect)
    for table in tree.find_all(exp.Table):
        _place(table, ask)
    for kind, take in _KINDS:
        if isinstance(tree, kind):
            return take(tree)
    return Statement("OTHER", readable=not isinstance(tree, exp.Command))


def name_of(table: exp.Table, ask: Ask) -> TableName:
    """The table's full name."""
    catalog, _, schema = table.db.rpartition("\x1f")
    return TableName(catalog or ask.catalog, schema or ask.schema, table.name)


def _place(table: exp.Table, ask: Ask) -> None:
    """Keep a foreign catalog inside the schema's name: sqlglot wants all names of a query equally deep."""
    catalog = table.catalog
    table.set("catalog", None)
    if catalog and catalog != ask.catalog:
        table.set("db", exp.to_identifier(f"{catalog}\x1f{table.db}", quoted=True))


def _insert(tree: exp.Insert) -> Statement:
    target, columns = _named(tree.this)
    query = tree.expression
    if not isinstance(query, exp.Query) or target is None:
        return Statement("INSERT", target)
    query = _with(_bare(query), tree)
    return Statement("INSERT", target, [Flow(query, columns)])


def _create(tree: exp.Create) -> Statement:
    kind = str(tree.args.get("kind") or "").upper()
    if kind not in {"TABLE", "VIEW"}:
        return Statement("OTHER")
    target, columns = _named(tree.this)
    query = tree.expression
    if not isinstance(query, exp.Query):
        return Statement(f"CREATE_{kind}", target)
    query = _with(_bare(query), tree)
    return Statement(f"CREATE_{kind}", target, [Flow(query, columns)])


def _query(tree: exp.Query) -> Statement:
    into = tree.args.get("into") if isinstance(tree, exp.Select) else None
    if into is not None and isinstance(into.this, exp.Table):
        target = into.this
        tree.set("into", None)
        return Statement("SELECT_INTO", target, [Flow(tree)])
    return Statement("SELECT", None, [Flow(_bare(tree))])


def _update(tree: exp.Update) -> Statement:
    target = tree.this
    if not isinstance(target, exp.Table):
        return Statement("UPDATE")
    pairs = list(_assigned(tree.expressions))
    source = tree.args.get("from_")
    more = [source.this] if isinstance(source, exp.From) else []
    query = _made_up(target, more, pairs)
    where = tree.args.get("where")
    if where is not None:
        query.set("where", where.copy())
    return Statement("UPDATE", target, [Flow(_with(query, tree), [name for name, _ in pairs])])


def _merge(tree: exp.Merge) -> Statement:
    target, using = tree.this, tree.args.get("using")
    if not isinstance(target, exp.Table) or using is None:
        return Statement("MERGE")
    flows = []
    for when in tree.args["whens"].expressions if tree.args.get("whens") else ():
        then = when.args.get("then")
        if isinstance(then, exp.Update):
            pairs = list(_assigned(then.expressions))
        elif isinstance(then, exp.Insert) and isinstance(then.expression, exp.Tuple):
            names = [each.name for each in then.this.expressions] if isinstance(then.this, exp.Tuple) else []
            pairs = list(zip(names, then.expression.expressions, strict=False))
        else:
            continue
        if pairs:
            query = _with(_made_up(target, [using], pairs), tree)
            flows.append(Flow(query, [name for name, _ in pairs]))
    others = [] if flows else [_with(_made_up(target, [using], []), tree)]
    return Statement("MERGE", target, flows, others)


def _delete(tree: exp.Delete) -> Statement:
    target = tree.this
    if not isinstance(target, exp.Table):
        return Statement("DELETE")
    query = _made_up(target, list(tree.args.get("using") or ()), [])
    where = tree.args.get("where")
    if where is not None:
        query.set("where", where.copy())
    return Statement("DELETE", target, others=[_with(query, tree)])


def _named(this: object) -> tuple[exp.Table | None, list[str] | None]:
    """The table and the columns that stand behind it in brackets."""
    if isinstance(this, exp.Schema) and isinstance(this.this, exp.Table):
        names = [
            each.name for each in this.expressions if isinstance(each, (exp.Identifier, exp.ColumnDef, exp.Column))
        ]
        return this.this, names or None
    return (this, None) if isinstance(this, exp.Table) else (None, None)


def _bare(query: exp.Query) -> exp.Query:
    """The query without the brackets around it."""
    inner = query.unnest() if isinstance(query, exp.Subquery) else query
    return inner if isinstance(inner, exp.Query) else query


def _with(query: exp.Query, tree: exp.Expr) -> exp.Query:
    """The query with the common table expressions that stand before the whole statement."""
    outer = tree.args.get("with_")
    if outer is None:
        return query
    inner = query.args.get("with_")
    both = outer.copy()
    if inner is not None:
        both.set("expressions", [*both.expressions, *inner.expressions])
        both.set("recursive", outer.args.get("recursive") or inner.args.get("recursive"))
    query.set("with_", both)
    return query


def _assigned(expressions: Iterable[exp.Expr]) -> Iterator[tuple[str, exp.Expr]]:
    """What is set to what; `(a, b) = (1, 2)` pair by pair, and a subquery for several columns for each of them."""
    for each in expressions:
        if not isinstance(each, exp.EQ):
            continue
        left, right = each.this, each.expression
        if not isinstance(left, exp.Tuple):
            yield left.name, right
            continue
        values = right.expressions if isinstance(right, exp.Tuple) else [right] * len(left.expressions)
        yield from ((name.name, value) for name, value in zip(left.expressions, values, strict=False))


def _made_up(target: exp.Table, sources: list[exp.Expr], pairs: list[tuple[str, exp.Expr]]) -> exp.Select:
    """A query with what is assigned as its outputs, over the target and what is read beside it."""
    first = target.copy()
    first.meta[TARGET] = True
    shown = [exp.alias_(value.copy(), name, quoted=True) for name, value in pairs] or [exp.Literal.number(1)]
    query = exp.select(*shown).from_(first)
    joins = [exp.Join(this=each.copy(), kind="CROSS") for each in sources]
    if joins:
        query.set("joins", joins)
    return query


_KINDS: tuple[tuple[type[exp.Expr], Callable[..., Statement]], ...] = (
    (exp.Insert, _insert),
    (exp.Create, _create),
    (exp.Update, _update),
    (exp.Merge, _merge),
    (exp.Delete, _delete),
    (exp.Query, _query),
)
