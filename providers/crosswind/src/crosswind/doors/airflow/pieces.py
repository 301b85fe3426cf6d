"""From the bytes of a file to its lines: unzipped where it is gzip, bounded whatever the file holds."""

from __future__ import annotations

import codecs
import json
import zlib
from collections.abc import Iterable, Iterator
from itertools import chain

LONGEST = 4 * 1024 * 1024
"""Bytes of a line; a longer one is passed over and told, and never held."""
STEP = 1024 * 1024
"""Bytes that are unzipped at a time."""
FREE = 64 * 1024 * 1024
MOST_TIMES = 300
"""How many times its size a file may unzip to, once it is past `FREE` bytes."""
GZIP = b"\x1f\x8b"
_SPACE = (" ", "\t", "\r", "\n")
Line = bytes | None
"""None stands for a line that was too long."""


def unzipped(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the file's bytes, unzipped where its first ones say gzip; ValueError for one that is broken or a bomb."""
    start = iter(pieces)
    first = b""
    while len(first) < len(GZIP) and (piece := next(start, None)) is not None:
        first += piece
    whole = chain([first], start)
    return _inflate(whole) if first.startswith(GZIP) else whole


def _inflate(pieces: Iterable[bytes]) -> Iterator[bytes]:
    inflate = zlib.decompressobj(31)
    read = made = 0
    for piece in pieces:
        read += len(piece)
        rest = piece
        while rest:
            if inflate.eof:
                inflate = zlib.decompressobj(31)
            part = _step(inflate, rest)
            rest = inflate.unconsumed_tail or inflate.unused_data
            made += len(part)
            if made > FREE and made > MOST_TIMES * read:
                raise ValueError(f"The file unzips to more than {MOST_TIMES} times its size; it is not taken")
            if part:
                yield part
    if not inflate.eof:
        raise ValueError("The gzip file is cut short")


def _step(inflate: zlib._Decompress, rest: bytes) -> bytes:
    try:
        return inflate.decompress(rest, STEP)
    except zlib.error:
        raise ValueError("The file begins as gzip and does not unzip") from None


def lines(pieces: Iterable[bytes]) -> Iterator[Line]:
    """Yield the lines of a file of JSON lines, or the elements of one that is a single array, a line each."""
    start = iter(pieces)
    held = b""
    for piece in start:
        held += piece
        told = held.removeprefix(codecs.BOM_UTF8).lstrip() and not codecs.BOM_UTF8.startswith(held)
        if told or len(held) > STEP:
            break
    whole = chain([held.removeprefix(codecs.BOM_UTF8)], start)
    return _elements(whole) if held.removeprefix(codecs.BOM_UTF8).lstrip()[:1] == b"[" else _lines(whole)


def _lines(pieces: Iterable[bytes]) -> Iterator[Line]:
    held: list[bytes] = []
    size = 0
    for piece in pieces:
        first, *others = piece.split(b"\n")
        size += len(first)
        if size <= LONGEST:
            held.append(first)
        else:
            held.clear()
        for other in others:
            yield b"".join(held) if size <= LONGEST else None
            held, size = [other], len(other)
            if size > LONGEST:
                held.clear()
    if size:
        yield b"".join(held) if size <= LONGEST else None


def _elements(pieces: Iterable[bytes]) -> Iterator[Line]:
    """Yield the elements of one JSON array; a fault in it ends the file, as nobody can tell where the next begins."""
    scan = json.JSONDecoder().raw_decode
    texts = _texts(pieces)
    text, at, ended, after = next(texts, "").lstrip().removeprefix("["), 0, False, False
    while True:
        at = _past_space(text, at)
        if after and text[at : at + 1] == ",":
            at, after = _past_space(text, at + 1), False
        if text[at : at + 1] == "]":
            return _end(chain([text[at + 1 :]], texts))
        try:
            _, end = scan(text, at)
            whole = end < len(text)
        except (ValueError, RecursionError) as error:
            if ended or len(text) - at > LONGEST:
                raise ValueError(f"The file is no JSON array: {_said(error)}") from None
            whole = False
        if not whole:
            if ended:
                raise ValueError("The file is no JSON array: it is cut short")
            more = next(texts, None)
            text, at, ended = text[at:] + (more or ""), 0, more is None
            continue
        yield text[at:end].replace("\n", " ").replace("\r", " ").encode()
        at, after = end, True


def _end(rest: Iterable[str]) -> None:
    """Read what is left, where a file can still turn out to be broken; ValueError where that is more than space."""
    if any(text.strip() for text in rest):
        raise ValueError("The file goes on after its JSON array; send one array, or JSON lines, an object a line")


def _texts(pieces: Iterable[bytes]) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for piece in pieces:
            yield decoder.decode(piece)
        yield decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        raise ValueError("The file is not UTF-8") from None


def _past_space(text: str, at: int) -> int:
    while text[at : at + 1] in _SPACE:
        at += 1
    return at


def _said(error: Exception) -> str:
    return error.msg if isinstance(error, json.JSONDecodeError) else "it is nested too deeply"
