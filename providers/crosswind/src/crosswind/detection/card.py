"""Payment cards: issuer ranges, lengths and the Luhn digit; a security code only where the name says so."""

from __future__ import annotations

import re

from stdnum import luhn

from crosswind.detection import weighing
from crosswind.detection.column import Column
from crosswind.detection.lexicon import word_set
from crosswind.detection.text import runs, words
from crosswind.detection.types import Found

_LONG = re.compile(r"\d(?:[ -]?\d){11}")
_CANDIDATE = re.compile(r"(?<![\w.-])\d(?:[ -]?\d){11,18}(?![\w-])(?!\.\d)")
_GROUPS = re.compile(r"\d{4}([ -])\d{4}\1\d{4}\1\d{1,7}|\d{4}([ -])\d{6}\2\d{4,5}|\d{12,19}")
_ISSUERS = re.compile(
    r"4(?:\d{12}|\d{15}|\d{18})|5[1-5]\d{14}|2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12}|3[47]\d{13}"
    r"|3(?:0[0-59]|[689]\d)\d{11}|3(?:0[0-59]|[689]\d)\d{13}|6(?:011|5\d\d|4[4-9]\d)\d{12,15}|35(?:2[89]|[3-8]\d)\d{12}"
    r"|62\d{14,17}|(?:50|5[6-9]|6\d)\d{10,17}|220[0-4]\d{12,15}|9792\d{12}"
)
_CODE_NAMES = word_set("security_code")
_YEAR = re.compile(r"(?:19|20)\d\d")


def look(column: Column) -> Found | None:
    """Return what the column's values show: numbers, or security codes by name."""
    if column.hint("PAYMENT_CARD") < 0:
        return None
    return _numbers(column) or _codes(column)


def is_card(text: str) -> bool:
    """Whether a text is a card number: grouped as on cards or not at all, of an issuer, with the right last digit."""
    if not _GROUPS.fullmatch(text):
        return False
    digits = text.replace(" ", "").replace("-", "")
    return bool(_ISSUERS.fullmatch(digits)) and len(set(digits)) > 2 and bool(luhn.is_valid(digits))


def _numbers(column: Column) -> Found | None:
    whole = within = candidates = 0
    if not _LONG.search(column.joined):
        return None
    for value, texts in zip(column.values, column.texts, strict=True):
        if is_card(value):
            whole += 1
            continue
        tried = [match[0] for text in texts for match in _CANDIDATE.finditer(text)]
        candidates += bool(tried)
        within += any(is_card(each) for each in tried)
    looked_at, hint = len(column.values), max(0.0, column.hint("PAYMENT_CARD"))
    if whole and whole >= 0.6 * looked_at and (looked_at >= 4 or hint):
        sure = weighing.confidence(whole, looked_at, base=0.95, hint=hint)
        return Found(
            "PAYMENT_CARD",
            sure,
            weighing.tell(
                whole,
                looked_at,
                "is a card number (issuer and check digit)",
                "are card numbers (issuer and check digit)",
            ),
        )
    if within >= 2 and within >= 0.6 * candidates:
        sure = round(min(0.95, 0.7 + 0.25 * within / looked_at), 2)
        reason = weighing.tell(
            within,
            looked_at,
            "holds a card number within text (issuer and check digit)",
            "hold a card number within text (issuer and check digit)",
        )
        return Found("PAYMENT_CARD", sure, reason)
    return None


def _codes(column: Column) -> Found | None:
    if not runs(words(column.sample.name)) & _CODE_NAMES:
        return None
    values = column.values
    fitting = sum(len(value) in {3, 4} and value.isascii() and value.isdigit() for value in values)
    years = sum(bool(_YEAR.fullmatch(value)) for value in values)
    if fitting < 0.9 * len(values) or years * 2 > len(values):
        return None
    reason = weighing.tell(
        fitting,
        len(values),
        "has three or four digits",
        "have three or four digits",
        named="The name says security code",
    )
    return Found("PAYMENT_CARD", 0.85, reason, "security code")
