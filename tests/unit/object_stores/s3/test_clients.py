from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from botocore.utils import parse_timestamp

from crosswind_object_stores.s3.clients import _moment


@pytest.mark.parametrize(
    "text",
    ["2026-01-02T03:04:05.000Z", "2026-01-02T03:04:05Z", "Fri, 02 Jan 2026 03:04:05 GMT", "2026-01-02T05:04:05+02:00"],
)
def test_moments_are_those_that_botocore_reads(text: str) -> None:
    assert _moment(text) == parse_timestamp(text) == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def test_a_moment_without_a_zone_is_in_utc() -> None:
    assert _moment("2026-01-02T03:04:05").utcoffset() == timedelta(0)


def test_what_is_no_moment_is_refused() -> None:
    with pytest.raises(ValueError, match="Invalid timestamp"):
        _moment("yesterday, perhaps")
