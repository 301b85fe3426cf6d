"""Parquet: columns from the footer, values from the first pages, both by ranged reads."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from crosswind_object_stores.layout.names import fit
from crosswind_object_stores.readers.source import MOST_COLUMNS, Field, Found, Ranged, Source, Unreadable

MAGIC = b"PAR1"
TAIL = 64 * 1024
MOST_FOOTER = 12 * 1024 * 1024
MOST_THRIFT = 64 * 1024 * 1024
DEEPEST = 10


def described(source: Source) -> Found:
    """Return columns and rows."""
    with opened(source) as file:
        fields = list(_fields(file.schema_arrow))
        facts = {"writer": _writer(file.metadata.created_by)}
        rows = int(file.metadata.num_rows)
    problem = None
    if len(fields) > MOST_COLUMNS:
        problem = f"It has more than {MOST_COLUMNS:,} columns, of which those were read"
    told = {name: value for name, value in facts.items() if value}
    return Found(fields[:MOST_COLUMNS], told, max(0, rows), problem)


@contextmanager
def opened(source: Source) -> Iterator[Any]:
    """Open a file by its footer, which is judged before it is read; Unreadable for one that is no Parquet."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    tail = source.read(max(0, source.size - TAIL), TAIL)
    if len(tail) < 12 or tail[-4:] not in {MAGIC, b"PARE"}:
        raise Unreadable("It has no Parquet footer: it is truncated, or something else")
    if tail[-4:] != MAGIC:
        raise Unreadable("Its footer is encrypted")
    length = int.from_bytes(tail[-8:-4], "little")
    if length + 12 > source.size:
        raise Unreadable("Its Parquet footer is longer than the file: it is damaged")
    if length > MOST_FOOTER:
        raise Unreadable(f"Its Parquet footer is longer than {MOST_FOOTER // 1024 // 1024} MB")
    if length + 8 > len(tail):
        missing = source.size - length - 8
        tail = source.read(missing, source.size - missing - len(tail)) + tail
    limits = {"thrift_string_size_limit": MOST_THRIFT, "thrift_container_size_limit": 1_000_000}
    try:
        with pq.ParquetFile(
            pa.PythonFile(_Tailed(source, tail), mode="r"), pre_buffer=False, buffer_size=TAIL, **limits
        ) as file:
            yield file
    except (pa.ArrowException, OSError, ValueError, OverflowError):
        raise Unreadable("Its Parquet footer or pages are damaged") from None


class _Tailed(Ranged):
    """A file whose end is held already."""

    def __init__(self, source: Source, tail: bytes) -> None:
        super().__init__(source)
        self._tail = tail
        self._from = source.size - len(tail)

    def read(self, size: int | None = -1) -> bytes:
        """Read from what is held where that reaches, else ask."""
        if self._at < self._from:
            return super().read(size)
        begin = self._at - self._from
        found = self._tail[begin:] if size is None or size < 0 else self._tail[begin : begin + size]
        self._at += len(found)
        return found


def _writer(created_by: str | None) -> str | None:
    printable = "".join(each for each in created_by or "" if each.isprintable())
    return printable[:100] or None


def _fields(schema: Any) -> Iterator[Field]:
    taken: set[str] = set()
    for each in schema:
        for found in _leaves(each.name, each.type, each.nullable, 0):
            if found.name not in taken:
                taken.add(found.name)
                yield found


def _leaves(path: str, kind: Any, nullable: bool, depth: int) -> Iterator[Field]:
    """Return the leaves under a field: members of a structure by their path, also those within an array."""
    from pyarrow import types

    inner, arrays = kind, 0
    while types.is_list(inner) or types.is_large_list(inner) or types.is_fixed_size_list(inner):
        inner, arrays = inner.value_type, arrays + 1
    if types.is_struct(inner) and inner.num_fields and depth < DEEPEST:
        for at in range(inner.num_fields):
            member = inner.field(at)
            for leaf in _leaves(f"{path}.{member.name}", member.type, nullable or member.nullable, depth + 1):
                yield Field(leaf.name, "array<" * arrays + leaf.data_type + ">" * arrays, leaf.nullable)
        return
    yield Field(fit(path), "array<" * arrays + _word(inner) + ">" * arrays, nullable)


def _word(kind: Any) -> str:
    from pyarrow import types

    if types.is_dictionary(kind):
        return _word(kind.value_type)
    if types.is_large_string(kind) or types.is_string_view(kind):
        return "string"
    if types.is_map(kind):
        return f"map<{_word(kind.key_type)}, {_word(kind.item_type)}>"
    said = str(kind)
    return said if len(said) <= 200 else said[:199] + "…"


def rows_of(source: Source, columns: list[str], rows: int) -> list[dict[str, Any]]:
    """Return the first rows with those top-level columns."""
    with opened(source) as file:
        there = {each.name for each in file.schema_arrow}
        roots = sorted({root for each in columns for root in _roots(each) if root in there})
        if not roots:
            return []
        found: list[dict[str, Any]] = []
        for batch in file.iter_batches(batch_size=min(rows, 1000), columns=roots, use_threads=False):
            found.extend(batch.to_pylist())
            if len(found) >= rows:
                break
    return found[:rows]


def _roots(path: str) -> Iterator[str]:
    """Return every top-level name that a path may begin with: a name may itself hold a dot."""
    parts = path.split(".")
    return (".".join(parts[: end + 1]) for end in range(len(parts)))
