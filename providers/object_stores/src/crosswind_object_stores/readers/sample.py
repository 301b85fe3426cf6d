"""A bounded sample of what a file's columns hold, as text; kept nowhere."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from crosswind.connectors.errors import ConnectorError
from crosswind_object_stores.layout import names
from crosswind_object_stores.readers import delimited, files, parquet_values, records, text
from crosswind_object_stores.readers.maps import maps_of
from crosswind_object_stores.readers.records import NO_MAPS
from crosswind_object_stores.readers.source import Source, Unreadable

Values = dict[str, list[str | None]]


def sample(source: Source, form: str, columns: Sequence[str], rows: int, longest: int) -> Values:
    """Return at most `rows` values of those columns that the file has, each cut at `longest` characters.

    Whatever else is wrong with a file than what is known of files is named by its class only: it may quote values.
    """
    try:
        return _sample(source, form, columns, rows, longest)
    except (Unreadable, ConnectorError):
        raise
    except Exception as error:
        raise Unreadable(f"It could not be read ({type(error).__name__})") from None


def _sample(source: Source, form: str, columns: Sequence[str], rows: int, longest: int) -> Values:
    wanted = set(columns)
    if form == "parquet":
        return _of_parquet(source, wanted, rows, longest)
    try:
        return _of_text(source, form, wanted, rows, longest)
    except Unreadable as problem:
        if str(problem) != files.PARQUET:
            raise
    return _of_parquet(source, wanted, rows, longest)


def _of_parquet(source: Source, wanted: set[str], rows: int, longest: int) -> Values:
    """Return the columns that could be read; Unreadable when there are such, but not one could."""
    read = parquet_values.first_values(source, sorted(wanted), rows, longest)
    if read.problem and not read.values:
        raise read.problem
    values: Values = {}
    for root, held in read.values.items():
        values |= _of_records(({root: each} for each in held), wanted, rows, longest)
    return values


def _of_text(source: Source, form: str, wanted: set[str], rows: int, longest: int) -> Values:
    short: Unreadable | None = None
    for head in text.heads(source):
        try:
            if files.holds_records(head, form):
                found = records.parse(head)[0]
                return _of_records(found, wanted, rows, longest, maps_of(found))
            return _of_rows(delimited.parse(head, files.extension(source)), wanted, rows, longest)
        except text.TooShort as error:
            short = error
    raise short or Unreadable("It is empty")


def _of_rows(parsed: delimited.Parsed, wanted: set[str], rows: int, longest: int) -> Values:
    places = {name: at for at, name in enumerate(parsed.names) if name in wanted}
    return {
        name: [row[at][:longest] if at < len(row) and row[at] else None for row in parsed.rows[:rows]]
        for name, at in places.items()
    }


def _of_records(
    found: Iterable[Mapping[str, Any]], wanted: set[str], rows: int, longest: int, maps: frozenset[str] = NO_MAPS
) -> Values:
    values: Values = {}
    for record in found:
        for name, leaves in records.flat(dict(record), maps).items():
            if name in wanted:
                held = values.setdefault(name, [])
                held.extend(_text(leaf, longest) for leaf in leaves[: rows - len(held)])
    return values


def _text(value: Any, longest: int) -> str | None:
    if isinstance(value, records.Many):
        value = value[0]
    if value is None:
        return None
    if isinstance(value, bytes):
        said = value[:longest].decode(errors="replace")
    elif isinstance(value, dt.date | dt.time):
        said = value.isoformat()
    elif isinstance(value, dict | list | tuple):
        said = json.dumps(value, default=str)
    else:
        said = str(value)
    return said[:longest]


def of_partitions(key: str, columns: Sequence[str]) -> Values:
    """Return the values that a key itself holds of Hive's partition columns."""
    found = dict(names.folder(key.rpartition("/")[0]).partitions)
    return {name: [None if found[name] == names.NULL else found[name]] for name in columns if name in found}
