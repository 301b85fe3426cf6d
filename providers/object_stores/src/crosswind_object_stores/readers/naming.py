"""Whether a text that stands where a name should stand is a value: then it may be somebody's, and names no column."""

from __future__ import annotations

import re
from collections.abc import Sequence

from crosswind.detection import names
from crosswind.detection.text import fold
from crosswind_object_stores.readers.kinds import STRING, kind_of

_VALUE = re.compile(
    r"[^@\s]+@[^@\s]+\.[^@\s]+|[A-Z]{2}\d{2}[A-Z\d ]{11,32}|\+?\(?\d[\d ()./-]{5,}"
    r"|[\da-fA-F]{8}(?:-[\da-fA-F]{4}){3}-[\da-fA-F]{12}"
    r"|(?=[a-fA-F]*\d)[\da-fA-F]{16,64}|\d{1,4}[./-]\d{1,2}[./-]\d{1,4}|\d+(?:[.,]\d+)*|[\w+.-]+://\S+"
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_NAME_LIKE = re.compile(r"[^\W\d_]+(?:[-'\u2019][^\W\d_]+)*(?: [^\W\d_]\.)?(?: [^\W\d_]+(?:[-'\u2019][^\W\d_]+)*){0,3}")
_SHOWN = 100


def is_value(text: str) -> bool:
    """Say whether a text is an e-mail address, a number of any kind, a date, an id, an address of the web, an IBAN."""
    text = text.strip()[:200]
    return bool(_VALUE.fullmatch(text)) or kind_of(text) not in {STRING, None}


def is_person(text: str) -> bool:
    """Say whether a text is a given name and a family name."""
    text = text.strip()[:100]
    words = fold(text).split()
    return (
        len(words) > 1
        and text[0].isupper()
        and bool(_NAME_LIKE.fullmatch(text))
        and names.is_given(words[0])
        and names.is_family(words[-1]) > 0
    )


def is_cell(text: str, below: Sequence[str]) -> bool:
    """Say whether what stands above a column's values is one of them."""
    text = text.strip()
    below = [each.strip() for each in below[:_SHOWN] if each.strip()]
    if _YEAR.fullmatch(text):
        return not below or any(_YEAR.fullmatch(each) or not is_value(each) for each in below)
    if is_value(text):
        return True
    if is_person(text):
        return not below or 2 * sum(_looks_named(each) for each in below) >= len(below)
    if names.is_given(fold(text)):
        return bool(below) and 2 * sum(names.is_given(fold(each)) for each in below) >= len(below)
    return _has_shape(text, below)


def _looks_named(text: str) -> bool:
    return bool(_NAME_LIKE.fullmatch(text)) and text[0].isupper()


def _has_shape(text: str, below: Sequence[str]) -> bool:
    """Say whether a text of words and digits is made as those below are: a street and its number, a flight, a code."""
    if not any(map(str.isdigit, text)) or not below:
        return False
    return 2 * sum(_shape(each) == _shape(text) for each in below) >= len(below)


def _shape(text: str) -> str:
    return re.sub(r"[^\W\d_]+", "a", re.sub(r"\d+", "0", text[:100]))
