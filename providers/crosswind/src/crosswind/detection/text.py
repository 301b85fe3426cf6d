"""Values and names made comparable: distinct, trimmed, folded, and cut into words."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator
from zlib import crc32

MOST_VALUES = 200
MOST_CHARACTERS = 2000
MOST_LEAVES = 200
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[^\W\d_A-Za-z]+")
_PLAIN = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ß": "ss", "æ": "ae", "œ": "oe", "\u0131": "i", "\u2019": "'"}
)


def fold(text: str) -> str:
    """Return text in lower case without marks, in Latin letters where they are only decorated."""
    text = text.casefold()
    if text.isascii():
        return text
    parts = unicodedata.normalize("NFKD", text)
    return "".join(each for each in parts if not unicodedata.combining(each)).translate(_PLAIN)


def distinct(values: Iterable[str]) -> list[str]:
    """Return the different values that are not blank, in an order that does not depend on theirs, a bounded number."""
    trimmed = {value[:MOST_CHARACTERS].strip() for value in values}
    trimmed.discard("")
    return sorted(trimmed, key=lambda value: (crc32(value.encode("utf-8", "replace")), value))[:MOST_VALUES]


def words(name: str) -> list[str]:
    """Cut a column's name into folded words: `customerEMail_2` is customer, e, mail."""
    decomposed = "".join(each for each in unicodedata.normalize("NFKD", name) if not unicodedata.combining(each))
    return [fold(each) for each in _WORD.findall(decomposed.translate(_PLAIN))]


def runs(parts: list[str], longest: int = 4) -> frozenset[str]:
    """Return every run of neighbouring words written together: first, name, firstname."""
    ends = range(1, longest + 1)
    return frozenset("".join(parts[at : at + size]) for at in range(len(parts)) for size in ends)


def leaves(value: str) -> Iterator[str]:
    """Yield the texts in a JSON document, the value itself where it is none."""
    if value[:1] not in "{[":
        yield value
        return
    try:
        document = json.loads(value)
    except (ValueError, RecursionError):
        yield value
        return
    held = [document]
    left = MOST_LEAVES
    while held and left:
        each = held.pop()
        left -= 1
        if isinstance(each, dict):
            held.extend(each.values())
        elif isinstance(each, list):
            held.extend(each)
        elif isinstance(each, str):
            yield each
