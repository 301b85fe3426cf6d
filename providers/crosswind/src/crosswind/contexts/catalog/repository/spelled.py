"""Statements that are put together and compiled once: a hot read pays for neither, nor for looking a compiled one up.

A statement is kept as the driver's text with a mark where its narrowing goes, which is compiled apart and kept by who
asks (`Scope`) and for what: texts are kept, never rows. Values that differ from call to call are `bindparam`s by name.
"""

from __future__ import annotations

import re
from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import ClauseElement, ColumnElement, CursorResult, and_, literal_column
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.orm import Session

KEPT = 512
"""Texts of one kind that are kept, the latest asked for."""
HERE: ColumnElement[bool] = literal_column("/*where*/")
"""Stands in a statement for what it is narrowed by."""
_DIALECT = PGDialect_psycopg()  # type: ignore[no-untyped-call]
_VALUE = re.compile(r"(?<!%)%\((\w+)\)s")


class Spelled(NamedTuple):
    """Text in the driver's words, and the values that are always sent with it."""

    text: str
    values: Mapping[str, Any]

    def run(
        self, session: Session, values: Mapping[str, Any] | None = None, where: Spelled | None = None
    ) -> CursorResult[Any]:
        """Run it with values by name, narrowed by `where`."""
        sent = {**self.values, **(values or {}), **(where.values if where else {})}
        text = self.text.replace("/*where*/", where.text) if where else self.text
        return session.connection().exec_driver_sql(text, sent)

    def read(
        self, session: Session, values: Mapping[str, Any] | None = None, where: Spelled | None = None
    ) -> Sequence[Any]:
        """Run it; all rows as named tuples, whose fields are read many times faster than those of a `Row`."""
        result = self.run(session, values, where)
        made = _maker(tuple(result.keys()))
        return [made(row) for row in result.all()]


def array(keys: Iterable[int]) -> str:
    """Keys as the store reads an array of them; the driver would look at each for what has to be quoted."""
    return f"{{{','.join(map(str, keys))}}}"


@cache
def _maker(names: tuple[str, ...]) -> Callable[[Iterable[Any]], Any]:
    read: Any = namedtuple("Read", names)  # type: ignore[misc]
    make: Callable[[Iterable[Any]], Any] = read._make
    return make


def spelled(element: ClauseElement) -> Spelled:
    """A statement as the driver is given it; lists of values (`IN`) belong into its narrowing, or into an array."""
    compiled = element.compile(dialect=_DIALECT, compile_kwargs={"render_postcompile": True})
    return Spelled(str(compiled), compiled.params)


def narrowing(clauses: Sequence[ColumnElement[bool]]) -> Spelled:
    """What stands for `HERE`; its values have names that no statement has."""
    text, values = spelled(and_(*clauses).self_group())
    return Spelled(_VALUE.sub(r"%(where_\1)s", text), {f"where_{name}": value for name, value in values.items()})
