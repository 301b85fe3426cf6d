"""What one batch of objects changed, and what a whole crawl did, bounded for reading."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

MOST = 200
Entry = dict[str, Any]


@dataclass
class Diff:
    """Entries up to a limit, and how many there really were."""

    added: list[Entry] = field(default_factory=list)
    changed: list[Entry] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=lambda: {"added": 0, "changed": 0})

    def note(self, kind: str, entry: Entry) -> None:
        """Count an entry and keep it while there is room."""
        self.counts[kind] += 1
        kept: list[Entry] = getattr(self, kind)
        if len(kept) < MOST:
            kept.append(entry)

    def merge(self, notes: Mapping[str, Any]) -> None:
        """Add what a batch noted."""
        for kind in ("added", "changed"):
            kept: list[Entry] = getattr(self, kind)
            kept.extend(notes[kind][: MOST - len(kept)])
            self.counts[kind] += notes["counts"][kind]

    def plain(self) -> dict[str, Any]:
        """The diff as JSON."""
        return {"added": self.added, "changed": self.changed, "counts": self.counts}


def shown(entries: Iterable[Mapping[str, Any]]) -> list[Entry]:
    """Entries without their internal keys, up to the limit."""
    kept = list(entries)[:MOST]
    return [{name: value for name, value in entry.items() if name != "key"} for entry in kept]
