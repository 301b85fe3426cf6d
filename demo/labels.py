"""Which columns of the demo's sources hold personal data, and how well a scan's findings agree with that."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

Place = tuple[str, str, str]
"""Qualified name of the table or dataset, column, kind."""
FILE = Path(__file__).parent / "source" / "personal.tsv"


@dataclass(frozen=True)
class Agreement:
    """Findings beside labels."""

    right: int
    wrong: tuple[Place, ...]
    missed: tuple[Place, ...]

    @property
    def precision(self) -> float:
        """The share of findings that are labelled."""
        return self.right / max(1, self.right + len(self.wrong))

    @property
    def recall(self) -> float:
        """The share of labels that are found."""
        return self.right / max(1, self.right + len(self.missed))


def labels(connections: Iterable[str], file: Path = FILE) -> frozenset[Place]:
    """Return the labels of these connections."""
    prefixes = tuple(f"{each}." for each in connections)
    lines = file.read_text(encoding="utf-8").splitlines()[1:]
    places = (line.split("\t") for line in lines)
    return frozenset((name, column, kind) for name, column, kind in places if name.startswith(prefixes))


def agreement(found: Iterable[Place], labelled: Iterable[Place]) -> Agreement:
    """Compare what a scan found with the labels."""
    seen, known = frozenset(found), frozenset(labelled)
    return Agreement(len(seen & known), tuple(sorted(seen - known)), tuple(sorted(known - seen)))
