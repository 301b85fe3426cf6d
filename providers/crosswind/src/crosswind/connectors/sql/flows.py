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
    """A query, and the columns that its outputs become where the statement names them.

    Without such names they become the columns of the table that is written, `in_order` or by their own names.
    """

    query: exp.Query
    columns: list[str] | None = None
    in_order: bool = False


@dataclass
class Statement:
    """A parsed statement with its flows; `others` are queries that only decide which rows are meant."""

    kind: str
    target: exp.Table | None = None
    flows: list[Flow] = field(default_factory=list)
    others: list[exp.Query] = field(default_factory=list)
    readable: bool = True

    @property
    def queries(self) -> list[exp.Query]:
        """All that it asks for."""
        return [*(flow.query for flow in self.flows), *self.others]


def placed(tree: exp.Expr, ask: Ask) -> exp.Expr:
    """The statement with its names in their dialect's case, foreign catalogs kept where sqlglot leaves them alone."""
    normalize_identifiers(tree, dialect=ask.dialect)
    for table in tree.find_all(exp.Table):
        _place(table, ask)
    return tree


def taken_apart(tree: exp.Expr) -> Statement:
    """The one thing that the statement does; one of a kind that moves no data has neither tables nor flows.

    One of a kind unknown here is not readable, and what it asks for is told as read.
    """
    for kind, take in _KINDS:
        if isinstance(tree, kind):
            return take(tree)
    asked = tree.find(exp.Query)
    still = (isinstance(tree, _MOVING_NOTHING) and tree.find(exp.SwapTable) is None) or _first_word(tree) in _UTILITIES
    return Statement("OTHER", others=[asked] if asked and not still else [], readable=still)


def is_statement(tree: exp.Expr) -> bool:
    """Whether it is one: sqlglot reads what it does not know as an expression (`SELEC id`, but `SAVEPOINT a` too)."""
    return not isinstance(tree, (exp.Condition, exp.Alias)) or _first_word(tree) in _UTILITIES


def _first_word(tree: exp.Expr) -> str:
    """The word that an expression begins with, which is where sqlglot puts a statement that it does not know."""
    column = tree.this if isinstance(tree, exp.Alias) else tree
    return column.name.upper() if isinstance(column, exp.Column) else ""


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
    target, columns = named(tree.this)
    query = tree.expression
    if not isinstance(query, exp.Query) or target is None:
        return Statement("INSERT", target)
    query = with_outer(bare(query), tree)
    return Statement("INSERT", target, [Flow(query, columns, in_order=True)])


def _create(tree: exp.Create) -> Statement:
    kind = str(tree.args.get("kind") or "").upper()
    if kind not in {"TABLE", "VIEW"}:
        return Statement("OTHER")
    target, columns = named(tree.this)
    query, clone = tree.expression, tree.args.get("clone")
    if isinstance(clone, exp.Clone) and isinstance(clone.this, exp.Table):
        query = exp.select("*").from_(clone.this)
    if not isinstance(query, exp.Query):
        return Statement(f"CREATE_{kind}", target)
    query = with_outer(bare(query), tree)
    return Statement(f"CREATE_{kind}", target, [Flow(query, columns)])


def _query(tree: exp.Query) -> Statement:
    into = tree.args.get("into") if isinstance(tree, exp.Select) else None
    if into is not None and isinstance(into.this, exp.Table):
        target = into.this
        tree.set("into", None)
        return Statement("SELECT_INTO", target, [Flow(tree)])
    return Statement("SELECT", None, [Flow(bare(tree))])


def _update(tree: exp.Update) -> Statement:
    target = tree.this
    if not isinstance(target, exp.Table):
        return Statement("UPDATE")
    pairs = list(_assigned(tree.expressions))
    source = tree.args.get("from_")
    more = [source.this] if isinstance(source, exp.From) else []
    query = made_up(target, more, pairs)
    where = tree.args.get("where")
    if where is not None:
        query.set("where", where.copy())
    return Statement("UPDATE", target, [Flow(with_outer(query, tree), [name for name, _ in pairs])])


def _merge(tree: exp.Merge) -> Statement:
    target, using = tree.this, tree.args.get("using")
    if not isinstance(target, exp.Table) or using is None:
        return Statement("MERGE")
    whens = tree.args["whens"].expressions if tree.args.get("whens") else ()
    flows = [flow for when in whens if (flow := _merged(when.args.get("then"), target, using))]
    for flow in flows:
        with_outer(flow.query, tree)
    others = [] if flows else [with_outer(made_up(target, [using], []), tree)]
    return Statement("MERGE", target, flows, others)


def _merged(then: object, target: exp.Table, using: exp.Expr) -> Flow | None:
    """What one branch of a MERGE writes: a star writes all columns of the source by their names."""
    if isinstance(then, (exp.Update, exp.Insert)) and _is_star(then):
        everything = exp.Column(this=exp.Star(), table=exp.to_identifier(using.alias_or_name, quoted=True))
        return Flow(exp.select(everything).from_(using.copy()))
    if isinstance(then, exp.Update):
        pairs = list(_assigned(then.expressions))
    elif isinstance(then, exp.Insert) and isinstance(then.expression, exp.Tuple):
        names = [each.name for each in then.this.expressions] if isinstance(then.this, exp.Tuple) else []
        values = then.expression.expressions
        if not names:
            unnamed = [(value.alias_or_name or f"_{at}", value) for at, value in enumerate(values)]
            return Flow(made_up(target, [using], unnamed), in_order=True)
        pairs = list(zip(names, values, strict=False))
    else:
        return None
    return Flow(made_up(target, [using], pairs), [name for name, _ in pairs]) if pairs else None


def _is_star(then: exp.Update | exp.Insert) -> bool:
    written = [then.this] if isinstance(then, exp.Insert) else then.expressions
    return any(isinstance(each, exp.Star) for each in written)


def _copy(tree: exp.Copy) -> Statement:
    """COPY between a table and files: what comes from files has no origin that could be told."""
    this = named(tree.this)[0] or tree.this
    if tree.args.get("kind"):
        return Statement("COPY", this if isinstance(this, exp.Table) else None, readable=False)
    query = exp.select("*").from_(this) if isinstance(this, exp.Table) else this
    return Statement("COPY", others=[bare(query)] if isinstance(query, exp.Query) else [])


def _values(tree: exp.Values) -> Statement:
    return Statement("SELECT", others=list(tree.find_all(exp.Query)))


def _load(tree: exp.LoadData) -> Statement:
    return Statement("LOAD", named(tree.this)[0], readable=False)


def _delete(tree: exp.Delete) -> Statement:
    target = tree.this
    if not isinstance(target, exp.Table):
        return Statement("DELETE")
    query = made_up(target, list(tree.args.get("using") or ()), [])
    where = tree.args.get("where")
    if where is not None:
        query.set("where", where.copy())
    return Statement("DELETE", target, others=[with_outer(query, tree)])


def named(this: object) -> tuple[exp.Table | None, list[str] | None]:
    """The table and the columns that stand behind it in brackets."""
    if isinstance(this, exp.Schema) and isinstance(this.this, exp.Table):
        names = [
            each.name for each in this.expressions if isinstance(each, (exp.Identifier, exp.ColumnDef, exp.Column))
        ]
        return this.this, names or None
    return (this, None) if isinstance(this, exp.Table) else (None, None)


def bare(query: exp.Query) -> exp.Query:
    """The query without the brackets around it."""
    inner = query.unnest() if isinstance(query, exp.Subquery) else query
    return inner if isinstance(inner, exp.Query) else query


def with_outer(query: exp.Query, tree: exp.Expr) -> exp.Query:
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


def made_up(target: exp.Table, sources: list[exp.Expr], pairs: list[tuple[str, exp.Expr]]) -> exp.Select:
    """A query with what is assigned as its outputs, over the target and what is read beside it."""
    first = target.copy()
    first.meta[TARGET] = True
    shown = [exp.alias_(value.copy(), name, quoted=True) for name, value in pairs] or [exp.Literal.number(1)]
    return beside(exp.select(*shown).from_(first), sources)


def beside(query: exp.Select, sources: list[exp.Expr]) -> exp.Select:
    """The query with the rows of other sources beside its own."""
    if sources:
        query.set("joins", [exp.Join(this=each.copy(), kind="CROSS") for each in sources])
    return query


_UTILITIES = frozenset({
    "ABORT", "CHECKPOINT", "CLOSE", "CLUSTER", "DEALLOCATE", "DISCARD", "FLUSH", "LISTEN", "NOTIFY", "SAVEPOINT",
    "START", "UNLISTEN",
})  # fmt: skip
_MOVING_NOTHING = (
    exp.Alter, exp.Analyze, exp.Comment, exp.Commit, exp.Declare, exp.Describe, exp.Drop, exp.Grant, exp.Kill,
    exp.Pragma, exp.Refresh, exp.Revoke, exp.Rollback, exp.Set, exp.Show, exp.Transaction, exp.TruncateTable, exp.Use,
)  # fmt: skip
_KINDS: tuple[tuple[type[exp.Expr], Callable[..., Statement]], ...] = (
    (exp.Insert, _insert),
    (exp.Create, _create),
    (exp.Update, _update),
    (exp.Merge, _merge),
    (exp.Delete, _delete),
    (exp.Query, _query),
    (exp.Copy, _copy),
    (exp.LoadData, _load),
    (exp.Values, _values),
)
