"""IP addresses, alone or in lines of a log; version numbers and netmasks are none."""

from __future__ import annotations

import ipaddress
import re

from crosswind.detection import weighing
from crosswind.detection.column import Column
from crosswind.detection.types import Found

_FOUR = re.compile(r"(?<![\w.:/-])\d{1,3}(?:\.\d{1,3}){3}(?![\w-])(?!\.\d|/\d)")
_VERSION = re.compile(r"(?:\bv|version|release|build|ver\.?|firmware)[\s:=]*$", re.IGNORECASE)
_PORT = re.compile(r":\d{1,5}$")


def look(column: Column) -> Found | None:
    """Return what the column's values show."""
    if column.hint("IP_ADDRESS") < 0 or column.numeric:
        return None
    looked_at, hint = len(column.values), max(0.0, column.hint("IP_ADDRESS"))
    whole = [found for value in column.values if (found := parsed(value))]
    if whole and len(whole) * 2 >= looked_at:
        if not _spread(whole, hint):
            return None
        sure = weighing.confidence(len(whole), looked_at, base=0.96, hint=hint)
        return Found("IP_ADDRESS", sure, weighing.tell(len(whole), looked_at, "is an IP address", "are IP addresses"))
    if not _FOUR.search(column.joined):
        return None
    lines = [found for texts in column.texts for text in texts if (found := _within(text))]
    if len(lines) < 2 or not _spread(lines, hint):
        return None
    sure = round(min(0.92, 0.65 + 0.27 * len(lines) / looked_at), 2)
    return Found(
        "IP_ADDRESS",
        sure,
        weighing.tell(len(lines), looked_at, "holds an IP address within text", "hold an IP address within text"),
    )


def parsed(value: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """Return a host's address; networks, netmasks and the unspecified address are none."""
    if not 3 <= len(value) <= 50 or ("." not in value and ":" not in value):
        return None
    text = value.removesuffix("/32").removesuffix("/128").strip("[]")
    if text.count(".") == 3 and text.count(":") == 1:
        text = _PORT.sub("", text)
    try:
        found = ipaddress.ip_address(text)
    except ValueError:
        return None
    return None if found.is_unspecified or text.startswith("255.") else found


def _within(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    for match in _FOUR.finditer(text):
        before = text[max(0, match.start() - 12) : match.start()]
        found = None if _VERSION.search(before) else parsed(match[0])
        if found:
            return found
    return None


def _spread(found: list[ipaddress.IPv4Address | ipaddress.IPv6Address], hint: float) -> bool:
    """Whether these are addresses rather than versions, whose numbers are small."""
    if hint > 0:
        return True
    large = sum(each.version == 6 or sum(part >= 32 for part in each.packed) >= 2 for each in found)
    private = sum(each.version == 4 and each.is_private for each in found)
    return 2 * max(large, private if len(found) >= 5 else 0) >= len(found)
