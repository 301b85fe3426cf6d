"""Keys grouped into datasets in one pass, in memory that does not grow with their number.

A folder (partitions left out) is grouped as a whole: partitioned files and files without a telling name are one dataset
named after the folder, files of one shape another, a file alone its own. Folders that no longer fit in memory are
written to a sorted run on disk; the runs are merged at the end, which also puts datasets in code point order.
"""

from __future__ import annotations

import heapq
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from operator import attrgetter
from typing import IO

import msgspec

from crosswind_object_stores.layout import names
from crosswind_object_stores.layout.partitions import Partitions

MOST_SHAPES = 50
MOST_FOLDERS = 20_000
MOST_NOTED = 200_000
"""Shapes and partitions noted before the folders that hold them are written out."""
READABLE = frozenset({"parquet", "csv", "json"})
ARCHIVED = frozenset({"GLACIER", "DEEP_ARCHIVE"})
Entry = tuple[str, int, str, str]
"""Key, size in bytes, last change (ISO, UTC), storage class."""


class Files(msgspec.Struct, gc=False):
    """Files counted together; `first` and `last` are keys with sizes worth reading, empty files left out."""

    count: int = 0
    size: int = 0
    changed: str = ""
    format: str = ""
    compression: str | None = None
    first: tuple[str, int] | None = None
    last: tuple[str, int] | None = None
    archived: int = 0
    empty: int = 0

    def add(self, entry: Entry) -> None:
        """Count one file."""
        key, size, changed, storage = entry
        self.count += 1
        self.size += size
        self.changed = max(self.changed, changed)
        if size == 0:
            self.empty += 1
        elif storage in ARCHIVED:
            self.archived += 1
        else:
            self.first = self.first or (key, size)
            self.last = (key, size)

    def join(self, other: Files) -> None:
        """Add what was counted elsewhere."""
        self.count += other.count
        self.size += other.size
        self.changed = max(self.changed, other.changed)
        self.archived += other.archived
        self.empty += other.empty
        self.first = min(filter(None, (self.first, other.first)), default=None)
        self.last = max(filter(None, (self.last, other.last)), default=None)


class Kept(msgspec.Struct, gc=False):
    """A folder as it is counted: by shape and extension, or all in one once it has partitions or too many shapes."""

    path: str
    shapes: dict[str, Files] = {}
    alone: dict[str, str] = {}
    whole: bool = False
    partitions: Partitions | None = None

    def group(self, shape: str, single: str) -> Files:
        """Return where files of a shape are counted."""
        found = self.shapes.get(shape)
        if found is None:
            found = self.shapes[shape] = Files()
            if not self.whole:
                self.alone[shape] = single
                if len(self.shapes) > MOST_SHAPES:
                    self.fold()
        return found

    def fold(self) -> None:
        """Count by format from now on."""
        self.whole = True
        self.alone = {}
        before, self.shapes = self.shapes, {}
        for files in before.values():
            label = f"{files.format}.{files.compression or ''}"
            if label in self.shapes:
                self.shapes[label].join(files)
            else:
                self.shapes[label] = files

    def join(self, other: Kept) -> None:
        """Add what another run counted of the same folder."""
        if self.whole != other.whole:
            (other if self.whole else self).fold()
        for shape, files in other.shapes.items():
            if shape in self.shapes:
                self.shapes[shape].join(files)
            else:
                self.shapes[shape] = files
                if shape in other.alone:
                    self.alone[shape] = other.alone[shape]
        if other.partitions is not None:
            self.partitions = other.partitions.joined(self.partitions)
        if not self.whole and len(self.shapes) > MOST_SHAPES:
            self.fold()


class Dataset(msgspec.Struct, gc=False):
    """Files that are read as one; `layout` is hive, date, id, folder or file."""

    name: str
    layout: str
    files: Files
    partitions: Partitions | None = None
    formats: dict[str, int] = {}


class Grouping:
    """Takes keys, gives datasets in order; to be closed."""

    def __init__(self, most_folders: int = MOST_FOLDERS, most_noted: int = MOST_NOTED) -> None:
        self.count = 0
        self.size = 0
        self._most = most_folders
        self._most_noted = most_noted
        self._noted = 0
        self._folders: dict[str, Kept] = {}
        self._runs: list[IO[bytes]] = []
        self._files = ExitStack()
        self._last: tuple[str, names.Folder, Kept] | None = None

    def add(self, entries: Iterable[Entry]) -> None:
        """Take one page of a listing."""
        for entry in entries:
            path, _, name = entry[0].rpartition("/")
            self.count += 1
            self.size += entry[1]
            if name:
                self._take(path, name, entry)
        if len(self._folders) > self._most or self._noted > self._most_noted:
            self._spill()

    def _take(self, path: str, name: str, entry: Entry) -> None:
        if self._last is None or self._last[0] != path:
            found = names.folder(path)
            kept = self._folders.get(found.path)
            if kept is None and not found.hidden:
                kept = self._folders[found.path] = Kept(found.path)
            self._last = (path, found, kept or Kept(found.path))
            if found.partitions and not found.hidden and kept is not None:
                self._noted += 1
                kept.partitions = (kept.partitions or Partitions()).seen(found.partitions, found.hive)
                if not kept.whole:
                    kept.fold()
        _, where, kept = self._last
        told = names.file(name)
        if where.hidden or told.hidden:
            return
        if kept.whole:
            files = kept.group(f"{told.format}.{told.compression or ''}", name)
        elif told.format in names.FORMATS.values():
            files = kept.group(f"{told.shape}.{told.extension}", name)
        else:
            files = kept.group(f"*.{told.extension}", name)
        if not files.count:
            files.format, files.compression = told.format, told.compression
            self._noted += 1
        files.add(entry)

    def _spill(self) -> None:
        run = self._files.enter_context(tempfile.TemporaryFile())  # noqa: SIM115 the stack closes it
        encoder = msgspec.msgpack.Encoder()
        for path in sorted(self._folders):
            encoded = encoder.encode(self._folders[path])
            run.write(len(encoded).to_bytes(4) + encoded)
        self._runs.append(run)
        self._folders = {}
        self._noted = 0
        self._last = None

    def datasets(self) -> Iterator[Dataset]:
        """Return the datasets by name in code point order, each name once."""
        with tempfile.TemporaryFile() as spool:
            yield from _sorted(_datasets(self._merged()), spool)

    def _merged(self) -> Iterator[Kept]:
        held: Kept | None = None
        streams = [*map(_read, self._runs), (self._folders[path] for path in sorted(self._folders))]
        for kept in heapq.merge(*streams, key=attrgetter("path")):
            if held is not None and held.path == kept.path:
                held.join(kept)
                continue
            if held is not None:
                yield held
            held = kept
        if held is not None:
            yield held

    def close(self) -> None:
        """Remove the runs."""
        self._files.close()


def _read(run: IO[bytes], at: int = 0, end: int | None = None) -> Iterator[Kept]:
    decoder = msgspec.msgpack.Decoder(Kept)
    for raw in _raw(run, at, end):
        yield decoder.decode(raw)


def _raw(run: IO[bytes], at: int, end: int | None) -> Iterator[bytes]:
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


def _datasets(folders: Iterable[Kept]) -> Iterator[Dataset]:
    for kept in folders:
        yield from _of_folder(kept)


def _of_folder(kept: Kept) -> Iterator[Dataset]:
    if kept.whole:
        if any(files.count for files in kept.shapes.values()):
            yield _one(kept, kept.shapes.values(), names.fit(kept.path or "*"))
        return
    generic: list[Files] = []
    for shape, files in kept.shapes.items():
        inside = f"{kept.path}/" if kept.path else ""
        stem, _, extension = shape.partition(".") if shape.startswith("*.") else _cut(shape, kept.alone[shape])
        if kept.path and files.format in READABLE and names.is_generic(stem, kept.path):
            generic.append(files)
        elif files.count == 1:
            yield Dataset(names.fit(inside + kept.alone[shape]), "file", files)
        else:
            pattern = stem.replace("#", "*") + (f".{extension}" if extension else "")
            yield Dataset(names.fit(inside + pattern), "folder", files)
    if generic:
        yield _one(kept, generic, names.fit(kept.path))


def _cut(shape: str, single: str) -> tuple[str, str, str]:
    extension = names.file(single).extension
    return (shape.removesuffix(f".{extension}"), ".", extension) if extension else (shape.removesuffix("."), "", "")


def _one(kept: Kept, groups: Iterable[Files], name: str) -> Dataset:
    """Join groups under the format that most of their files have."""
    formats: dict[str, int] = {}
    best: Files | None = None
    joined = Files()
    for files in groups:
        formats[files.format] = formats.get(files.format, 0) + files.count
        if best is None or (files.format in READABLE, files.count, files.format) > (
            best.format in READABLE, best.count, best.format,
        ):  # fmt: skip
            best = files
        joined.join(files)
    if best is not None:
        joined.format, joined.compression = best.format, best.compression
        joined.first, joined.last = best.first, best.last
    layout = kept.partitions.layout if kept.partitions else "folder"
    return Dataset(name, layout, joined, kept.partitions, formats if len(formats) > 1 else {})


def _sorted(datasets: Iterable[Dataset], spool: IO[bytes], most: int = 50_000) -> Iterator[Dataset]:
    """Sort any number of datasets by name in bounded memory; those of one name become one."""
    encoder, decoder = msgspec.msgpack.Encoder(), msgspec.msgpack.Decoder(Dataset)
    runs: list[tuple[int, int]] = []
    held: list[Dataset] = []

    def flush() -> None:
        start = spool.seek(0, 2)
        for each in sorted(held, key=attrgetter("name")):
            encoded = encoder.encode(each)
            spool.write(len(encoded).to_bytes(4) + encoded)
        runs.append((start, spool.tell()))
        held.clear()

    for each in datasets:
        held.append(each)
        if len(held) >= most:
            flush()
    stored = [map(decoder.decode, _raw(spool, start, end)) for start, end in runs]
    last: Dataset | None = None
    for each in heapq.merge(*stored, sorted(held, key=attrgetter("name")), key=attrgetter("name")):
        if last is not None and last.name == each.name:
            last.files.join(each.files)
            continue
        if last is not None:
            yield last
        last = each
    if last is not None:
        yield last
