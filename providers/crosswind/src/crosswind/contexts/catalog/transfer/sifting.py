"""Lines that say what they said when their asset was last written: found by a digest, before anything else is read."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import msgspec
from sqlalchemy.orm import Session

from crosswind.contexts.catalog.transfer import copying as to
from crosswind.contexts.catalog.transfer.lines import Parsed
from crosswind.contexts.catalog.transfer.repository import assets, blocks

Numbered = tuple[int, bytes]


class _Glance(msgspec.Struct):
    """All that is read of a line at first."""

    qualified_name: str = ""


_glance = msgspec.json.Decoder(_Glance).decode


@dataclass(slots=True)
class Sifted:
    """The lines of a block that name an asset, with their names by number, and all the others."""

    naming: list[Numbered] = field(default_factory=list)
    names: dict[int, str] = field(default_factory=dict)
    others: list[Numbered] = field(default_factory=list)

    def changed(self, session: Session, tenant: str) -> list[Numbered]:
        """The naming lines that have to be read: those not stored as they stand, and others of the same assets."""
        rows = (f"{number}\t{to.cell(self.names[number])}\t{digest(raw)}" for number, raw in self.naming)
        blocks.fill(session, "block_lines", rows, len(self.naming))
        stale = {self.names[number] for number in assets.stale(session, tenant)}
        return [line for line in self.naming if self.names[line[0]] in stale] if stale else []


def sift(lines: Iterable[Numbered]) -> Sifted:
    """Tell the lines that name an asset from the others."""
    found = Sifted()
    for number, raw in lines:
        name = _name(raw)
        if name:
            found.naming.append((number, raw))
            found.names[number] = name
        else:
            found.others.append((number, raw))
    return found


def digest(raw: bytes) -> str:
    """A line in short."""
    return hashlib.blake2b(raw, digest_size=12).hexdigest()


def note(parsed: Parsed, lines: Sequence[bytes], first: int) -> None:
    """Let a block's lines be told by their digests the next time, where they can be."""
    parsed.digests = {number: digest(lines[number - first]) for number, line in parsed.assets if line.alone}


def _name(raw: bytes) -> str:
    try:
        name = _glance(raw).qualified_name
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return ""
    return "" if "\x00" in name else name
