"""JSON: one object a line, objects one behind another, or an array of them; nested fields by their path."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from crosswind_object_stores.readers.kinds import BOOLEAN, DATE, INTEGER, NUMBER, STRING, TIMESTAMP, kind_of, together
from crosswind_object_stores.readers.maps import DEEPEST, MOST_ITEMS, joined, maps_of
from crosswind_object_stores.readers.source import MOST_COLUMNS, Field, Found, Unreadable
from crosswind_object_stores.readers.text import Head, TooShort

MOST_RECORDS = 1000
NO_MAPS: frozenset[str] = frozenset()
_SPACE = re.compile(r"[\s,]*")
_LIST = "array<"
_KINDS: dict[type, str] = {bool: BOOLEAN, int: INTEGER, float: NUMBER}
Record = dict[str, Any]
Values = dict[str, list[Any]]


def _integer(text: str) -> int | float:
    """Read an integer; one that no system holds becomes a float, because reading it takes time of its own."""
    return int(text) if len(text) < 25 else float(text[:300])


_decoder = json.JSONDecoder(parse_int=_integer)


def parse(head: Head) -> tuple[list[Record], str, str | None, int]:
    """Return records, the form they stand in, what was wrong behind them, and the characters they take."""
    text = head.text
    start = _SPACE.match(text).end()  # type: ignore[union-attr]  # the pattern matches nothing too
    if start == len(text):
        raise Unreadable("It holds nothing but white space")
    form = "array" if text[start] == "[" else "lines"
    if form == "lines" and text[start] != "{":
        raise Unreadable("It is no JSON of objects")
    found: list[Record] = []
    before = at = start + (form == "array")
    try:
        for value, end in _values(text, at):
            if not isinstance(value, dict):
                raise Unreadable("It is JSON, but not of objects")
            found.append(value)
            before, at = at, end
            if len(found) >= MOST_RECORDS:
                break
    except (ValueError, RecursionError) as error:
        pretty = form == "array" or "\n" in text[before:at].strip()
        problem = _broken(head, error, len(found), not pretty and "\n" in text[at:].strip())
        return found, form, problem, at
    if not found:
        raise Unreadable("It holds no object")
    return found, form, None, at


def _values(text: str, at: int) -> Iterator[tuple[Any, int]]:
    while True:
        at = _SPACE.match(text, at).end()  # type: ignore[union-attr]
        if at >= len(text) or text[at] == "]":
            return
        value, at = _decoder.raw_decode(text, at)
        yield value, at


def _broken(head: Head, error: Exception, found: int, lines_follow: bool) -> str | None:
    """Tell a record that is only cut off, which is no problem, from one that is wrong."""
    if isinstance(error, RecursionError):
        said = "It is nested too deeply"
    elif head.complete:
        said = "It breaks off in the middle, or is no JSON from there on"
    elif not found:
        raise TooShort(f"Its first record is longer than {len(head.text):,} characters, or it is no JSON")
    elif not lines_follow:
        return None
    else:
        said = "It is no JSON from there on"
    if not found:
        raise Unreadable(said)
    return f"{said}; the {found:,} records before that were read"


def described(head: Head, parsed: tuple[list[Record], str, str | None, int]) -> Found:
    """Return columns with their types, and the file's rows as far as the beginning tells."""
    records, form, problem, ends = parsed
    maps = maps_of(records)
    kinds: dict[str, str | None] = {}
    for record in records:
        for name, values in flat(record, maps).items():
            if name not in kinds and len(kinds) >= MOST_COLUMNS:
                problem = f"It has more than {MOST_COLUMNS:,} fields, of which those were read"
                continue
            for value in values:
                kinds[name] = _together(kinds.get(name), kind(value))
            kinds.setdefault(name, None)
    fields = [Field(name, found or STRING, known=found is not None) for name, found in kinds.items()]
    told = head.share * ends / max(1, len(head.text))
    whole = head.complete and len(records) < MOST_RECORDS
    rows = len(records) if whole or not told else max(len(records), round(len(records) / told))
    return Found(fields, {"form": form, "encoding": head.encoding}, rows, problem or head.problem)


def flat(record: Record, maps: frozenset[str] = NO_MAPS) -> Values:
    """Return the leaves of a record by their path; those within an array, or a map, share one name and are several."""
    found: Values = {}
    for name, value in record.items():
        _flatten(value, joined("", name, maps), 1, False, found, maps)
    return found


class Many(list[Any]):
    """A value of an array, as against one that stands alone."""


def _flatten(value: Any, path: str, depth: int, many: bool, found: Values, maps: frozenset[str]) -> None:
    if isinstance(value, dict) and value and depth < DEEPEST:
        for name, inner in value.items():
            _flatten(inner, joined(path, name, maps), depth + 1, many, found, maps)
    elif isinstance(value, list) and depth < DEEPEST:
        if not any(isinstance(each, dict) for each in value):
            found.setdefault(path, [])
        for each in value[:MOST_ITEMS]:
            _flatten(each, path, depth + 1, True, found, maps)
    else:
        found.setdefault(path, []).append(Many([value]) if many else value)


def kind(value: Any) -> str | None:
    """Return the type of a leaf, None of null."""
    if isinstance(value, Many):
        inner = kind(value[0])
        return f"{_LIST}{inner}>" if inner else None
    if isinstance(value, str):
        told = kind_of(value)
        return told if told in {DATE, TIMESTAMP} else STRING
    return None if value is None else _KINDS.get(type(value), "object")


def _together(one: str | None, other: str | None) -> str | None:
    if one and other and one.startswith(_LIST) and other.startswith(_LIST):
        inner = together(one[len(_LIST) : -1], other[len(_LIST) : -1])
        return f"{_LIST}{inner}>"
    return together(one, other)
