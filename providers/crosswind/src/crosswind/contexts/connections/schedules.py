"""When a connection is due for a crawl or a scan: cron, its `@` names, or an ISO 8601 duration."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

from croniter import CroniterBadCronError, CroniterBadDateError, croniter

from crosswind.kit.errors import Invalid

DISCOVERY = "configuration.discovery.schedule"
COMPLIANCE = "configuration.compliance.schedule"
SHORTEST = timedelta(minutes=1)
LONGEST = timedelta(days=366)
_NAMES = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@quarterly": "0 0 1 */3 *",
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
}
_FIELD = r"(?:[0-9*/,#-]|L|[A-Za-z]{3}){1,100}"
_CRON = re.compile(rf"{_FIELD}(?: +{_FIELD}){{4}}", re.ASCII)
_DURATION = re.compile(r"P(?:(\d{1,3})W)?(?:(\d{1,3})D)?(?:T(?:(\d{1,4})H)?(?:(\d{1,6})M)?)?", re.ASCII)


def next_after(schedule: str, moment: datetime, field: str = DISCOVERY) -> datetime:
    """The first time after `moment` (with its time zone) that the schedule means, or `Invalid`."""
    text = schedule.strip()
    every = _duration(text, field)
    if every is not None:
        return moment + every
    cron = _NAMES.get(text.lower(), text)
    if _CRON.fullmatch(cron) is None:
        raise _refusal(text, field)
    try:
        times: Any = croniter(cron, moment)
        found: datetime = times.get_next(datetime)
    except (CroniterBadCronError, CroniterBadDateError, ValueError, KeyError):
        raise _refusal(text, field) from None
    return found


def _duration(text: str, field: str) -> timedelta | None:
    found = _DURATION.fullmatch(text)
    if found is None or not any(found.groups()):
        return None
    weeks, days, hours, minutes = (int(each or 0) for each in found.groups())
    every = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes)
    if not SHORTEST <= every <= LONGEST:
        raise Invalid("A duration is from one minute (PT1M) to 366 days (P366D)", field=field)
    return every


def _refusal(text: str, field: str) -> Invalid:
    return Invalid(
        f"'{text[:100]}' is no schedule: give five cron fields, @hourly, @daily, @weekly, @monthly, @yearly, "
        "or an ISO 8601 duration such as PT6H",
        field=field,
    )
