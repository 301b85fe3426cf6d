"""Descriptions, tags and owners of assets as a sheet: given out, edited in a spreadsheet, and taken in again."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from crosswind.contexts.catalog.transfer import cells
from crosswind.contexts.catalog.transfer import lines as reading
from crosswind.contexts.catalog.transfer.lines import AssetLine, LineError, Parsed
from crosswind.contexts.catalog.transfer.repository import sheets as repository
from crosswind.contexts.catalog.transfer.schemas import SheetResult
from crosswind.contexts.catalog.transfer.storing import Stored, Storer
from crosswind.kit.errors import Invalid
from crosswind.kit.unit_of_work import Event, UnitOfWork

COLUMNS = ("qualified_name", "type", "description", "tags", "owners")
WRITTEN = ("description", "tags", "owners")
MOST_ROWS = 20_000
MOST_ERRORS = 100
STRETCH = 1_000
OTHER_MARKS = {";": "semicolons", "\t": "tabs", "|": "bars"}
_PARTED = re.compile(r'"[^"]*(?:""[^"]*)*" *([;\t|])')
"""A first cell in quotes, and what stands after it instead of a comma."""
LONGEST_NAME = 64
"""Characters of a column that is not known, as far as it is told."""
Row = dict[str, str]


class SheetService:
    """Sheets of one unit of work."""

    def __init__(self, uow: UnitOfWork) -> None:
        self._uow = uow
        self._session = uow.session
        self._actor = uow.actor

    def stretch(self, after: str) -> list[list[Any]]:
        """The next rows of the sheet after a qualified name, by that name; none after the last."""
        rows = repository.page(self._session, self._actor, after, STRETCH)
        return [
            [
                row.qualified_name, row.type, row.description,
                cells.tags_written(row.tags), cells.owners_written(row.owners or ()),
            ]
            for row in rows
        ]  # fmt: skip

    def take_in(self, text: str, *, dry: bool) -> SheetResult:
        """Write what differs; an empty cell empties, a column that is left out stays. Dry, nothing is kept."""
        rows = list(_rows(text))
        with self._session.begin_nested() as attempt:
            parsed = self._parsed(rows)
            done = Storer(self._session, self._actor).store(parsed)
            if dry:
                attempt.rollback()
        if done.updated and not dry:
            self._record(done)
        errors = sorted(done.errors, key=lambda error: error.line)
        told: Any = [error.plain() for error in errors[:MOST_ERRORS]]
        return {
            "dryRun": dry,
            "rows": len(rows),
            "changed": done.updated,
            "unchanged": done.unchanged,
            "errors": told,
            "errorCount": len(errors),
        }

    def _parsed(self, rows: Sequence[tuple[int, Row]]) -> Parsed:
        known = repository.known(self._session, self._actor, [row["qualified_name"] for _, row in rows])
        parsed = Parsed()
        seen: dict[str, int] = {}
        for number, row in rows:
            name = row["qualified_name"]
            first = seen.setdefault(name, number)
            try:
                if first != number:
                    raise Invalid(f"stands in row {first} already", field="qualified_name")
                if name not in known:
                    raise Invalid("names no asset that is in the catalog", field="qualified_name")
                parsed.assets.append((number, _line(row, known[name].type, known[name].name)))
            except Invalid as error:
                parsed.errors.append(LineError(number, error.field or "", error.message))
        return parsed

    def _record(self, done: Stored) -> None:
        after = {"updated": done.updated, "qualified_names": done.names}
        self._uow.record(Event("ASSET", "sheet", "INGEST", None, after, told=True))


def _rows(text: str) -> Iterator[tuple[int, Row]]:
    """Rows with their numbers, the head being the first; Invalid for a head that says something else."""
    lines = list(io.StringIO(text, newline=""))
    found = csv.reader(lines, strict=True)
    begun = 0
    try:
        head = [name.strip() for name in next(found, [])]
        _check_head(head)
        begun = found.line_num
        for number, row in enumerate(found, 2):
            begun = found.line_num
            if not any(row):
                continue
            if number > MOST_ROWS + 1:
                raise Invalid(f"A sheet has at most {MOST_ROWS} rows; send it in several", field="body")
            if len(row) != len(head):
                raise Invalid(f"Row {number} has {len(row)} cells, its head {len(head)}", field="body")
            yield number, dict(zip(head, map(cells.plain, row), strict=True))
    except csv.Error as error:
        raise Invalid(_unread(str(error), lines[begun], begun + 1, found.line_num), field="body") from None


def _unread(said: str, first: str, begun: int, line: int) -> str:
    """What is wrong with a row that begins with a line and could not be read beyond another, and what to do."""
    if parted := _PARTED.match(first):
        return _by_others(parted[1], begun)
    if "end of data" in said:
        return f"A quote opens in the row at line {begun} and never closes; close it, or write it twice within a cell"
    if "expected after" in said:
        return (
            f"Line {line} goes on after a quote that closes a cell; put a comma there, or write a quote in a cell twice"
        )
    if "field limit" in said:
        return f"Line {line} has a cell of more than {csv.field_size_limit():,} characters; does each quote close?"
    return f"Line {line} cannot be read; save the sheet as CSV, with commas between cells"


def _by_others(mark: str, line: int) -> str:
    return f"Line {line} parts its cells by {OTHER_MARKS[mark]}; save the sheet as CSV with commas between them"


def _check_head(head: Sequence[str]) -> None:
    if wrong := _wrong(head):
        raise Invalid(f"{wrong}. The first row names columns, of {', '.join(COLUMNS)}", field="body")
    if not set(WRITTEN) & set(head):
        raise Invalid(f"No column is to be written: {', '.join(WRITTEN)}", field="body")


def _wrong(head: Sequence[str]) -> str | None:
    if not any(head):
        return "The sheet is empty, or begins with an empty row"
    if len(head) == 1 and (mark := next((each for each in OTHER_MARKS if each in head[0]), None)):
        return _by_others(mark, 1)
    for name in head:
        if name not in COLUMNS:
            return f"The column '{name[:LONGEST_NAME]}' is not known here" if name else "A column has no name"
        if head.count(name) > 1:
            return f"The column '{name}' stands twice"
    return None if "qualified_name" in head else "The column 'qualified_name' is missing"


def _line(row: Row, kind: str, name: str) -> AssetLine:
    """What a row says, under names that the catalog has already, and so are checked no more."""
    told: dict[str, Any] = {"type": kind, "name": "-", "qualified_name": "-"}
    if "description" in row:
        told["description"] = row["description"] or None
    if "tags" in row:
        told["tags"] = cells.tags_read(row["tags"])
    if "owners" in row:
        told["owners"] = cells.owners_read(row["owners"])
    line = reading.read(msgspec.json.encode(told))
    assert isinstance(line, AssetLine), "it is told as one"
    return msgspec.structs.replace(line, name=name, qualified_name=row["qualified_name"])
