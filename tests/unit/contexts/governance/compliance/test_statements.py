"""What people wrote of encryption and retention, read for what it says."""

from __future__ import annotations

from typing import Any

import pytest

from crosswind.contexts.governance.compliance.facts import UNKNOWN
from crosswind.contexts.governance.compliance.statements import duration, encrypted, retained, stated


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("AES-256", True),
        ("yes", True),
        ("LUKS on every disk", True),
        ("Nitro", True),
        (True, True),
        ("false", False),
        ("None", False),
        ("no", False),
        ("n/a", False),
        ("N/A", False),
        ("not encrypted", False),
        ("no encryption", False),
        ("unencrypted", False),
        ("disabled", False),
        (False, False),
        ("", UNKNOWN),
        ("  ", UNKNOWN),
        ("unknown", UNKNOWN),
        (None, UNKNOWN),
        (256, UNKNOWN),
        ([], UNKNOWN),
        ({}, UNKNOWN),
        ({"atRest": "AES-256"}, True),
        ({"atRest": True, "inTransit": False}, True),
        ({"at_rest": {"enabled": True}}, True),
        ({"atRest": False}, False),
        ({"atRest": "none", "inTransit": "TLS"}, False),
        ({"atRest": {"enabled": False}}, False),
        ({"atRest": None, "inTransit": True}, UNKNOWN),
        ({"inTransit": True}, UNKNOWN),
        ({"tls": "1.3"}, UNKNOWN),
        ({"algorithm": "AES-256"}, True),
        ({"enabled": False, "algorithm": "AES-256"}, False),
        ({"algorithm": "AES-256", "customerKey": False}, True),
        ({"customerKey": False}, UNKNOWN),
        ({"algorithm": None}, UNKNOWN),
    ],
)
def test_encryption_is_what_the_statement_says(written: Any, expected: object) -> None:
    assert encrypted(written) is expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("7 years", "7 years"),
        ("as the law says", "as the law says"),
        (30, "30"),
        ("none", None),
        ("n/a", None),
        ("no limit", None),
        ("no longer than 90 days", "no longer than 90 days"),
        (None, None),
        (True, None),
        (False, None),
        ({"default": "7 years"}, "default: 7 years"),
        ({"days": 30}, "days: 30"),
        ({"retentionDays": "30"}, "retentionDays: 30"),
        ({"logs": {"keep": "P90D"}}, "keep: P90D"),
        ({"enabled": True, "years": 7}, "enabled: True, years: 7"),
        ({"enabled": False}, None),
        ({"enabled": False, "default": "7 years"}, None),
        ({"enabled": True}, None),
        ({"days": 0}, None),
        ({"policy": "to be written"}, None),
        ({"policy": 7}, None),
        ({}, None),
    ],
)
def test_retention_is_a_duration_where_it_is_an_object(written: Any, expected: str | None) -> None:
    assert retained(written) == expected


@pytest.mark.parametrize("text", ["7 years", "90 days", "1 month", "P7Y", "P1Y6M", "18-month", "after 2 weeks", "24h"])
def test_a_length_of_time(text: str) -> None:
    assert duration(text)


@pytest.mark.parametrize("text", ["", "long", "0 days", "seven", "7", "years", "as needed", "7 yards"])
def test_no_length_of_time(text: str) -> None:
    assert not duration(text)


def test_what_is_written_is_cut() -> None:
    assert stated("No-reply team") == "No-reply team", "a name may begin as a denial does"
    assert stated("x" * 300) == "x" * 200
    assert stated({"a": 1, "b": [2], "c": "d"}) == "a: 1, c: d"
