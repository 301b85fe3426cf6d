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


def look(column: Column) -> Found | None:
    """Return what the column's values show."""
    hint = column.hint("ADDRESS")
    if hint < 0 or column.numeric:
        return None
    looked_at = len(column.values)
    streets = [_score(value, texts) for value, texts in zip(column.values, column.texts, strict=True)]
    full = sum(score == 1.0 for score in streets)
    bare = sum(score == 0.5 for score in streets)
    if full >= 0.4 * looked_at and (full >= 3 or hint > 0):
        sure = weighing.confidence(min(looked_at, full + bare), looked_at, base=0.88, hint=max(0.0, hint))
        return Found("ADDRESS", sure, f"{weighing.of(full, looked_at)} have a street and a number")
    if hint > 0 and (full + bare) >= 0.3 * looked_at:
        sure = weighing.confidence(full + bare, looked_at, base=0.7, hint=hint)
        return Found("ADDRESS", sure, f"The name says so, and {weighing.of(full + bare, looked_at)} name a street")
    units = sum(bool(_UNIT.search(fold(value))) for value in column.values)
    fronted = sum(bool(_FRONTED.fullmatch(value)) or bool(_UNIT.search(fold(value))) for value in column.values)
    if fronted >= 0.9 * looked_at and (units + full) >= 0.3 * looked_at and full + units >= 4:
        sure = weighing.confidence(fronted, looked_at, base=0.75, hint=max(0.0, hint))
        return Found("ADDRESS", sure, f"{weighing.of(fronted, looked_at)} have a house number or a flat, and a name")
    lines = sum(_line(value) for value in column.values)
    if hint > 0 and lines >= 0.7 * looked_at:
        sure = weighing.confidence(lines, looked_at, base=0.6, hint=hint)
        return Found("ADDRESS", sure, f"The name says so, and {weighing.of(lines, looked_at)} have words and a number")
    return None


def _score(value: str, texts: list[str]) -> float:
    if len(texts) > 1 or texts != [value]:
        return max((_street(text) for text in texts), default=0.0)
    return _street(value)


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


def _line(value: str) -> bool:
    """Whether a value has words and a house number, as addresses have where no word means street."""
    tokens = _TOKEN.findall(fold(value)) if 6 <= len(value) <= _TOO_LONG else []
    numbers = sum(token[0].isdigit() and len(token) <= 6 for token in tokens)
    return 1 <= numbers <= 4 and 1 <= len(tokens) - numbers <= 12 and "@" not in value and "://" not in value
