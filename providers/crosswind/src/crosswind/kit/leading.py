"""A thread that works in one process at a time, by an advisory lock, and is woken by notifications of the store."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Engine

from crosswind.kit.linked import LinkedThread
from crosswind.kit.listening import Link


class Leading(LinkedThread):
    """Calls `work`, which says whether there is more, again and again."""

    def __init__(
        self, engine: Engine, name: str, lock: int, work: Callable[[], bool], *, channel: str, poll: float
    ) -> None:
        super().__init__(engine, name, poll=poll, channels=[channel])
        self._lock = lock
        self._work = work

    def _serve(self, link: Link) -> None:
        held = False
        while not self._stop.is_set():
            held = held or link.lock(self._lock)
            if not (held and self._work()):
                link.wait(self._poll, self._waker)
