"""Objects in JSON that are maps: their keys are values, not names, and so are one column `field.*`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from crosswind_object_stores.layout.names import fit
from crosswind_object_stores.readers.naming import is_person, is_value

ANY = "*"
DEEPEST = 10
MOST_ITEMS = 100
"""Items of an array within a record that are looked at."""
_ALIKE = 20
_VARYING = 50
_KEYS = 1000
_PASSES = 4


@dataclass
class _Seen:
    """The objects at one path: how many, their keys, and what stands under those."""

    objects: int = 0
    times: int = 0
    keys: dict[str, None] = field(default_factory=dict)
    members: set[frozenset[str]] = field(default_factory=set)
    words: set[str] = field(default_factory=set)

    def add(self, found: Mapping[str, Any]) -> None:
        self.objects += 1
        self.times += len(found)
        self.keys.update(dict.fromkeys(found))
        for value in found.values():
            if isinstance(value, dict):
                self.members.add(frozenset(value))
            elif value is not None:
                self.words.add(type(value).__name__)

    @property
    def keyed_by_values(self) -> bool:
        """Say whether the keys look like values: one e-mail address will do, else half of them."""
        shown = list(islice(self.keys, _KEYS))
        values = [key for key in shown if is_value(key) or is_person(key)]
        return any("@" in key for key in values) or bool(values and 2 * len(values) >= len(shown))

    @property
    def many_alike(self) -> bool:
        """Say whether there are many keys to objects that are all alike, or to values where each record has others."""
        if self.members:
            return not self.words and len(self.keys) >= _ALIKE and self._alike
        varying = len(self.words) <= 1 and 2 * self.times <= len(self.keys) * self.objects
        return varying and len(self.keys) >= _VARYING

    @property
    def _alike(self) -> bool:
        shared = frozenset.intersection(*self.members)
        return bool(shared) and len(frozenset.union(*self.members)) <= 2 * len(shared)


def maps_of(records: Iterable[Mapping[str, Any]]) -> frozenset[str]:
    """Return the paths of the maps in records; a record itself is one only by its keys."""
    records = list(records)
    maps: frozenset[str] = frozenset()
    for _ in range(_PASSES):
        seen: dict[str, _Seen] = {}
        for record in records:
            _collect(record, "", 0, maps, seen)
        found = maps | {path for path, each in seen.items() if each.keyed_by_values or (path and each.many_alike)}
        if found == maps:
            break
        maps = found
    return maps


def joined(path: str, name: str, maps: frozenset[str]) -> str:
    """Return the path of a member of an object."""
    last = ANY if path in maps else fit(name)
    return f"{path}.{last}" if path else last


def _collect(value: Any, path: str, depth: int, maps: frozenset[str], seen: dict[str, _Seen]) -> None:
    if isinstance(value, list) and depth < DEEPEST:
        for each in value[:MOST_ITEMS]:
            _collect(each, path, depth + 1, maps, seen)
    elif isinstance(value, dict) and value and depth < DEEPEST:
        seen.setdefault(path, _Seen()).add(value)
        for name, inner in value.items():
            if isinstance(inner, dict | list):
                _collect(inner, joined(path, name, maps), depth + 1, maps, seen)
