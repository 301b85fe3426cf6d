"""Precision and recall of what was told, against the labels."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from tests.unit.detection.evaluation.case import Case

from crosswind.detection import Sample
from crosswind.detection.types import KINDS

Detector = Callable[[Sample], frozenset[str]]


@dataclass
class Score:
    """Right, wrong and missed, by kind."""

    right: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    columns: int = 0
    mistakes: list[tuple[str, Case]] = field(default_factory=list)

    def precision(self, kind: str | None = None) -> float:
        right, wrong = self._of(self.right, kind), self._of(self.wrong, kind)
        return right / (right + wrong) if right + wrong else 1.0

    def recall(self, kind: str | None = None) -> float:
        right, missed = self._of(self.right, kind), self._of(self.missed, kind)
        return right / (right + missed) if right + missed else 1.0

    def _of(self, counted: Counter[str], kind: str | None) -> int:
        return counted.total() if kind is None else counted[kind]


def score(cases: Iterable[Case], detector: Detector) -> Score:
    """Run a detector over labelled columns."""
    result = Score()
    for each in cases:
        told = detector(each.sample)
        result.columns += 1
        result.right.update(told & each.kinds)
        result.wrong.update(told - each.kinds)
        result.missed.update(each.kinds - told)
        result.mistakes.extend((f"+{kind}", each) for kind in sorted(told - each.kinds))
        result.mistakes.extend((f"-{kind}", each) for kind in sorted(each.kinds - told))
    return result


def table(title: str, ours: Score, baseline: Score | None) -> list[str]:
    """Lines of figures, a kind each, beside the baseline's."""
    lines = [f"{title}: {ours.columns} columns", f"{'':16}{'precision':>10}{'recall':>8}" + (
        f"{'baseline p':>13}{'r':>7}" if baseline else "")]  # fmt: skip
    for kind in (*KINDS, None):
        line = f"{kind or 'all':16}{ours.precision(kind):>10.3f}{ours.recall(kind):>8.3f}"
        if baseline:
            line += f"{baseline.precision(kind):>13.3f}{baseline.recall(kind):>7.3f}"
        lines.append(line)
    return lines
