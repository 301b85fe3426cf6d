"""A part of the benchmarks that takes too long is ended, so that the others still tell their figures."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class Overdue(BaseException):
    """Raised in whatever runs at the deadline; no `except Exception` on its way can swallow it."""


@contextmanager
def deadline(seconds: int) -> Iterator[None]:
    """Raise Overdue in the main thread when the block has run for so long, and every ten seconds from then on."""

    def over(*_: Any) -> None:
        raise Overdue(f"not done within {seconds} s")

    before = signal.signal(signal.SIGALRM, over)
    signal.setitimer(signal.ITIMER_REAL, seconds, 10)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
