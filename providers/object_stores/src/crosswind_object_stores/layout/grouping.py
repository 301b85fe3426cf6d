"""Keys grouped into datasets in one pass, in memory that does not grow with their number.

A folder (partitions left out) is grouped as a whole: Hive's files are one dataset named after the folder, and so are
files without a telling name; files of one shape are another, through all folders of dates or ids, and a file alone its
own. Folders that no longer fit in memory are written to a sorted run on disk; the runs are merged at the end, which
also puts datasets in code point order.
"""

from __future__ import annotations

import heapq
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from operator import attrgetter
from typing import IO

import msgspec

from crosswind_object_stores.layout import names, runs
from crosswind_object_stores.layout.files import ARCHIVED, READABLE, Dataset, Entry, Files
from crosswind_object_stores.layout.kept import Kept
from crosswind_object_stores.layout.partitions import Place

__all__ = ["ARCHIVED", "READABLE", "Dataset", "Entry", "Files", "Grouping"]
MOST_FOLDERS = 20_000
MOST_NOTED = 200_000
"""Shapes and partitions noted before the folders that hold them are written out."""


class Grouping:
    """Takes keys, gives datasets in order; to be closed."""

    def __init__(self, most_folders: int = MOST_FOLDERS, most_noted: int = MOST_NOTED) -> None:
        self.count = 0
        self.size = 0
        self.hidden = 0
        self._most = most_folders
        self._most_noted = most_noted
        self._noted = 0
        self._folders: dict[str, Kept] = {}
        self._runs: list[IO[bytes]] = []
        self._files = ExitStack()
        self._path: str | None = None
        self._place = Place("", (), False, "", "")
        self._kept: Kept | None = None

    def add(self, entries: Iterable[Entry]) -> None:
        """Take one page of a listing."""
        for entry in entries:
            path, _, name = entry[0].rpartition("/")
            self.count += 1
            self.size += entry[1]
            if name:
                if path != self._path:
                    self._enter(path)
                self._take(name, entry)
        if len(self._folders) > self._most or self._noted > self._most_noted:
            self._spill()

    def _enter(self, path: str) -> None:
        """Go to a folder; nothing is kept of a hidden one."""
        found = names.folder(path)
        self._path, self._place, self._kept = path, Place.of(path, found), None
        if found.hidden:
            return
        kept = self._kept = self._folders.get(found.path)
        if kept is None:
            kept = self._kept = self._folders[found.path] = Kept(found.path)
        if found.hive and not kept.whole:
            kept.fold()

    def _take(self, name: str, entry: Entry) -> None:
        told = names.file(name)
        if self._kept is None or told.hidden:
            self.hidden += 1
            return
        files = self._kept.group(told, name)
        if not files.count:
            self._noted += 1
        if self._place.partitions and files.note(self._place):
            self._noted += 1
        files.add(entry, self._place)

    def _spill(self) -> None:
        run = self._files.enter_context(tempfile.TemporaryFile())  # noqa: SIM115 the stack closes it
        runs.write(run, (self._folders[path] for path in sorted(self._folders)))
        self._runs.append(run)
        self._folders = {}
        self._noted = 0
        self._path = None

    def datasets(self) -> Iterator[Dataset]:
        """Return the datasets by name in code point order, each name once."""
        with tempfile.TemporaryFile() as spool:
            yield from runs.by_name((each for kept in self._merged() for each in kept.datasets()), spool)

    def _merged(self) -> Iterator[Kept]:
        decoder = msgspec.msgpack.Decoder(Kept)
        held: Kept | None = None
        stored = [map(decoder.decode, runs.read(run)) for run in self._runs]
        streams = [*stored, (self._folders[path] for path in sorted(self._folders))]
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
