"""What people wrote of owners, encryption and retention, whatever its shape; a denial is no statement."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from crosswind.contexts.governance.compliance.facts import UNKNOWN, Unknown

LONGEST = 200
_NOTHING = re.compile(
    r"(?:no|not|none|non|never|nothing|without|un-?encrypted|n/?a|n\.a\.?|false|off|disabled|nil|null)\b.*|-*"
)
_ABSENT = frozenset({"", "none", "no", "n/a", "na", "false", "off", "disabled", "-"})
_UNDECIDED = frozenset({"", "-", "?", "unknown", "tbd", "to be decided", "to be defined"})
_DURATION = re.compile(
    r"\b[1-9]\d*(?:[.,]\d+)?[\s-]*(?:seconds?|minutes?|hours?|h|days?|d|weeks?|w|months?|quarters?|years?|yrs?|y)\b"
    r"|\bp(?:t?[1-9]\d*[ymwdhs])+\b"
)
_UNIT = re.compile(r"(?:second|minute|hour|day|week|month|year)s?$")
_SWITCHES = frozenset({"enabled", "active", "encrypted", "on"})
_AT_REST, _IN_TRANSIT = "atrest", frozenset({"intransit", "transit", "tls", "ssl"})


def stated(value: object) -> str | None:
    """What somebody wrote, cut to a length that fits into evidence."""
    if isinstance(value, str):
        return None if value.strip().lower() in _ABSENT else value.strip()[:LONGEST]
    if isinstance(value, Mapping):
        return ", ".join(f"{name}: {each}" for name, each in _leaves(value))[:LONGEST] or None
    if isinstance(value, bool) or value is None:
        return "yes" if value else None
    return str(value)[:LONGEST] if isinstance(value, int | float) else None


def encrypted(value: object) -> bool | Unknown:
    """Whether somebody stated that data at rest is encrypted, or that it is not; unknown where it says neither."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        return UNKNOWN if value.strip().lower() in _UNDECIDED else not _denies(value)
    if not isinstance(value, Mapping):
        return UNKNOWN
    known = {_plain(name): encrypted(each) for name, each in value.items()}
    if _AT_REST in known:
        return known[_AT_REST]
    if any(known.get(name) is False for name in _SWITCHES):
        return False
    return True if any(each is True for name, each in known.items() if name not in _IN_TRANSIT) else UNKNOWN


def retained(value: object) -> str | None:
    """How long somebody wrote that data is kept; an object says so by a duration, unless it is switched off."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str) and _denies(value) and not duration(value):
        return None
    if not isinstance(value, Mapping):
        return stated(value)
    if any(_plain(name) in _SWITCHES and stated(each) is None for name, each in value.items()):
        return None
    lasting = any(_lasts(name, each) for name, each in _leaves(value))
    return stated(value) if lasting else None


def duration(text: str) -> bool:
    """Whether a text names a length of time, such as 7 years, 90 days or P7Y."""
    return _DURATION.search(text.lower()) is not None


def _lasts(name: str, value: object) -> bool:
    if isinstance(value, str):
        return duration(value) or (value.strip().isdigit() and _lasts(name, int(value)))
    number = isinstance(value, int | float) and not isinstance(value, bool) and value > 0
    return number and _UNIT.search(name.lower()) is not None


def _leaves(value: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    for name, each in value.items():
        if isinstance(each, Mapping):
            yield from _leaves(each)
        elif isinstance(each, str | int | float):
            yield str(name), each


def _denies(text: str) -> bool:
    return _NOTHING.fullmatch(text.strip().lower()) is not None


def _plain(name: object) -> str:
    return re.sub(r"[\W_]+", "", str(name)).lower()
