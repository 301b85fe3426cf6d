"""Precision and recall on labelled columns; the figures are printed at the end of the run."""

from __future__ import annotations

import re

from tests.unit.detection.conftest import REPORT
from tests.unit.detection.evaluation import baseline, by_hand, development, held_out
from tests.unit.detection.evaluation.score import Score, score, table

from crosswind.detection import Sample, detect

PRECISION, RECALL = 0.95, 0.9
MEANINGLESS = re.compile(r"c\d+|value")


def ours(sample: Sample) -> frozenset[str]:
    return frozenset(found.kind for found in detect(sample))


def mistakes(found: Score) -> str:
    """What went wrong, by origin and name, for whoever sees the test fail."""
    return "\n".join(f"{sign} {each.origin} · {each.sample.name}" for sign, each in found.mistakes[:40])


def test_the_development_set_is_met() -> None:
    found = score(development.development(), ours)
    REPORT.extend(["", *table("Development set (tuned on it)", found, None)])
    assert found.precision() >= 0.98, mistakes(found)
    assert found.recall() >= 0.97, mistakes(found)


def test_columns_that_the_detector_was_not_tuned_on() -> None:
    cases = list(held_out.columns(held_out.HELD_OUT))
    found = score(cases, ours)
    told = score(cases, baseline.told)
    REPORT.extend(["", *table(f"Held-out set, beside {baseline.NAME}", found, told)])
    assert found.columns > 800
    assert found.precision() >= PRECISION
    assert found.recall() >= RECALL
    assert found.precision() > told.precision()
    assert found.recall() > told.recall()


def test_meaningless_names_take_little_away() -> None:
    cases = [each for each in held_out.columns(held_out.HELD_OUT) if MEANINGLESS.fullmatch(each.sample.name)]
    found = score(cases, ours)
    REPORT.extend(["", f"Held-out columns with meaningless names ({found.columns}): "
                   f"precision {found.precision():.3f}, recall {found.recall():.3f}"])  # fmt: skip
    assert found.precision() >= 0.93
    assert found.recall() >= 0.85


def test_the_set_is_the_same_at_every_run() -> None:
    first, second = (list(held_out.columns(held_out.SEEN))[:200] for _ in range(2))
    assert [each.sample.values for each in first] == [each.sample.values for each in second]


def test_the_set_has_hard_negatives_in_several_languages() -> None:
    assert sum(not kinds for _, kinds, _, _ in by_hand.CASES) > 40
    assert len({each.origin for each in held_out.columns(held_out.HELD_OUT) if not each.kinds}) > 20
