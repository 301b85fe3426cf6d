"""Rows as COPY's text form takes them."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import msgspec

NULL = r"\N"
_ESCAPES = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})
_encode = msgspec.json.Encoder().encode


def cell(value: str | None) -> str:
    """A text."""
    if value is None:
        return NULL
    if value.isprintable() and "\\" not in value:
        return value
    return value.translate(_ESCAPES)


def number(value: int | None) -> str:
    """A number."""
    return NULL if value is None else str(value)


def json(value: Any) -> str:
    """A jsonb; JSON's own escapes leave nothing but backslashes to escape."""
    return NULL if value is None else _encode(value).decode().replace("\\", r"\\")


def array(values: list[str] | None) -> str:
    """An array of texts."""
    return NULL if values is None else _array(tuple(values))


@lru_cache(maxsize=4096)
def _array(values: tuple[str, ...]) -> str:
    quoted = (value.replace("\\", r"\\").replace('"', r"\"") for value in values)
    return cell("{" + ",".join(f'"{value}"' for value in quoted) + "}")
