from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from crosswind.contexts.connections.schedules import DISCOVERY, next_after
from crosswind.kit.errors import Invalid

NOON = datetime(2026, 11, 21, 12, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        ("@daily", datetime(2026, 11, 22, tzinfo=UTC)),
        ("@hourly", datetime(2026, 11, 21, 13, tzinfo=UTC)),
        ("*/15 * * * *", datetime(2026, 11, 21, 12, 45, tzinfo=UTC)),
        ("30 12 * * *", datetime(2026, 11, 22, 12, 30, tzinfo=UTC)),
        ("0 6 * * MON-FRI", datetime(2026, 11, 23, 6, tzinfo=UTC)),
        ("PT6H", NOON + timedelta(hours=6)),
        ("P1DT30M", NOON + timedelta(days=1, minutes=30)),
        ("P2W", NOON + timedelta(weeks=2)),
    ],
)
def test_the_next_time(schedule: str, expected: datetime) -> None:
    found = next_after(schedule, NOON)
    assert found == expected
    assert found.tzinfo is not None


@pytest.mark.parametrize(
    "schedule",
    ["", "often", "* * * *", "* * * * * *", "61 * * * *", "0 0 31 2 *", "@reboot", "PT0M", "PT1S", "P400D", "P", "PT",
     "P1Y", "R * * * *", "\uff11 * * * *", "*" * 5000],
)  # fmt: skip
def test_what_is_no_schedule_is_refused_with_its_field(schedule: str) -> None:
    with pytest.raises(Invalid) as refused:
        next_after(schedule, NOON)
    assert refused.value.field == DISCOVERY
