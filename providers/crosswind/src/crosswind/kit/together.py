"""Calls that come while others are under way are done with one another: one turn of a thread, one statement for all."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Lock
from typing import Generic, NamedTuple, TypeVar

from crosswind.kit.errors import Unavailable
from crosswind.kit.lanes import LaneFull

log = logging.getLogger(__name__)
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

    `work` does a group and gives an outcome for each; one that is an exception is raised by whoever waits for it, and
    what `work` itself raises by its whole group. Where an event loop was closed meanwhile, nobody waits.
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
            self._begin()
        return await waiting.future  # type: ignore[return-value]

    def _begin(self) -> None:
        try:
            self._executor.submit(self._lead)
        except Exception as error:
            log.warning("No %s request can be begun: %s", self.name, type(error).__name__)
            self._end([], Unavailable(f"No {self.name} request can be begun now; try again shortly", retry_after=2))

    def _lead(self) -> None:
        group: list[_Waiting] = []
        try:
            while group := self._next():
                _answer(group, self._outcomes(group))
        except BaseException as error:
            log.warning("%s requests could not be answered: %s", self.name, type(error).__name__)
            self._end(group, _plain(error))

    def _outcomes(self, group: list[_Waiting]) -> Sequence[object]:
        try:
            outcomes = self._work([each.item for each in group])  # type: ignore[misc]
            if len(outcomes) != len(group):
                raise RuntimeError(f"{len(group)} {self.name} requests got {len(outcomes)} answers")
        except BaseException as error:
            log.warning("A group of %d %s requests failed: %s", len(group), self.name, type(error).__name__)
            return [_plain(error)] * len(group)
        return outcomes

    def _end(self, group: list[_Waiting], error: Exception) -> None:
        """Let the next call lead again, and nobody who came before it wait for ever."""
        with self._lock:
            left, self._waiting, self._led = [*group, *self._waiting], [], False
        _answer(left, [error] * len(left))

    def _next(self) -> list[_Waiting]:
        with self._lock:
            group, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
            self._led = bool(group)
            return group


def _answer(group: list[_Waiting], outcomes: Sequence[object]) -> None:
    for loop in {each.loop for each in group}:
        told = [pair for pair in zip(group, outcomes, strict=True) if pair[0].loop is loop]
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(_tell, told)


def _plain(error: BaseException) -> Exception:
    """The error as one that a future takes, and that ends a request and not the event loop."""
    if isinstance(error, Exception) and not isinstance(error, StopIteration):
        return error
    return RuntimeError(type(error).__name__)


def _tell(outcomes: Sequence[tuple[_Waiting, object]]) -> None:
    for waiting, outcome in outcomes:
        if waiting.future.done():
            continue
        if isinstance(outcome, Exception):
            waiting.future.set_exception(outcome)
        else:
            waiting.future.set_result(outcome)
