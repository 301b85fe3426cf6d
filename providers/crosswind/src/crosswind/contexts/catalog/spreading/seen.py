"""What the last walk of all tags was made from, so that the next is spared where nothing is otherwise."""

from __future__ import annotations

from time import monotonic
from typing import Any

from sqlalchemy.orm import Session

from crosswind.contexts.catalog.spreading import repository

LONGEST = 3600.0
"""Seconds after which a walk is made in any case."""


class Seen:
    """How often the tables of a walk had been written to when the last began; no memory of it is a reason to walk.

    The store counts a row that is written only after its transaction is over, so what a walk counted before it began,
    it saw; what is counted later leads to another walk.
    """

    def __init__(self) -> None:
        self._written: tuple[Any, ...] | None = None
        self._at = -LONGEST

    def look(self, session: Session) -> Any:
        """What is to be kept once the walk that begins now is over; None where no walk is needed."""
        written = repository.written(session)
        fresh = monotonic() - self._at < LONGEST
        return None if fresh and written is not None and written == self._written else (written, monotonic())

    def keep(self, looked: Any) -> None:
        """Remember what a walk that is over and committed was made from."""
        self._written, self._at = looked
