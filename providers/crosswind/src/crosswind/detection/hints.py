"""What a column's name says, in the languages of Europe and a few more; a name alone never makes a finding."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from crosswind.detection.lexicon import word_set
from crosswind.detection.text import runs, words
from crosswind.detection.types import KINDS, Kind, Sample

_SETS = {kind: word_set("meant", kind) for kind in KINDS}
_DENIED = {kind: word_set("against", kind) for kind in KINDS}
_PEOPLE = word_set("people")
_NAME = word_set("name")


@dataclass(frozen=True, slots=True)
class Hints:
    """What the name says of each kind: 1 yes, 0 nothing, -1 that it is something else; 0.5 a bare `name`.

    A bare name is a person's in a table of people and not in one of things.
    """

    by_kind: dict[Kind, float]

    def of(self, kind: Kind) -> float:
        """Return what the name says of a kind."""
        return self.by_kind.get(kind, 0.0)


def hints(sample: Sample) -> Hints:
    """Return what the names of a column and its table say."""
    return _hints(sample.name[:200], sample.table[:200])


@lru_cache(maxsize=4096)
def _hints(name: str, table: str) -> Hints:
    parts = words(name)
    found = runs(parts)
    said: dict[Kind, float] = {}
    for kind, strong in _SETS.items():
        denied = bool(found & _DENIED.get(kind, frozenset()))
        meant = bool(found & strong)
        said[kind] = 1.0 if meant and not denied else (-1.0 if denied else 0.0)
    if not said["PERSON_NAME"] and found & _NAME:
        said["PERSON_NAME"] = _bare_name(words(table), parts)
    if said["EMAIL"] > 0:
        said["ADDRESS"] = -1.0
    return Hints(said)


def _bare_name(table: list[str], parts: list[str]) -> float:
    if runs([*table, *parts]) & _PEOPLE:
        return 1.0
    things = runs([*table, *(word.removesuffix("s") for word in table)])
    return -1.0 if things & _DENIED["PERSON_NAME"] else 0.5
