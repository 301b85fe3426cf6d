"""Names and identifiers as people may trust them on a screen.

Control characters and those that change the direction of text can make one name look like another, so names and ids may
not hold them; free text (descriptions, comments) keeps them.
"""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, Field

from crosswind.kit.errors import Invalid

_DECEIVING = re.compile(
    "[\u0000-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)


def check_name(text: str, field: str) -> None:
    """Raise `Invalid` when a name or identifier could deceive a reader."""
    if _DECEIVING.search(text):
        raise Invalid(f"{field} holds a control character or one that changes the direction of text", field=field)


def formed(pattern: str, said: str) -> AfterValidator:
    """A check that a text is of a form; one that is not is told what is allowed, by `said`, and not by the pattern."""
    form = re.compile(pattern)

    def check(text: str) -> str:
        if form.search(text) is None:
            raise ValueError(said)
        return text

    return AfterValidator(check)


def _plain(text: str) -> str:
    if _DECEIVING.search(text):
        raise ValueError("holds a control character or one that changes the direction of text")
    return text


Name = Annotated[str, Field(min_length=1, max_length=255), AfterValidator(_plain)]
"""A name that people read."""

Identifier = Annotated[str, Field(min_length=1, max_length=128, pattern=r"^[A-Za-z0-9_-]+$")]
"""An id that stands in a path."""
