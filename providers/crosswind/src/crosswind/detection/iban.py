"""IBANs: structure and length by country, and the check digits of ISO 7064 (mod 97)."""

from __future__ import annotations

import re

from stdnum import iban

from crosswind.detection import weighing
from crosswind.detection.column import Column
from crosswind.detection.types import Found

_BEGINNING = re.compile(r"\W*[A-Za-z]\W*[A-Za-z]\W*\d\W*\d")
_CANDIDATE = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2}\d{2}(?:[ -]?[A-Za-z0-9]{2,4}){3,8}(?![A-Za-z0-9])")


def look(column: Column) -> Found | None:
    """Return what the column's values show, alone or within text."""
    if column.numeric:
        return None
    whole = within = candidates = 0
    held = _CANDIDATE.search(column.joined) is not None
    for value, texts in zip(column.values, column.texts, strict=True):
        if valid(value):
            whole += 1
            continue
        tried = [match[0] for text in texts for match in _CANDIDATE.finditer(text)] if held else []
        candidates += bool(tried)
        within += any(_leading(each) for each in tried)
    looked_at = len(column.values)
    hits, hint = whole + within, max(0.0, column.hint("IBAN"))
    if whole * 2 >= looked_at and whole:
        sure = weighing.confidence(whole, looked_at, base=0.97, hint=hint)
        return Found(
            "IBAN",
            sure,
            weighing.tell(whole, looked_at, "is a valid IBAN (check digits)", "are valid IBANs (check digits)"),
        )
    if within >= 2 and within * 2 >= candidates:
        sure = round(min(0.95, 0.75 + 0.2 * hits / looked_at), 2)
        return Found(
            "IBAN",
            sure,
            weighing.tell(
                hits,
                looked_at,
                "holds a valid IBAN within text (check digits)",
                "hold a valid IBAN within text (check digits)",
            ),
        )
    return None


def valid(value: str) -> bool:
    """Whether a value as a whole is an IBAN."""
    begins = 15 <= len(value) <= 45 and _BEGINNING.match(value)
    return bool(begins and iban.is_valid(value, check_country=False))


def _leading(text: str) -> bool:
    """Whether an IBAN begins a run of letters and digits that may go on with the next word."""
    while len(text) >= 15:
        if valid(text):
            return True
        text, separator, _ = text.rpartition(" ")
        if not separator:
            return False
    return False
