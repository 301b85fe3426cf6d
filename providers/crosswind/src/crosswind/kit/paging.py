"""Windows on lists, and the pages that come back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")
U = TypeVar("U")


@dataclass(frozen=True, slots=True)
class Window:
    """The part of a list that is asked for: `limit` rows after `offset`."""

    limit: int = 20
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One window of a list and the size of the whole; `next_cursor` where the list can be gone on with by one.

    `capped` says that there are more than `total`: no more were counted.
    """

    items: Sequence[T]
    total: int
    window: Window
    next_cursor: str | None = None
    capped: bool = False

    @property
    def has_more(self) -> bool:
        """Whether rows follow this page."""
        return self.next_cursor is not None or self.window.offset + len(self.items) < self.total

    def map(self, function: Callable[[T], U]) -> Page[U]:
        """The same page with each item passed through `function`."""
        items = [function(item) for item in self.items]
        return Page(items, self.total, self.window, self.next_cursor, self.capped)


MOST_COUNTED = 10_000
"""Rows that a list without bounds counts one by one, so that a page of millions costs no more than one of thousands."""


def bounded(rows: Sequence[T], counted: int, window: Window) -> Page[T]:
    """The page of a list that was counted up to `MOST_COUNTED` and one; `rows` are one more where there are more."""
    listed, more = rows[: window.limit], len(rows) > window.limit
    least = window.offset + len(listed) + more if listed else 0
    total = least if listed and not more else max(min(counted, MOST_COUNTED), least)
    return Page(listed, total, window, None, more and counted > MOST_COUNTED)
