"""Parquet: columns from the footer, by ranged reads."""

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
    with failing(), file_of(tailed(source)) as file:
        yield file


@contextmanager
def failing() -> Iterator[None]:
    """Turn whatever Arrow says of a file into Unreadable, which quotes nothing of it."""
    import pyarrow as pa

    try:
        yield
    except (pa.ArrowException, OSError, ValueError, OverflowError):
        raise Unreadable("Its Parquet footer or pages are damaged") from None


def tailed(source: Source) -> Tailed:
    """Read the footer."""
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
    return Tailed(source, tail)


def file_of(handle: Tailed, **options: Any) -> Any:
    """Let Arrow read a file, within limits for what its footer declares."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    limits = {"thrift_string_size_limit": MOST_THRIFT, "thrift_container_size_limit": 1_000_000}
    handle.seek(0)
    return pq.ParquetFile(pa.PythonFile(handle, mode="r"), pre_buffer=False, buffer_size=TAIL, **limits, **options)


class Tailed(Ranged):
    """A file whose end is held already, and parts of it that were looked at before."""

    def __init__(self, source: Source, tail: bytes) -> None:
        super().__init__(source)
        self._tail = tail
        self._from = source.size - len(tail)
        self._ahead: dict[int, bytes] = {}

    def ahead(self, at: int) -> bytes:
        """Show what stands at a place, and hold it for whoever reads there next."""
        self.seek(at)
        held = self.read(TAIL)
        self._ahead[at] = held
        return held

    @property
    def footer(self) -> bytes:
        """The footer as a file of nothing else."""
        length = int.from_bytes(self._tail[-8:-4], "little")
        return MAGIC + self._tail[-length - 8 :]

    def forget(self) -> None:
        """Let go of what was shown."""
        self._ahead.clear()

    def read(self, size: int | None = -1) -> bytes:
        """Read from what is held where that reaches, else ask."""
        wanted = self._source.size - self._at if size is None or size < 0 else size
        if self._at >= self._from:
            begin = self._at - self._from
            found = self._tail[begin : begin + wanted]
            self._at += len(found)
            return found
        for start, held in self._ahead.items():
            if start <= self._at < start + len(held):
                found = held[self._at - start : self._at - start + wanted]
                self._at += len(found)
                return found if len(found) == wanted else found + super().read(wanted - len(found))
        return super().read(wanted)


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
