"""The table that `make bench` prints: a figure a line, beside what it is measured against and what is promised."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

COLUMNS = ("part", "size", "measure", "limit", "figure", "ratio", "verdict")


@dataclass(frozen=True)
class Figure:
    """One measured number.

    With `beside`, which is measured too, `at_most` and `at_least` bound value / beside; without, the value itself.
    """

    name: str
    value: float
    unit: str
    at_most: float | None = None
    at_least: float | None = None
    beside: float | None = None

    @property
    def ratio(self) -> float | None:
        against = self.beside if self.beside is not None else (self.at_most or self.at_least)
        return self.value / against if against else None

    @property
    def kept(self) -> bool:
        judged = self.value / self.beside if self.beside is not None else self.value
        above = self.at_most is not None and judged > self.at_most
        below = self.at_least is not None and judged < self.at_least
        return not (above or below)

    def cells(self) -> tuple[str, ...]:
        bound = f"<= {self.at_most:g}" if self.at_most is not None else ""
        bound = f">= {self.at_least:g}" if self.at_least is not None else bound
        if self.beside is not None:
            bound = f"{bound} x {self.beside:.2f}" if bound else f"{self.beside:.2f}"
        ratio = "" if self.ratio is None else f"{self.ratio:.2f}"
        judged = self.at_most is not None or self.at_least is not None
        verdict = ("pass" if self.kept else "SHORT") if judged else ""
        return self.name, bound, f"{self.value:,.2f} {self.unit}".rstrip(), ratio, verdict


@dataclass
class Report:
    """Figures by part and size; each is printed when it is known, all of them as one table at the end."""

    rows: list[tuple[str, str, Figure]] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    def add(self, part: str, size: int | None, *figures: Figure) -> None:
        for each in figures:
            self.rows.append((part, f"{size:,}" if size else "", each))
            print("  " + "  ".join(filter(None, each.cells())), flush=True)

    def fail(self, part: str, reason: str) -> None:
        self.failed.append(f"{part}: {reason}")
        print(f"  FAILED {self.failed[-1]}", flush=True)

    def table(self) -> str:
        """All figures, a line each, and below them the parts that did not end."""
        lines = [COLUMNS, *((part, size, *each.cells()) for part, size, each in self.rows)]
        widths = [max(len(line[at]) for line in lines) for at in range(len(COLUMNS))]
        texts = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in lines]
        texts.insert(1, "  ".join("-" * width for width in widths))
        return "\n".join([*(text.rstrip() for text in texts), *(f"FAILED {each}" for each in self.failed)])

    @property
    def broken(self) -> bool:
        return bool(self.failed) or any(not each.kept for _, _, each in self.rows)


def best(work: Callable[[], object], rounds: int = 3) -> float:
    """Return the seconds of the fastest round: the others met something else that ran."""
    taken = []
    for _ in range(rounds):
        since = time.perf_counter()
        work()
        taken.append(time.perf_counter() - since)
    return min(taken)


def best_of_each(*works: Callable[[], object], rounds: int = 3) -> list[float]:
    """Return the best of each, measured in turns, so that a busy minute of the machine meets all of them."""
    turns = [[best(work, rounds=1) for work in works] for _ in range(rounds)]
    return [min(taken) for taken in zip(*turns, strict=True)]
