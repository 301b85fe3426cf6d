"""Several words in one cell of a sheet, between semicolons; one that would not come back alike stands in quotes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

BETWEEN = ";"
_QUOTED = re.compile(r'\s*("(?:[^"]|"")*")\s*(?:;|\Z)')
_BROKEN_TAG = re.compile(r'\A["\s]|;|\s\Z')
_BROKEN_OWNER = re.compile(r";|:\s|\s:")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def tags_written(tags: Iterable[str]) -> str:
    """Tags as one cell."""
    return BETWEEN.join(_quoted(tag) if _breaks_tag(tag) else tag for tag in tags)


def tags_read(cell: str) -> list[str]:
    """The tags of a cell."""
    return [tag for tag, _ in _parts(cell, _breaks_tag)]


def owners_written(owners: Iterable[str]) -> str:
    """Owners, each as `kind:name:role`, as one cell."""
    return BETWEEN.join(_quoted(owner) if _breaks_owner(owner) else owner for owner in owners)


def owners_read(cell: str) -> list[dict[str, str]]:
    """The owners of a cell."""
    return [_owner(text, exact=exact) for text, exact in _parts(cell, _breaks_owner)]


def plain(cell: str) -> str:
    """A cell without the apostrophe that keeps a spreadsheet from running it."""
    return cell[1:] if cell[:1] == "'" and cell.lstrip("'").lstrip(" \u00a0")[:1] in _FORMULA else cell


def _breaks_tag(text: str) -> bool:
    return bool(_BROKEN_TAG.search(text)) or plain(text) != text


def _breaks_owner(text: str) -> bool:
    return bool(_BROKEN_OWNER.search(text))


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _parts(cell: str, breaks: Callable[[str], bool]) -> Iterator[tuple[str, bool]]:
    """The parts that hold something, and whether one stood in quotes; quotes that we would not write are letters."""
    start = 0
    while start < len(cell):
        found = _QUOTED.match(cell, start)
        text = found[1][1:-1].replace('""', '"') if found else ""
        if found is not None and breaks(text):
            start = found.end()
            yield text, True
            continue
        end = cell.find(BETWEEN, start)
        end = len(cell) if end < 0 else end
        if part := cell[start:end].strip():
            yield part, False
        start = end + 1


def _owner(text: str, *, exact: bool) -> dict[str, str]:
    """`ana`, `team:core` or `team:core:steward`; where all three are given the name may hold colons."""
    kind, colon, rest = text.partition(":")
    if not colon:
        return {"name": text}
    name, colon, role = rest.rpartition(":")
    name = name if colon else rest
    told = {"kind": kind.strip(), "name": name if exact else name.strip()}
    return {**told, "role": role.strip()} if colon else told
