"""What is kept of a dataset's partitions: how many, the first and the last, and what their values are made of."""

from __future__ import annotations

from typing import Any

import msgspec

MOST_COUNTED = 50_000
_WORDS = ("integer", "date", "string")


class Partitions(msgspec.Struct, gc=False):
    """Partitions of one dataset; distinct ones are counted up to a limit, and `more` says that there are others."""

    keys: list[str] = []
    kinds: list[str] = []
    layout: str = ""
    first: list[str] | None = None
    last: list[str] | None = None
    known: set[int] = set()
    more: bool = False

    def seen(self, found: tuple[tuple[str, str], ...], hive: bool) -> Partitions:
        """Note one partition; keys that are new stand behind those that are known."""
        for key, value in found:
            kind = kind_of(value)
            if key in self.keys:
                at = self.keys.index(key)
                self.kinds[at] = max(self.kinds[at], kind, key=_WORDS.index) if self.kinds[at] != kind else kind
            else:
                self.keys.append(key)
                self.kinds.append(kind)
        self.layout = self.layout or ("hive" if hive else "id" if found[0][0] == "id" else "date")
        values = [f"{key}={value}" for key, value in found]
        self.first = values if self.first is None or values < self.first else self.first
        self.last = values if self.last is None or values > self.last else self.last
        if len(self.known) < MOST_COUNTED:
            self.known.add(hash(found))
        elif hash(found) not in self.known:
            self.more = True
        return self

    def joined(self, other: Partitions | None) -> Partitions:
        """Return both together."""
        if other is None:
            return self
        for key, kind in zip(self.keys, self.kinds, strict=True):
            if key in other.keys:
                at = other.keys.index(key)
                other.kinds[at] = kind if kind == other.kinds[at] else max(kind, other.kinds[at], key=_WORDS.index)
            else:
                other.keys.append(key)
                other.kinds.append(kind)
        other.first = min(filter(None, (self.first, other.first)), default=None)
        other.last = max(filter(None, (self.last, other.last)), default=None)
        other.known |= self.known
        other.more = other.more or self.more
        return other

    def statistics(self) -> dict[str, Any]:
        """Return their number with the first and the last."""
        found: dict[str, Any] = {
            "count": len(self.known),
            "first": "/".join(self.first or ()),
            "last": "/".join(self.last or ()),
        }
        return {**found, "atLeast": True} if self.more else found


def kind_of(value: str) -> str:
    """Return what a partition's value looks like: integer, date or string."""
    if value.isascii() and value.isdigit() and len(value) < 19:
        return "integer"
    parts = value.split("-")
    if len(parts) == 3 and [len(each) for each in parts] == [4, 2, 2] and all(each.isdigit() for each in parts):
        return "date"
    return "string"
