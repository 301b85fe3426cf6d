"""The pages that a column of a Parquet file begins with, judged by their headers before they are unpacked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from crosswind_object_stores.readers.source import Unreadable

MOST_UNPACKED = 32 * 1024 * 1024
"""Bytes that the first pages of a column may unpack to."""
MOST_ITEMS = 10_000_000
"""Items that lists of one row group may have: the first of them may have them all."""
MOST_FIXED = 64 * 1024
"""Bytes of a value of fixed length: there, a word that comes often is unpacked as often."""
_DATA, _DATA_2 = 5, 8
_DAMAGED = "Its pages are damaged"


@dataclass(frozen=True)
class Chunk:
    """A column's part of a row group; `items` of all its lists, `fixed` the length of its values if they have one."""

    start: int
    end: int
    items: int
    repeated: bool
    fixed: int

    @classmethod
    def of(cls, found: Any, column: Any) -> Chunk:
        """Read what the footer says."""
        start = found.data_page_offset
        if found.has_dictionary_page and 0 < (found.dictionary_page_offset or 0) < start:
            start = found.dictionary_page_offset
        fixed = (column.length or 0) if column.physical_type == "FIXED_LEN_BYTE_ARRAY" else 0
        return cls(start, start + found.total_compressed_size, found.num_values, column.max_repetition_level > 0, fixed)


def judged(chunk: Chunk, rows: int, ahead: Callable[[int], bytes]) -> int:
    """Return how many of the first rows may be read; Unreadable for none. `ahead` shows what stands at a place."""
    if chunk.fixed > MOST_FIXED:
        raise Unreadable(f"Its values are longer than {MOST_FIXED:,} bytes")
    if chunk.repeated and chunk.items > MOST_ITEMS:
        raise Unreadable(f"Its lists have more than {MOST_ITEMS:,} items")
    unpacked = values = 0
    at = chunk.start
    while values < rows and at < chunk.end:
        header, length = _header(ahead(at))
        size, packed = header.get(2, -1), header.get(3, -1)
        if size < 0 or packed < 0:
            raise Unreadable(_DAMAGED)
        unpacked += size
        inner = header.get(_DATA) or header.get(_DATA_2) or {}
        items = inner.get(1, 0)
        if unpacked > MOST_UNPACKED or (chunk.repeated and items > MOST_ITEMS):
            if values and not chunk.repeated:
                return values
            raise Unreadable(f"Its first rows unpack to more than {MOST_UNPACKED // 1024 // 1024} MB")
        values += items
        at += length + packed
    return rows


def _header(data: bytes) -> tuple[dict[int, Any], int]:
    try:
        return _struct(data, 0)
    except (IndexError, ValueError, RecursionError):
        raise Unreadable(_DAMAGED) from None


def _struct(data: bytes, at: int) -> tuple[dict[int, Any], int]:
    """Read a structure of Thrift's compact protocol; a page's header holds numbers, bytes and structures."""
    found: dict[int, Any] = {}
    number = 0
    while head := data[at]:
        at += 1
        kind = head & 15
        if head >> 4:
            number += head >> 4
        else:
            number, at = _number(data, at)
        if kind in {4, 5, 6}:
            found[number], at = _number(data, at)
        elif kind == 8:
            length, at = _varint(data, at)
            at += length
        elif kind == 12:
            found[number], at = _struct(data, at)
        elif kind not in {1, 2}:
            raise ValueError(kind)
    return found, at + 1


def _number(data: bytes, at: int) -> tuple[int, int]:
    value, at = _varint(data, at)
    return (value >> 1) ^ -(value & 1), at


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while shift < 70:
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, at
        shift += 7
    raise ValueError
