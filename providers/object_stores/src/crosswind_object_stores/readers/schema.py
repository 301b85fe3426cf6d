"""A dataset's columns, from the last of its files and the first; whatever is wrong with one becomes a problem."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import PurePath

from crosswind.connectors.errors import ConnectorError
from crosswind_object_stores.layout.grouping import READABLE, Dataset
from crosswind_object_stores.readers import kinds
from crosswind_object_stores.readers.files import read
from crosswind_object_stores.readers.source import MOST_COLUMNS, Field, Found, Source, Unreadable

log = logging.getLogger(__name__)
Opener = Callable[[str, int], Source]


@dataclass
class Described:
    """What a dataset's files told, its estimated rows, what it took to read them, and the file with the problem."""

    found: Found = field(default_factory=Found)
    rows: int | None = None
    spent: int = 0
    problem_file: str | None = None


def describe(dataset: Dataset, opened: Opener) -> Described:
    """Describe a dataset; raises only what lies at the store, never what lies at a file."""
    files = dataset.files
    described = Described()
    if files.format not in READABLE:
        return described
    keys = list(dict.fromkeys(filter(None, (files.last, files.first))))
    if not keys:
        archived = "All of it is archived, and is not read"
        described.found.problem = archived if files.archived else "All of it is empty"
        return described
    read_rows = read_bytes = 0
    for index, (key, size) in enumerate(keys):
        source = opened(key, size)
        found = _read(source, dataset)
        described.spent += source.spent
        if found.problem and described.problem_file is None:
            described.problem_file = key
        described.found = found if index == 0 else merged(described.found, found)
        if found.rows is not None:
            read_rows, read_bytes = read_rows + found.rows, read_bytes + size
    if read_bytes:
        described.rows = read_rows if len(keys) == files.count else round(read_rows * files.size / read_bytes)
    described.found = _with_partitions(described.found, dataset)
    return described


def _read(source: Source, dataset: Dataset) -> Found:
    try:
        return read(source, dataset.files.format, dataset.files.compression)
    except Unreadable as problem:
        return Found(problem=str(problem))
    except ConnectorError:
        raise
    except Exception as error:
        log.warning("A file of the dataset %r could not be read: %s", dataset.name, _place(error))
        return Found(problem=f"It could not be read ({type(error).__name__})")


def _place(error: Exception) -> str:
    """Return an error's class and the lines it went through, without its text, which may quote the file."""
    frames = traceback.extract_tb(error.__traceback__)
    lines = (f"{PurePath(each.filename).name}:{each.lineno}" for each in frames)
    return f"{type(error).__name__} at {' > '.join(lines)}"


def merged(newer: Found, older: Found) -> Found:
    """Join the columns of two files: those of the newer first, types widened to hold both."""
    if not newer.fields or not older.fields:
        joined = replace(newer if newer.fields else older)
        joined.problem = newer.problem or older.problem
        return joined
    known = {each.name: each for each in newer.fields}
    varies = _types(newer, older) != _types(older, newer)
    for each in older.fields:
        before = known.get(each.name)
        if before is None:
            known[each.name] = replace(each, nullable=True)
        else:
            known[each.name] = _both(before, each)
    old_names = {each.name for each in older.fields}
    fields = [each if each.name in old_names else replace(each, nullable=True) for each in known.values()]
    facts = newer.facts | ({"schemaVaries": True} if varies else {})
    return Found(fields[:MOST_COLUMNS], facts, newer.rows, newer.problem or older.problem)


def _types(one: Found, other: Found) -> dict[str, str | None]:
    """Return the types of a file's columns; none where it, or the other, has no value to tell one by."""
    unknown = {each.name for each in other.fields if not each.known}
    return {each.name: each.data_type if each.known and each.name not in unknown else None for each in one.fields}


def _both(newer: Field, older: Field) -> Field:
    nullable = newer.nullable or older.nullable
    if newer.known and older.known:
        return replace(newer, data_type=_wider(newer.data_type, older.data_type), nullable=nullable)
    return replace(newer if newer.known else older, nullable=nullable)


_OF_TEXT = frozenset({kinds.INTEGER, kinds.NUMBER, kinds.BOOLEAN, kinds.DATE, kinds.TIMESTAMP, kinds.STRING})


def _wider(newer: str, older: str) -> str:
    if newer in _OF_TEXT and older in _OF_TEXT:
        return kinds.together(newer, older) or newer
    return newer


def _with_partitions(found: Found, dataset: Dataset) -> Found:
    """Add the keys of Hive partitions as columns, as every engine that reads the dataset does."""
    if not found.fields or dataset.partitions is None or dataset.layout != "hive":
        return found
    known = {each.name for each in found.fields}
    pairs = zip(dataset.partitions.keys, dataset.partitions.kinds, strict=True)
    lacking = dataset.partitions.lacking
    found.fields = [*found.fields, *(Field(name, kind, name in lacking) for name, kind in pairs if name not in known)]
    return found
