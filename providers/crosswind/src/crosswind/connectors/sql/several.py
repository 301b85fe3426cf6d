"""Statements that do several things at once, as one statement for each: inserts into many tables, WITH that writes."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from crosswind.connectors.sql.flows import Flow, Statement, beside, named, placed, taken_apart
from crosswind.connectors.sql.shapes import Ask

_WRITING = (exp.Insert, exp.Update, exp.Delete, exp.Merge)


def read(tree: exp.Expr, ask: Ask) -> list[Statement]:
    """Take a statement apart, in the order in which it writes."""
    placed(tree, ask)
    if isinstance(tree, exp.MultitableInserts):
        return [_inserted(each, tree.args["source"]) for each in tree.expressions]
    statements = [*_written_before(tree), taken_apart(tree)]
    for statement in statements:
        statement.readable = statement.readable and not any(query.find(*_WRITING) for query in statement.queries)
    return statements


def _inserted(branch: exp.Expr, source: exp.Expr) -> Statement:
    """A table of `INSERT ALL INTO a … INTO b … SELECT` (Oracle, Snowflake), or of `FROM s INSERT … INSERT …` (Hive)."""
    insert = branch.this if isinstance(branch, exp.ConditionalInsert) else branch
    target, columns = named(insert.this)
    query = insert.expression
    if isinstance(query, exp.Select):
        return Statement("INSERT", target, [Flow(query.from_(source.copy()), columns, in_order=True)])
    rows = source.subquery("source") if isinstance(source, exp.Query) else source
    values = query.expressions[0].expressions if isinstance(query, exp.Values) else [exp.Star()]
    shown = [each.copy() for each in values]
    return Statement("INSERT", target, [Flow(exp.select(*shown).from_(rows.copy()), columns, in_order=True)])


def _written_before(tree: exp.Expr) -> Iterator[Statement]:
    """What common table expressions write; each becomes a query for what it returns, or goes if it returns nothing."""
    outer = tree.args.get("with_")
    if not isinstance(outer, exp.With):
        return
    kept: list[exp.Expr] = []
    for each in outer.expressions:
        writing = each.this
        if not isinstance(writing, _WRITING):
            kept.append(each)
            continue
        returned = _returned(writing)
        if kept and not writing.args.get("with_"):
            writing.set("with_", exp.With(expressions=[before.copy() for before in kept]))
        yield taken_apart(writing)
        if returned is not None:
            each.set("this", returned)
            kept.append(each)
    outer.set("expressions", kept)
    if not kept:
        tree.set("with_", None)


def _returned(tree: exp.Expr) -> exp.Select | None:
    """The rows that a writing statement returns, as a query of the table that it writes and of those beside it."""
    returning, source, more = (tree.args.get(part) for part in ("returning", "from_", "using"))
    table = named(tree.this)[0]
    if returning is None or table is None:
        return None
    query = exp.select(*(each.copy() for each in returning.expressions)).from_(table.copy())
    return beside(query, [*([source.this] if source else []), *(more if isinstance(more, list) else [])])
