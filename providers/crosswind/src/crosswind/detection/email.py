"""E-mail addresses, alone, in free text and in JSON."""

from __future__ import annotations

import re

from crosswind.detection import weighing
from crosswind.detection.column import Column
from crosswind.detection.lexicon import word_set
from crosswind.detection.types import Found

_ADDRESS = re.compile(
    r"(?<![\w.%+'/-])[^\W_][\w.%+'-]{0,63}@((?:[^\W_][\w-]{0,62}\.){1,8}(?:[^\W\d_]{2,24}|xn--[a-z0-9-]{2,59}))"
    r"(?![\w@-])(?!:[\w/])"
)
_FILES = word_set("file_endings")
_MESSAGE_ID = re.compile(r"<?[^<>\s@]*\d[^<>\s@]*\d[^<>\s@]*@[^<>\s@]+>")
_FEW = 0.05


def look(column: Column) -> Found | None:
    """Return what the column's values show; a few in long texts count too."""
    if column.hint("EMAIL") < 0 or column.numeric:
        return None
    whole = within = 0
    for value, texts in zip(column.values, column.texts, strict=True):
        if "@" not in value and "\\u0040" not in value:
            continue
        found = [match for text in texts if "@" in text for match in addresses(text)]
        whole += len(found) == 1 and len(found[0]) >= len(value) - 2
        within += bool(found)
    looked_at = len(column.values)
    if not within or _message_ids(column):
        return None
    if whole * 2 >= looked_at:
        sure = weighing.confidence(whole, looked_at, base=0.98, hint=max(0.0, column.hint("EMAIL")))
        return Found("EMAIL", sure, weighing.tell(whole, looked_at, "is an e-mail address", "are e-mail addresses"))
    if within < 2 and within < _FEW * looked_at:
        return None
    sure = round(min(0.95, 0.7 + 0.25 * within / looked_at), 2)
    return Found(
        "EMAIL",
        sure,
        weighing.tell(within, looked_at, "holds an e-mail address within text", "hold an e-mail address within text"),
    )


def addresses(text: str) -> list[str]:
    """Return the e-mail addresses in a text; files, repositories and logins in URLs are none."""
    found = []
    for match in _ADDRESS.finditer(text):
        if match[1].rpartition(".")[2].lower() in _FILES or ".." in match[0] or ".@" in match[0]:
            continue
        before = text[max(0, match.start() - 100) : match.start()]
        if "://" in before.rpartition(" ")[2]:
            continue
        found.append(match[0])
    return found


def _message_ids(column: Column) -> bool:
    return 2 * sum(bool(_MESSAGE_ID.fullmatch(value)) and value[0] == "<" for value in column.values) > len(
        column.values
    )
