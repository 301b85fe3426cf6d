"""Blocks of imports that this process has under way, so that one may be stored beside the one before it.

A block may be when no asset stands in both and the one before brings no words that its lines could need: then either
order comes to the same, and only their ends have to keep theirs. Its relationships may be written before the other has
ended, too, when the other brings none of them, and no asset that they join.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from itertools import chain
from threading import Event, Lock

from sqlalchemy import event
from sqlalchemy.orm import Session, SessionTransaction

Edge = tuple[str, str, str, str]
"""A relationship by its source, target, type and name."""


@dataclass(eq=False)
class UnderWay:
    """A block: the names of its assets, its relationships, and whether it brings words.

    `holds` is set once it holds the import's row, or is over.
    """

    names: Collection[str]
    edges: Collection[Edge]
    speaks: bool
    holds: Event = field(default_factory=Event)

    def over(self) -> None:
        """Let go of what it was told apart by: the session that listens for its end lives until it is collected."""
        self.names = self.edges = ()
        self.holds.set()

    def joins_others_than(self, before: UnderWay) -> bool:
        """Whether its relationships, and the assets that they join, are none that another block brings."""
        ends = chain.from_iterable((source, target) for source, target, _, _ in self.edges)
        return frozenset(self.edges).isdisjoint(before.edges) and frozenset(before.names).isdisjoint(ends)


def at_once() -> None:
    """The turn of what waits for none."""


class Turns:
    """The blocks under way, by import and number; each until its transaction ends."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._found: dict[tuple[str, int], UnderWay] = {}

    def enter(self, session: Session, task_id: str, sequence: int, block: UnderWay) -> None:
        """Note a block while the transaction of its session lasts."""
        place = task_id, sequence

        def over(_: Session, transaction: SessionTransaction) -> None:
            if transaction.parent is None:
                self._leave(place, block)

        with self._lock:
            self._found[place] = block
        event.listen(session, "after_transaction_end", over)

    def beside(self, task_id: str, sequence: int, block: UnderWay) -> UnderWay | None:
        """The block before this one, where this one may be stored beside it."""
        with self._lock:
            before = self._found.get((task_id, sequence - 1))
        if before is None or before.speaks:
            return None
        return before if frozenset(block.names).isdisjoint(before.names) else None

    def _leave(self, place: tuple[str, int], block: UnderWay) -> None:
        with self._lock:
            if self._found.get(place) is block:
                del self._found[place]
        block.over()
