"""Bounded threads of our own, so that the host's are never ours to fill."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import TypeVar

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
        return await asyncio.get_running_loop().run_in_executor(self._executor, self._leave, call)

    def _leave(self, call: Callable[[], T]) -> T:
        try:
            return call()
        finally:
            with self._lock:
                self._admitted -= 1
