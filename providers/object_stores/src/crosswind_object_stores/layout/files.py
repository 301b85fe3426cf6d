"""Files that are counted together, and the datasets they make."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from crosswind_object_stores.layout.partitions import Partitions, Place

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
    early: str = ""
    late: str = ""
    archived: int = 0
    empty: int = 0
    partitions: Partitions | None = None
    noted: str | None = None
    """The folder whose partition was noted last."""

    def add(self, entry: Entry, place: Place) -> None:
        """Count one file."""
        key, size, changed, storage = entry
        self.count += 1
        self.size += size
        self.changed = max(self.changed, changed)
        if size == 0:
            self.empty += 1
            return
        if storage in ARCHIVED:
            self.archived += 1
            return
        early, late = place.early, place.late
        if self.first is None or early < self.early or (early == self.early and key < self.first[0]):
            self.first, self.early = (key, size), early
        if self.last is None or late > self.late or (late == self.late and key > self.last[0]):
            self.last, self.late = (key, size), late

    def note(self, place: Place) -> bool:
        """Note the partition that files lie in; true when it was not the one noted last."""
        if self.noted == place.path:
            return False
        self.noted = place.path
        self.partitions = (self.partitions or Partitions()).seen(place)
        return True

    def join(self, other: Files) -> None:
        """Add what was counted elsewhere."""
        self.count += other.count
        self.size += other.size
        self.changed = max(self.changed, other.changed)
        self.archived += other.archived
        self.empty += other.empty
        if other.first and (self.first is None or (other.early, other.first) < (self.early, self.first)):
            self.first, self.early = other.first, other.early
        if other.last and (self.last is None or (other.late, other.last) > (self.late, self.last)):
            self.last, self.late = other.last, other.late
        if other.partitions is not None:
            self.partitions = other.partitions.joined(self.partitions)


class Dataset(msgspec.Struct, gc=False):
    """Files that are read as one; `layout` is hive, date, id, folder or file."""

    name: str
    layout: str
    files: Files
    partitions: Partitions | None = None
    formats: dict[str, int] = {}

    @classmethod
    def of(cls, name: str, layout: str, files: Files) -> Dataset:
        """Make one of files of a kind; their partitions, where there are any, are its layout."""
        partitions, files.partitions = files.partitions, None
        return cls(name, partitions.layout if partitions else layout, files, partitions and partitions.settled())

    @classmethod
    def joined(cls, name: str, groups: Iterable[Files]) -> Dataset:
        """Make one of several groups, under the format that most of their files have."""
        formats: dict[str, int] = {}
        best: Files | None = None
        together = Files()
        for files in groups:
            formats[files.format] = formats.get(files.format, 0) + files.count
            if best is None or _standing(files) > _standing(best):
                best = files
            together.join(files)
        if best is not None:
            together.format, together.compression = best.format, best.compression
            together.first, together.early = best.first, best.early
            together.last, together.late = best.last, best.late
        made = cls.of(name, "folder", together)
        made.formats = formats if len(formats) > 1 else {}
        return made

    def join(self, other: Dataset) -> None:
        """Take the files of a dataset that turned out to have the same name."""
        self.files.join(other.files)
        if other.partitions is not None:
            self.partitions = other.partitions.joined(self.partitions)


def _standing(files: Files) -> tuple[bool, int, str, str]:
    return files.format in READABLE, files.count, files.format, files.compression or ""
