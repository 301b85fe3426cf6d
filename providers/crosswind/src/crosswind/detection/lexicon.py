"""The words that detection knows, kept as data."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


def word_set(*place: str) -> frozenset[str]:
    """Return the words under a key, or under a section and a key."""
    held: Any = _all()
    for key in place:
        held = held.get(key, "")
    return frozenset(held.split())


@cache
def _all() -> dict[str, Any]:
    text = (files("crosswind.detection") / "data" / "words.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
