"""What a finding's reason says: a sentence, whatever was counted."""

from __future__ import annotations

import re

import pytest

from crosswind.detection import Sample, detect
from crosswind.detection.weighing import tell

SINGULAR = re.compile(r"(?:only value|\b1 of \d+ values) (?:is|holds|looks|begins|has|names|counts)\b")


@pytest.mark.parametrize(
    ("hits", "looked_at", "named", "said"),
    [
        (97, 100, "", "97 of 100 values are dates"),
        (1, 100, "", "1 of 100 values is a date"),
        (1, 1, "", "The only value is a date"),
        (1, 1, "The name says so", "The name says so, and the only value is a date"),
        (4, 5, "The name says so", "The name says so, and 4 of 5 values are dates"),
    ],
)
def test_the_verb_follows_what_was_counted(hits: int, looked_at: int, named: str, said: str) -> None:
    assert tell(hits, looked_at, "is a date", "are dates", named) == said


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("full_name", "Anna Schmidt"), ("email", "anna@example.org"), ("iban", "DE89370400440532013000"),
        ("card_number", "5425233430109903"), ("birth_date", "1987-03-14"), ("ip_address", "8.8.8.8"),
        ("phone", "+49 30 901820"), ("street_address", "Hauptstraße 12"), ("pesel", "44051401359"),
    ],
)  # fmt: skip
def test_a_column_of_one_value_is_told_in_the_singular(column: str, value: str) -> None:
    reasons = [found.reason for found in detect(Sample(column, (value,)))]
    assert reasons, f"{column} is not found"
    assert all(SINGULAR.search(reason) for reason in reasons), reasons
