"""Records kept on disk in sorted runs, so that any number of them can be put in order in bounded memory."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from operator import attrgetter
from typing import IO, Any

import msgspec

from crosswind_object_stores.layout.files import Dataset

MOST_HELD = 50_000


def write(run: IO[bytes], records: Iterable[Any]) -> None:
    """Write records, each behind its length."""
    encoder = msgspec.msgpack.Encoder()
    for each in records:
        encoded = encoder.encode(each)
        run.write(len(encoded).to_bytes(4) + encoded)


def read(run: IO[bytes], at: int = 0, end: int | None = None) -> Iterator[bytes]:
    """Read records from a part of a file that others read too."""
    while end is None or at < end:
        run.seek(at)
        block = run.read(1024 * 1024 if end is None else min(1024 * 1024, end - at))
        if len(block) < 4:
            return
        position = 0
        while position + 4 <= len(block):
            length = int.from_bytes(block[position : position + 4])
            if position + 4 + length > len(block):
                break
            yield block[position + 4 : position + 4 + length]
            position += 4 + length
        if position == 0:
            length = int.from_bytes(block[:4])
            run.seek(at + 4)
            yield run.read(length)
            position = 4 + length
        at += position


def by_name(datasets: Iterable[Dataset], spool: IO[bytes], most: int = MOST_HELD) -> Iterator[Dataset]:
    """Sort any number of datasets by name; those of one name become one."""
    decoder = msgspec.msgpack.Decoder(Dataset)
    runs: list[tuple[int, int]] = []
    held: list[Dataset] = []
    for each in datasets:
        held.append(each)
        if len(held) >= most:
            start = spool.seek(0, 2)
            write(spool, sorted(held, key=attrgetter("name")))
            runs.append((start, spool.tell()))
            held.clear()
    stored = [map(decoder.decode, read(spool, start, end)) for start, end in runs]
    last: Dataset | None = None
    for each in heapq.merge(*stored, sorted(held, key=attrgetter("name")), key=attrgetter("name")):
        if last is not None and last.name == each.name:
            last.join(each)
            continue
        if last is not None:
            yield last
        last = each
    if last is not None:
        yield last
