"""What is kept of a dataset's partitions: how many, the first and the last, and what their values are made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec

from crosswind_object_stores.layout import names

MOST_COUNTED = 50_000
MOST_COUNTED_APART = 20_000
"""For each of the datasets, up to 50, that share a tree of dates or ids."""
LAYOUTS = ("hive", "date", "id", "")
_HIGHEST = "\U0010ffff"
_DIGITS = 19


@dataclass(frozen=True, slots=True)
class Place:
    """A folder as it stands among partitions: `early` and `late` sort it for the first and for the last.

    Numbers sort as numbers; a partition without a value is neither first nor last while there is another.
    """

    path: str
    partitions: tuple[tuple[str, str], ...]
    hive: bool
    early: str
    late: str

    @classmethod
    def of(cls, path: str, folder: names.Folder) -> Place:
        """Place a folder of a bucket."""
        found = folder.partitions
        return cls(path, found, folder.hive, _rank(found, _HIGHEST), _rank(found, ""))


class Partitions(msgspec.Struct, gc=False):
    """Partitions of one dataset; distinct ones are counted up to a limit, and `more` says that there are others."""

    keys: list[str] = []
    kinds: list[str] = []
    layout: str = ""
    first: tuple[str, str] | None = None
    last: tuple[str, str] | None = None
    known: set[int] = set()
    more: bool = False
    lacking: set[str] = set()
    """Keys without a value somewhere."""

    def seen(self, place: Place) -> Partitions:
        """Note one partition; keys that are new stand behind those that are known."""
        for key, value in place.partitions:
            self.add_key(key, kind := kind_of(value))
            if not kind:
                self.lacking.add(key)
        layout = "hive" if place.hive else "id" if place.partitions[0][0] == "id" else "date"
        self.layout = min(self.layout, layout, key=LAYOUTS.index)
        said = "/".join(f"{key}={value}" for key, value in place.partitions)
        self.first = min(filter(None, (self.first, (place.early, said))))
        self.last = max(filter(None, (self.last, (place.late, said))))
        self.known.add(hash(place.partitions))
        self.bound()
        return self

    def joined(self, other: Partitions | None) -> Partitions:
        """Return both together."""
        if other is None:
            return self
        for key, kind in zip(self.keys, self.kinds, strict=True):
            other.add_key(key, kind)
        other.layout = min(self.layout, other.layout, key=LAYOUTS.index)
        other.first = min(filter(None, (self.first, other.first)), default=None)
        other.last = max(filter(None, (self.last, other.last)), default=None)
        other.known |= self.known
        other.lacking |= self.lacking
        other.more = other.more or self.more
        other.bound()
        return other

    def settled(self) -> Partitions:
        """Give a type to keys that have no value anywhere."""
        self.kinds = [kind or "string" for kind in self.kinds]
        return self

    def add_key(self, key: str, kind: str) -> None:
        """Note a key with a type that holds all of its values; those without a value say nothing of it."""
        if key not in self.keys:
            self.keys.append(key)
            self.kinds.append(kind)
            return
        at = self.keys.index(key)
        held = self.kinds[at]
        if kind and kind != held:
            self.kinds[at] = "string" if held else kind

    def bound(self) -> None:
        """Forget what is too much to count."""
        most = MOST_COUNTED if self.layout == "hive" else MOST_COUNTED_APART
        while len(self.known) > most:
            self.known.pop()
            self.more = True

    def statistics(self) -> dict[str, Any]:
        """Return their number with the first and the last."""
        found: dict[str, Any] = {
            "count": len(self.known),
            "first": self.first[1] if self.first else "",
            "last": self.last[1] if self.last else "",
        }
        return {**found, "atLeast": True} if self.more else found


def kind_of(value: str) -> str:
    """Return what a partition's value looks like: integer, date or string; nothing for none."""
    if value == names.NULL:
        return ""
    if _is_number(value):
        return "integer"
    parts = value.split("-")
    if len(parts) == 3 and [len(each) for each in parts] == [4, 2, 2] and all(each.isdigit() for each in parts):
        return "date"
    return "string"


def _rank(partitions: tuple[tuple[str, str], ...], null: str) -> str:
    return "\x01".join(f"{key}={_sorting(value, null)}" for key, value in partitions)


def _sorting(value: str, null: str) -> str:
    if value == names.NULL:
        return null
    return value.zfill(_DIGITS) if _is_number(value) else value


def _is_number(value: str) -> bool:
    return value.isascii() and value.isdigit() and len(value) < _DIGITS
