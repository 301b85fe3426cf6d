"""What a value that is written as text looks like, and what several of them are together."""

from __future__ import annotations

import re

INTEGER, NUMBER, BOOLEAN, DATE, TIMESTAMP, STRING = "integer", "number", "boolean", "date", "timestamp", "string"
NULLS = frozenset({"", "\\N", "NULL", "null", "NA", "N/A", "n/a", "NaN", "nan"})
_LONGEST = 40
_INTEGER = re.compile(r"-?(?:0|[1-9]\d{0,17})")
_POINTED = r"(?:(?!0\d)\d{1,30}\.\d{0,30}|\.\d{1,30})(?:[eE][+-]?\d{1,4})?"
_NUMBER = re.compile(rf"-?(?:{_POINTED}|(?!0\d)\d{{1,18}}[eE][+-]\d{{1,4}})")
_DATE = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])")
_TIMESTAMP = re.compile(
    r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])[T ](?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:[.,]\d{1,9})?)?"
    r" ?(?:Z|[+-]\d\d:?(?:\d\d)?|UTC)?"
)
_BOOLEAN = re.compile(r"true|false", re.IGNORECASE)
_PATTERNS = ((INTEGER, _INTEGER), (NUMBER, _NUMBER), (BOOLEAN, _BOOLEAN), (DATE, _DATE), (TIMESTAMP, _TIMESTAMP))
_WIDER = {frozenset({INTEGER, NUMBER}): NUMBER, frozenset({DATE, TIMESTAMP}): TIMESTAMP}


def kind_of(text: str) -> str | None:
    """Return the kind of one value, None for an empty one and for a word that means none.

    What only looks like a number is a string: a code with leading zeros, a telephone number with its plus, digits that
    no integer holds, and `12E45`, which no program writes for a number (it would be 1.2e46 or 12E+45).
    """
    value = text.strip()
    if value in NULLS:
        return None
    if len(value) > _LONGEST or not value.isascii():
        return STRING
    return next((kind for kind, pattern in _PATTERNS if pattern.fullmatch(value)), STRING)


def together(one: str | None, other: str | None) -> str | None:
    """Return the kind that holds both; string where there is no narrower one."""
    if one == other or other is None:
        return one
    if one is None:
        return other
    return _WIDER.get(frozenset({one, other}), STRING)
