"""Calls that come while others are under way are done with one another: one turn of a thread, one statement for all."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Lock
from typing import Generic, NamedTuple, TypeVar

from crosswind.kit.lanes import LaneFull

T = TypeVar("T")
R = TypeVar("R")
MOST = 32
"""Items of one group: as many as are soon done."""


class _Waiting(NamedTuple):
    item: object
    loop: asyncio.AbstractEventLoop
    future: asyncio.Future[object]


class Together(Generic[T, R]):
    """Whoever comes first is not kept waiting for others; those who come meanwhile are the next group.

    `work` does a group and gives an outcome for each; one that is an exception is raised by whoever waits for it. Where
    an event loop was closed meanwhile, nobody waits.
    """

    def __init__(self, name: str, work: Callable[[list[T]], Sequence[R | Exception]], queue: int) -> None:
        self.name = name
        self._work = work
        self._queue = queue
        self._lock = Lock()
        self._waiting: list[_Waiting] = []
        self._led = False
        self._executor = ThreadPoolExecutor(1, thread_name_prefix=f"crosswind-{name}")

    @property
    def waiting(self) -> int:
        """How many are to be in the next group, or groups."""
        return len(self._waiting)

    async def run(self, item: T) -> R:
        """What became of `item`; `Unavailable` when too many wait."""
        loop = asyncio.get_running_loop()
        waiting = _Waiting(item, loop, loop.create_future())
        with self._lock:
            if len(self._waiting) >= self._queue:
                raise LaneFull(f"Too many {self.name} requests are under way; try again shortly", retry_after=2)
            self._waiting.append(waiting)
            leads, self._led = not self._led, True
        if leads:
            self._executor.submit(self._lead)
        return await waiting.future  # type: ignore[return-value]

    def _lead(self) -> None:
        while group := self._next():
            try:
                outcomes = self._work([each.item for each in group])  # type: ignore[misc]
            except Exception as error:
                outcomes = [error] * len(group)
            for loop in {each.loop for each in group}:
                told = [pair for pair in zip(group, outcomes, strict=True) if pair[0].loop is loop]
                with suppress(RuntimeError):
                    loop.call_soon_threadsafe(_tell, told)

    def _next(self) -> list[_Waiting]:
        with self._lock:
            group, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
            self._led = bool(group)
            return group


def _tell(outcomes: Sequence[tuple[_Waiting, object]]) -> None:
    for waiting, outcome in outcomes:
        if waiting.future.done():
            continue
        if isinstance(outcome, Exception):
            waiting.future.set_exception(outcome)
        else:
            waiting.future.set_result(outcome)
