"""Qualified names: `connectionId.database.schema.name`, a part in double quotes when it holds a dot or a quote."""

from __future__ import annotations

import re

_PART = re.compile(r'"((?:[^"]|"")*)"|([^".]*)', re.DOTALL)


def part(text: str) -> str:
    """One part of a qualified name, quoted as in SQL where it must be."""
    return '"' + text.replace('"', '""') + '"' if not text or "." in text or '"' in text else text


def qualified(*parts: str) -> str:
    """The qualified name of these parts."""
    return ".".join(part(text) for text in parts)


def split(name: str) -> list[str]:
    """The parts of a qualified name; ValueError when its quotes do not fit."""
    parts: list[str] = []
    position = 0
    while True:
        found = _PART.match(name, position)
        if found is None or (found.end() < len(name) and name[found.end()] != "."):
            raise ValueError(f"{name!r} is not a qualified name")
        parts.append(found[2] if found[1] is None else found[1].replace('""', '"'))
        if found.end() == len(name):
            return parts
        position = found.end() + 1
