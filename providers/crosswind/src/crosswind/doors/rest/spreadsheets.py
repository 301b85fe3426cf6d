"""CSV that a spreadsheet shows and never runs (RFC 4180, and OWASP on CSV injection)."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from typing import Any

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001 - wide forms run too


def lines(rows: Sequence[Sequence[Any]]) -> str:
    """Rows as CSV: text is made harmless, numbers stay numbers, what is neither is written as JSON."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows([cell(value) for value in row] for row in rows)
    return text.getvalue()


def cell(value: Any) -> Any:
    """Text that begins like a formula, also after spaces or apostrophes of its own, gets an apostrophe before it."""
    if isinstance(value, str):
        return "'" + value if value.lstrip("'").lstrip(" \u00a0").startswith(_FORMULA) else value
    return value if value is None or isinstance(value, int) else json.dumps(value, ensure_ascii=False, default=str)
