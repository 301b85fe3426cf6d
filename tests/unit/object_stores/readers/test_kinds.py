from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosswind_object_stores.readers.kinds import kind_of, together

KINDS = ["integer", "number", "boolean", "date", "timestamp", "string", None]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("1", "integer"), ("-12", "integer"), ("0", "integer"), ("1.5", "number"), (".5", "number"),
        ("1.5e9", "number"),
        ("007", "string"), ("00.5", "string"), ("0.5", "number"), ("True", "boolean"), ("2024-02-31", "date"),
        ("2024-13-01", "string"), ("2024-01-01T10:00:00Z", "timestamp"), ("2024-01-01 10:00", "timestamp"),
        ("2024-01-01T10:00:00.123+02:00", "timestamp"), ("x", "string"), ("", None), ("  ", None), ("١٢", "string"),
        ("1" * 50, "string"), ("1,5", "string"), ("+", "string"),
        ("+46701234567", "string"), ("9" * 18, "integer"), ("9" * 19, "string"), ("9" * 19 + ".5", "number"),
        ("12E45", "string"), ("1e+9", "number"), ("-1e-7", "number"), ("+1.5", "string"), ("\\N", None), ("NULL", None),
        ("null", None), ("NA", None), ("N/A", None), ("NaN", None), ("None", "string"),
    ],
)  # fmt: skip
def test_kinds_of_values(text: str, kind: str | None) -> None:
    assert kind_of(text) == kind


@given(st.lists(st.sampled_from(KINDS), min_size=3, max_size=3))
def test_the_order_of_values_does_not_matter(kinds: list[str | None]) -> None:
    ends = {together(together(one, two), three) for one, two, three in permutations(kinds)}
    assert len(ends) == 1


@given(st.text())
def test_every_text_has_a_kind(text: str) -> None:
    assert kind_of(text) in KINDS
