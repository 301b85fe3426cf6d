"""Delimited text: delimiter, header and types told by the first rows."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from dataclasses import dataclass, replace
from itertools import islice

from crosswind_object_stores.layout.names import fit
from crosswind_object_stores.readers.kinds import STRING, kind_of, together
from crosswind_object_stores.readers.naming import is_cell
from crosswind_object_stores.readers.source import MOST_COLUMNS, Field, Found, Unreadable
from crosswind_object_stores.readers.text import Head, TooShort

MOST_ROWS = 1000
DELIMITERS = (",", "\t", ";", "|")
_LOOKED_AT = 20
_SHOWN = 65_536
_NAME = re.compile(r"[^\W\d](?:[\w .:()/%#&'+-]{0,62}[\w)%#])?")
_YEAR = re.compile(r"\d{4}")
_WORD = re.compile(r"[^\W\d]\w{0,63}")
Row = list[str]


@dataclass(frozen=True)
class Parsed:
    """Rows under their names; `ends` is how many characters they take."""

    names: list[str]
    rows: list[Row]
    delimiter: str
    header: bool
    problem: str | None
    ends: int


def parse(head: Head, extension: str = "csv") -> Parsed:
    """Read rows; TooShort when not even the first is complete, Unreadable when it is no delimited text."""
    if not head.text.strip():
        raise Unreadable("It holds nothing but white space")
    told = {"tsv": "\t", "psv": "|"}.get(extension)
    skipped = _comments(head.text, told)
    head = replace(head, text=head.text[skipped:])
    delimiter = told or _delimiter(head)
    rows, ends, problem = _rows(head, delimiter)
    width = max(map(len, rows))
    if width > MOST_COLUMNS:
        problem = f"It has more than {MOST_COLUMNS:,} columns, of which those were read"
        rows = [row[:MOST_COLUMNS] for row in rows]
        width = MOST_COLUMNS
    header = _has_header(rows)
    names = _named(rows[0] if header else [], width)
    return Parsed(names, rows[1:] if header else rows, delimiter, header, problem, skipped + ends)


def _comments(text: str, delimiter: str | None) -> int:
    """Return where the rows begin behind leading lines of `#`; such a line with the cells of the next is the header."""
    at = 0
    while text.startswith("#", at) and (end := text.find("\n", at) + 1):
        following = text[end : end + _SHOWN].partition("\n")[0]
        if not following.strip():
            return at
        counts = [(text.count(each, at, end), following.count(each)) for each in (delimiter or "".join(DELIMITERS))]
        if not following.startswith("#") and any(0 < one == other for one, other in counts):
            return at
        at = end
    return at


def described(head: Head, parsed: Parsed, size: int) -> Found:
    """Return columns with their types, and the file's rows as far as the beginning tells."""
    kinds: list[str | None] = [None] * len(parsed.names)
    for row in parsed.rows:
        for at in range(len(parsed.names)):
            kind = kind_of(row[at]) if at < len(row) else None
            kinds[at] = together(kinds[at], kind)
    told = zip(parsed.names, kinds, strict=True)
    fields = [Field(name, kind or STRING, known=kind is not None) for name, kind in told]
    facts = {"delimiter": parsed.delimiter, "header": parsed.header, "encoding": head.encoding}
    return Found(fields, facts, _rows_of_file(head, parsed, size), parsed.problem or head.problem)


def _rows_of_file(head: Head, parsed: Parsed, size: int) -> int | None:
    if not parsed.rows or not parsed.ends:
        return 0 if head.complete else None
    if head.complete and parsed.ends >= len(head.text):
        return len(parsed.rows)
    told = head.share * parsed.ends / max(1, len(head.text))
    return max(len(parsed.rows), round(len(parsed.rows) / told)) if told and size else None


def _rows(head: Head, delimiter: str, most: int = MOST_ROWS) -> tuple[list[Row], int, str | None]:
    """Return complete rows, the characters they take, and what was wrong behind them."""
    counted = _Counted(head.text)
    found: list[Row] = []
    begins = before = 0
    try:
        for row in csv.reader(counted, delimiter=delimiter):
            begins = before
            if counted.over and not head.complete:
                break
            before = counted.taken
            if row:
                found.append(row)
            if len(found) > most:
                break
    except csv.Error:
        if not found:
            raise Unreadable("It is no delimited text: a value is longer than 131,072 characters") from None
        return found, before, "A value is longer than 131,072 characters; only the rows before it were read"
    if counted.over and head.complete and _is_open(head.text[begins:], delimiter):
        return found, before, "A quote is opened and not closed: what stands behind it is read as one value"
    if not found:
        raise TooShort(f"Its first line is longer than {len(head.text):,} characters, which is all that was read")
    return found, before, None


def _is_open(row: str, delimiter: str) -> bool:
    """Say whether the last row ends within quotes."""
    try:
        list(csv.reader(io.StringIO(row, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        return "end of data" in str(error)
    return False


class _Counted:
    """Lines that say how far a reader of them has come."""

    def __init__(self, text: str) -> None:
        self._lines = io.StringIO(text, newline="")
        self._whole = len(text)
        self.taken = 0

    @property
    def over(self) -> bool:
        return self.taken >= self._whole

    def __iter__(self) -> _Counted:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self.taken += len(line)
        return line.replace("\x00", "\ufffd")


def _delimiter(head: Head) -> str:
    """Return the delimiter that gives the most rows the same number of cells, and the most cells where that is even."""
    best, scored = ",", (0.0, 0)
    shown = head.text[:_SHOWN] if "\n" in head.text[:_SHOWN] else head.text
    part = Head(shown, head.complete and len(shown) == len(head.text), head.encoding, None, head.share)
    for each in DELIMITERS:
        try:
            rows, _, _ = _rows(part, each, _LOOKED_AT)
        except Unreadable:
            continue
        (cells, often), *_ = Counter(map(len, rows)).most_common(1)
        if cells > 1 and (often / len(rows), cells) > scored:
            best, scored = each, (often / len(rows), cells)
    return best


def _has_header(rows: list[Row]) -> bool:
    """Say whether the first row names the columns.

    It does not when a cell of it is a value, as far as is_cell can tell: values may be somebody's, and names are shown.
    Else it does when a column below that it names holds something else than text; where all below is text too, when its
    cells look like names, none twice, and do not come again below.
    """
    first, *others = rows
    cells = [each.strip() for each in first]
    if not any(cells) or all(map(_YEAR.fullmatch, filter(None, cells))):
        return False
    if any(is_cell(each, [row[at] for row in others[:100] if at < len(row)]) for at, each in enumerate(cells) if each):
        return False
    if _typed_below(cells, others):
        return True
    name = _NAME if len(cells) > 1 else _WORD
    looks = all(name.fullmatch(each) for each in cells) and len(set(map(str.lower, cells))) == len(cells)
    return looks and set(cells).isdisjoint(cell.strip() for row in others[:100] for cell in row)


def _typed_below(cells: Row, rows: list[Row]) -> bool:
    """Say whether a column under a name has values of one kind other than text."""
    for at in (at for at, each in enumerate(cells[:200]) if each):
        kinds = {kind_of(row[at]) for row in islice(rows, 100) if at < len(row)} - {None}
        if kinds and STRING not in kinds:
            return True
    return False


def _named(cells: Row, width: int) -> list[str]:
    """Return a name for every column, each only once."""
    numbers: Counter[str] = Counter()
    taken: dict[str, None] = {}
    for at in range(width):
        base = fit(cells[at].strip()) if at < len(cells) and cells[at].strip() else f"column_{at + 1}"
        name = base
        while name in taken:
            numbers[base] += 1
            name = f"{base}_{numbers[base] + 1}"
        taken[name] = None
    return list(taken)
