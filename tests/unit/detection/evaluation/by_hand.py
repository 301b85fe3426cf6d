"""Columns written by hand: real forms that generators do not make, and what is easily taken for personal data.

A line of `by_hand.txt` is: origin | kinds, none for a hard negative | the column's name | values, between semicolons.
"""

from __future__ import annotations

from pathlib import Path

Line = tuple[str, str, str, list[str]]


def _read(line: str) -> Line:
    origin, kind, name, values = (part.strip() for part in line.split("|", 3))
    return origin, kind, name, [value.strip() for value in values.split(";")]


CASES: list[Line] = [
    _read(line) for line in Path(__file__).with_suffix(".txt").read_text(encoding="utf-8").strip().splitlines()
]
"""Origin, kinds, the column's name, and values."""
