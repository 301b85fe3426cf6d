"""A file as readers see it: its size, parts of it on request, and how much of it may be read."""

from __future__ import annotations

import io
import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

BUDGET = 16 * 1024 * 1024
"""Bytes read of one file at most; for a sample of Parquet, of each column."""
MOST_READ = 256 * 1024 * 1024
"""Bytes read of one file at most, whatever its columns take."""
MOST_COLUMNS = 10_000


class Unreadable(Exception):
    """Why a file cannot be read: a sentence without a full stop that quotes nothing of its content."""


@dataclass
class Source:
    """A file; `fetch(start, length)` returns at most that many bytes, and nothing is asked for after `until`."""

    name: str
    size: int
    fetch: Callable[[int, int], bytes]
    budget: int = BUDGET
    spent: int = 0
    until: float = math.inf
    before: int = 0

    def renew(self) -> None:
        """Give the next column a budget of its own."""
        self.before += self.spent
        self.spent = 0

    def read(self, start: int, length: int) -> bytes:
        """Read a part; a part beyond the budget is refused, before it is asked for."""
        length = max(0, min(length, self.size - start))
        if not length:
            return b""
        if self.spent + length > self.budget:
            raise Unreadable(f"To read it takes more than {self.budget // 1024 // 1024} MB")
        if self.before + self.spent + length > MOST_READ:
            raise Unreadable(f"To read all of it takes more than {MOST_READ // 1024 // 1024} MB")
        if time.monotonic() > self.until:
            raise Unreadable("To read all of it takes more time than there was")
        found = self.fetch(start, length)
        self.spent += len(found)
        return found


@dataclass(frozen=True)
class Field:
    """A column of a file; nested ones are named by their path, `a.b`. The type of one without a value is not known."""

    name: str
    data_type: str
    nullable: bool = True
    known: bool = True


@dataclass
class Found:
    """What a file told of itself; `rows` of the whole file, exact or estimated."""

    fields: list[Field] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)
    rows: int | None = None
    problem: str | None = None


class Ranged(io.RawIOBase):
    """A file to seek in, for libraries that want one; every read is one ranged request."""

    def __init__(self, source: Source) -> None:
        super().__init__()
        self._source = source
        self._at = 0

    def readable(self) -> bool:
        """Say yes."""
        return True

    def seekable(self) -> bool:
        """Say yes."""
        return True

    def tell(self) -> int:
        """Return the position."""
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move the position."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._source.size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def read(self, size: int | None = -1) -> bytes:
        """Read from the position on."""
        wanted = self._source.size - self._at if size is None or size < 0 else size
        found = self._source.read(self._at, wanted)
        self._at += len(found)
        return found

    def readall(self) -> bytes:
        """Read the rest, if the budget has room for it."""
        return self.read(-1)
