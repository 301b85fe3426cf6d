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
