"""Dates of birth: by name, or by years that spread over generations and end before the children of today."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from crosswind.detection import weighing
from crosswind.detection.column import Column
from crosswind.detection.types import Found

_MIDNIGHT = r"(?:[T ]00:00(?::00(?:\.0+)?)?(?:Z|[+-]\d\d(?::?\d\d)?)?)?"
_YEAR_FIRST = re.compile(rf"((?:19|20)\d\d)([-/.]?)(0[1-9]|1[0-2])\2(0[1-9]|[12]\d|3[01]){_MIDNIGHT}")
_YEAR_LAST = re.compile(rf"(\d{{1,2}})([-/. ])(\d{{1,2}})\2((?:19|20)\d\d){_MIDNIGHT}")
_IN_WORDS = re.compile(
    r"(?:\d{1,2}\.? [^\W\d_]{3,10}\.?,? ((?:19|20)\d\d))|(?:[^\W\d_]{3,10}\.? \d{1,2},? ((?:19|20)\d\d))"
)
_SHORT = re.compile(r"\d{1,2}[-/.]\d{1,2}[-/.]\d\d")
_FEWEST = 12
_GENERATIONS = 25
_YOUNGEST = 14


def look(column: Column) -> Found | None:
    """Return what the column's values and name show."""
    hint = column.hint("DATE_OF_BIRTH")
    if hint < 0:
        return None
    looked_at = len(column.values)
    dates = [found for value in column.values if (found := parsed(value))]
    if hint > 0:
        short = sum(bool(_SHORT.fullmatch(value)) for value in column.values)
        return _named(len(dates), short, looked_at, [year for year, _ in dates])
    if len(dates) < max(_FEWEST, 0.9 * looked_at) or not _generations(dates):
        return None
    sure = round(0.55 + 0.15 * len(dates) / (len(dates) + 20), 2)
    reason = weighing.tell(
        len(dates), looked_at, "is a date", "are dates, their years spread over generations as births do"
    )
    return Found("DATE_OF_BIRTH", sure, reason)


def parsed(value: str) -> tuple[int, str] | None:
    """Return a date's year, and its day and month as they stand; None for anything but a date without a time."""
    if not 8 <= len(value) <= 35:
        return None
    if match := _YEAR_FIRST.fullmatch(value):
        return int(match[1]), f"{match[3]}-{match[4]}"
    if (match := _YEAR_LAST.fullmatch(value)) and 1 <= min(int(match[1]), int(match[3])) <= 12:
        return (int(match[4]), f"{match[1]}-{match[3]}") if max(int(match[1]), int(match[3])) <= 31 else None
    if match := _IN_WORDS.fullmatch(value):
        return int(match[1] or match[2]), value[:-4]
    return None


def _named(dates: int, short: int, looked_at: int, years: list[int]) -> Found | None:
    fitting = dates + short
    if fitting < 0.7 * looked_at or sum(year > datetime.now(UTC).year for year in years) * 5 > len(years):
        return None
    sure = weighing.confidence(fitting, looked_at, base=0.9, hint=1.0)
    return Found(
        "DATE_OF_BIRTH", sure, weighing.tell(fitting, looked_at, "is a date", "are dates", named="The name says so")
    )


def _generations(dates: list[tuple[int, str]]) -> bool:
    years = sorted(year for year, _ in dates)
    low, high = years[len(years) // 20], years[-1 - len(years) // 20]
    youngest = datetime.now(UTC).year - _YOUNGEST
    days = len({day for _, day in dates})
    return low >= 1900 and high <= youngest and high - low >= _GENERATIONS and days * 2 >= len(dates)
