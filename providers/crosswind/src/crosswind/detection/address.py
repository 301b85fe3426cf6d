"""Street addresses: a word for a street beside a number, in the forms of a dozen countries."""

from __future__ import annotations

import re

from crosswind.detection import weighing
from crosswind.detection.column import Column
from crosswind.detection.lexicon import word_set
from crosswind.detection.text import fold
from crosswind.detection.types import Found

_STREETS = word_set("streets")
_ENDINGS = tuple(sorted(word_set("street_endings")))
_TOKEN = re.compile(r"[^\W\d_]+(?:['.-][^\W\d_]+)*|\d+[^\W\d_]?")
_PO_BOX = re.compile(r"\b(?:p\.?\s?o\.?\s?box|postfach|boite postale|apartado|casella postale|postbus)\s*\d+")
_UNIT = re.compile(r"\b(?:apt|apartment|suite|ste|flat|unit|studio|floor|room|bldg)\.? ?\d+[a-z]?\b")
_FRONTED = re.compile(r"\d{1,5}[A-Za-z]? [^\W\d_][\w'.-]+(?: [\w'.-]+){1,5}(?:, .{2,60})?")
_TOO_LONG = 160
_DOCUMENT = ("{", "[")


def look(column: Column) -> Found | None:
    """Return what the column's values show."""
    hint = column.hint("ADDRESS")
    if hint < 0 or column.numeric:
        return None
    full, bare = _streets(column)
    return _named(column, hint, full, bare) or _fronts(column, hint, full) or _lines(column, hint)


def _streets(column: Column) -> tuple[int, int]:
    """How many values have a street with a number, and how many a street alone."""
    text = fold(column.joined)
    marks = [token for token in set(_TOKEN.findall(text)) if _may_be_street(token)]
    boxes = _PO_BOX.search(text) is not None
    if not marks and not boxes:
        return 0, 0
    scores = [
        _score(texts)
        for folded, texts in zip(column.folded, column.texts, strict=True)
        if boxes or folded[:1] in _DOCUMENT or any(mark in folded for mark in marks)
    ]
    return scores.count(1.0), scores.count(0.5)


def _named(column: Column, hint: float, full: int, bare: int) -> Found | None:
    """Addresses that name a street."""
    looked_at = len(column.values)
    if full >= 0.4 * looked_at and (full >= 3 or hint > 0):
        sure = weighing.confidence(min(looked_at, full + bare), looked_at, base=0.88, hint=max(0.0, hint))
        return Found(
            "ADDRESS", sure, weighing.tell(full, looked_at, "has a street and a number", "have a street and a number")
        )
    if hint > 0 and (full + bare) >= 0.3 * looked_at:
        sure = weighing.confidence(full + bare, looked_at, base=0.7, hint=hint)
        return Found(
            "ADDRESS",
            sure,
            weighing.tell(full + bare, looked_at, "names a street", "name a street", named="The name says so"),
        )
    return None


def _fronts(column: Column, hint: float, full: int) -> Found | None:
    """Addresses by their form alone: a house number before a name, or the number of a flat."""
    looked_at = len(column.values)
    flats = [bool(_UNIT.search(value)) for value in column.folded]
    units = sum(flats)
    if (units + full) < max(4, 0.3 * looked_at):
        return None
    fronted = sum(flat or bool(_FRONTED.fullmatch(value)) for flat, value in zip(flats, column.values, strict=True))
    if fronted < 0.9 * looked_at:
        return None
    sure = weighing.confidence(fronted, looked_at, base=0.75, hint=max(0.0, hint))
    return Found(
        "ADDRESS",
        sure,
        weighing.tell(
            fronted, looked_at, "has a house number or a flat, and a name", "have a house number or a flat, and a name"
        ),
    )


def _lines(column: Column, hint: float) -> Found | None:
    """Addresses by the column's name, where no word means street."""
    if hint <= 0:
        return None
    looked_at = len(column.values)
    lines = sum(_line(value) for value in column.values)
    if lines < 0.7 * looked_at:
        return None
    sure = weighing.confidence(lines, looked_at, base=0.6, hint=hint)
    return Found(
        "ADDRESS",
        sure,
        weighing.tell(lines, looked_at, "has words and a number", "have words and a number", named="The name says so"),
    )


def _score(texts: list[str]) -> float:
    return max((_street(text) for text in texts), default=0.0)


def _street(text: str) -> float:
    """1 for a street with a number, 0.5 for a street alone, 0 for anything else."""
    if not 5 <= len(text) <= _TOO_LONG or "://" in text or "@" in text:
        return 0.0
    folded = fold(text)
    if _PO_BOX.search(folded):
        return 1.0
    tokens = _TOKEN.findall(folded)
    words = [token for token in tokens if not token[0].isdigit()]
    if not words or len(words) > 14:
        return 0.0
    named = any(_is_street(token, at, len(words)) for at, token in enumerate(words))
    if not named:
        return 0.0
    numbered = any(token[0].isdigit() and len(token) <= 6 for token in tokens) and len(tokens) > len(words)
    return 1.0 if numbered and len(words) >= 1 else 0.5


def names_street(words: list[str]) -> bool:
    """Whether one of some folded words means a street."""
    return any(_is_street(word, at, len(words)) and len(word) > 2 for at, word in enumerate(words))


def _is_street(token: str, at: int, of: int) -> bool:
    """Whether a word means a street; one that is a whole word needs a name beside it."""
    parts = re.split(r"[.'-]", token.rstrip("."))
    if of > 1 and parts[-1] in _STREETS:
        return True
    if of > 1 and at == 0 and parts[0] in _STREETS:
        return True
    return len(parts[-1]) >= 6 and parts[-1].endswith(_ENDINGS)


def _may_be_street(token: str) -> bool:
    """Whether a word may mean a street, wherever it stands."""
    return _is_street(token, 0, 2)


def _line(value: str) -> bool:
    """Whether a value has words and a house number, as addresses have where no word means street."""
    tokens = _TOKEN.findall(fold(value)) if 6 <= len(value) <= _TOO_LONG else []
    numbers = sum(token[0].isdigit() and len(token) <= 6 for token in tokens)
    return 1 <= numbers <= 4 and 1 <= len(tokens) - numbers <= 12 and "@" not in value and "://" not in value
