"""Bounded threads of our own, so that the host's are never ours to fill."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock
from typing import Any, TypeVar

from crosswind.kit.errors import Unavailable

T = TypeVar("T")


class LaneFull(Unavailable):
    """As many calls are under way and waiting as a lane takes."""


class Lane:
    """`threads` calls at a time and at most `queue` waiting; one more is refused at once.

    Bound to no event loop: the FastAPI mount and the FAB bridge run different ones.
    """

    def __init__(self, name: str, threads: int, queue: int) -> None:
        self.name = name
        self.queue = queue
        self._limit = threads + queue
        self._admitted = 0
        self._lock = Lock()
        self._executor = ThreadPoolExecutor(threads, thread_name_prefix=f"crosswind-{name}")

    async def run(self, call: Callable[[], T]) -> T:
        """Run `call` in a thread of the lane; `Unavailable` when the lane is full."""
        with self._lock:
            if self._admitted >= self._limit:
                raise LaneFull(f"Too many {self.name} requests are under way; try again shortly", retry_after=2)
            self._admitted += 1
        future = self._executor.submit(call)
        future.add_done_callback(self._leave)
        return await asyncio.wrap_future(future)

    def _leave(self, _: Future[Any]) -> None:
        """Give a place back, also of a call that was cancelled before its turn came."""
        with self._lock:
            self._admitted -= 1
