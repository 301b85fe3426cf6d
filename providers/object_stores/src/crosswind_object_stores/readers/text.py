"""The beginning of a file as text: unpacked within bounds, its encoding told by its bytes."""

from __future__ import annotations

import bz2
import codecs
import lzma
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from crosswind_object_stores.readers.source import Source, Unreadable

FIRST = 256 * 1024
MOST = 1024 * 1024
"""Bytes of a beginning: as many at first, as many when those do not do; the bound holds for what is unpacked too."""
MOST_RATIO = 200
_STEP = 1024
_MAGIC = (
    (b"PAR1", "parquet"), (b"Obj\x01", "avro"), (b"ORC", "orc"), (b"PK\x03\x04", "zip"), (b"%PDF", "pdf"),
    (b"\x1f\x8b", "gzip"), (b"BZh", "bzip2"), (b"\xfd7zXZ\x00", "xz"), (b"\x28\xb5\x2f\xfd", "zstd"),
)  # fmt: skip
_LONGEST_SIGN = max(len(sign) for sign, _ in _MAGIC)
PACKED = frozenset({"gzip", "bzip2", "xz", "zstd"})
_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"), (codecs.BOM_UTF32_BE, "utf-32-be"), (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"),
)  # fmt: skip


class TooShort(Unreadable):
    """A beginning does not hold what is looked for; a longer one may."""


@dataclass(frozen=True)
class Head:
    """A file's beginning; `complete` when it is the whole, `packed` how it is compressed, `share` of the file."""

    text: str
    complete: bool
    encoding: str
    packed: str | None
    share: float
    problem: str | None = None


def magic(data: bytes) -> str | None:
    """Return what a file is by its first bytes, None when they tell nothing."""
    return next((name for sign, name in _MAGIC if data.startswith(sign)), None)


def heads(source: Source) -> Iterator[Head]:
    """Return a short beginning, then a longer one for whoever found the first too short."""
    data = source.read(0, FIRST)
    head = _head(data, source.size)
    yield head
    if not head.complete and len(data) < source.size:
        yield _head(data + source.read(len(data), MOST - len(data)), source.size)


def _head(data: bytes, size: int) -> Head:
    packed = magic(data)
    whole = len(data) >= size
    problem = None
    used = len(data)
    if packed in PACKED:
        read = len(data)
        data, used, ended = _unpacked(data, str(packed))
        ended = ended and (whole or used + _LONGEST_SIGN <= read)
        if whole and not ended and len(data) < MOST:
            problem = f"It ends in the middle of its {packed} stream"
        whole = ended or (whole and len(data) < MOST)
    elif packed is not None:
        raise Unreadable(f"It holds {packed}")
    text, encoding = decoded(data, whole)
    return Head(text, whole, encoding, packed if packed in PACKED else None, used / max(size, 1), problem)


class _Unpacker(Protocol):
    @property
    def eof(self) -> bool: ...

    @property
    def unused_data(self) -> bytes: ...

    def decompress(self, data: bytes, max_length: int, /) -> bytes: ...


def _unpacked(data: bytes, packed: str) -> tuple[bytes, int, bool]:
    """Unpack at most MOST bytes; return them, how many were used for them, and whether the stream ended there."""
    try:
        found, used, ended = _drained_zstd(data) if packed == "zstd" else _stepwise(data, packed)
    except (zlib.error, OSError, EOFError, lzma.LZMAError, MemoryError, ValueError):
        raise Unreadable(f"Its {packed} stream is damaged") from None
    if len(found) >= MOST and len(found) > MOST_RATIO * used:
        raise Unreadable(f"It unpacks to more than {MOST_RATIO} times its size, so it was not unpacked")
    return found, used, ended


def _machine(packed: str) -> _Unpacker:
    if packed == "gzip":
        return zlib.decompressobj(wbits=31)
    return bz2.BZ2Decompressor() if packed == "bzip2" else lzma.LZMADecompressor(memlimit=128 * 1024 * 1024)


def _stepwise(data: bytes, packed: str) -> tuple[bytes, int, bool]:
    """Feed a little at a time, so that it is known how much was used for what came out.

    Streams that stand one behind another, as log shippers write them, are one; what is none behind them is padding.
    """
    machine = _machine(packed)
    parts: list[bytes] = []
    left, used = MOST, 0
    while left and used < len(data):
        if machine.eof:
            machine = _machine(packed)
        step = data[used : used + _STEP]
        part = machine.decompress(step, left)
        used += len(step) - len(machine.unused_data)
        parts.append(part)
        left -= len(part)
        if machine.eof and magic(data[used : used + _LONGEST_SIGN]) != packed:
            return b"".join(parts), used, True
    return b"".join(parts), used, machine.eof


def _drained_zstd(data: bytes) -> tuple[bytes, int, bool]:
    """Unpack through Arrow, which does not tell what it used: what comes out beyond MOST is counted and dropped."""
    import pyarrow as pa

    parts: list[bytes] = []
    held = counted = 0
    with pa.CompressedInputStream(pa.BufferReader(data), "zstd") as stream:
        while counted <= MOST_RATIO * len(data):
            try:
                part: bytes = stream.read(64 * 1024)
            except OSError:
                if not parts:
                    raise
                break
            if not part:
                break
            counted += len(part)
            parts.append(part[: MOST - held])
            held += len(parts[-1])
    used = len(data) if counted <= MOST_RATIO * len(data) else max(1, held // (2 * MOST_RATIO))
    return b"".join(parts), used, False


def decoded(data: bytes, whole: bool) -> tuple[str, str]:
    """Return text and the name of its encoding; a character cut at the end is left out."""
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _strictly(data[len(mark) :], encoding, whole), encoding
    if b"\x00" in data[:4096]:
        return _wide(data, whole)
    try:
        return _incrementally(data, "utf-8", whole), "utf-8"
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace"), "windows-1252"


def _wide(data: bytes, whole: bool) -> tuple[str, str]:
    """Read UTF-16 without a mark, which for western text has a zero in every other byte."""
    seen = data[:4096]
    even, odd = seen[0::2].count(0), seen[1::2].count(0)
    for encoding, zeros, others in (("utf-16-le", odd, even), ("utf-16-be", even, odd)):
        if zeros > len(seen) // 4 and others < zeros // 10 + 1:
            return _strictly(data, encoding, whole), encoding
    raise Unreadable("It is not text")


def _strictly(data: bytes, encoding: str, whole: bool) -> str:
    try:
        return _incrementally(data, encoding, whole)
    except UnicodeDecodeError:
        raise Unreadable(f"Its bytes are not {encoding}, which it begins as") from None


def _incrementally(data: bytes, encoding: str, whole: bool) -> str:
    """Decode; a character that is cut at the end of a part is no error, and of a whole file is one."""
    return codecs.getincrementaldecoder(encoding)().decode(data, final=whole)
