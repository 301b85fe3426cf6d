"""The table that `make bench` prints: a figure a line, and its limit where it has one."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Figure:
    """One measured number; `at_most` and `at_least` are what the project promises."""

    name: str
    value: float
    unit: str
    at_most: float | None = None
    at_least: float | None = None

    @property
    def kept(self) -> bool:
        above = self.at_most is not None and self.value > self.at_most
        below = self.at_least is not None and self.value < self.at_least
        return not (above or below)

    def line(self, width: int) -> str:
        limit = ""
        if self.at_most is not None:
            limit = f"at most {self.at_most:g}"
        if self.at_least is not None:
            limit = f"at least {self.at_least:g}"
        verdict = "" if not limit else ("kept" if self.kept else "BROKEN")
        return f"{self.name:<{width}} {self.value:>10.2f} {self.unit:<6} {limit:<14} {verdict}".rstrip()


@dataclass
class Report:
    """Figures by section, printed as each section ends."""

    figures: list[Figure] = field(default_factory=list)

    def section(self, title: str, *figures: Figure) -> None:
        width = max(len(each.name) for each in figures)
        print(f"\n{title}\n{'-' * len(title)}", *(each.line(width) for each in figures), sep="\n", flush=True)
        self.figures.extend(figures)

    @property
    def broken(self) -> list[Figure]:
        return [each for each in self.figures if not each.kept]


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
