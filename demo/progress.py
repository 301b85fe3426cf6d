"""One line a step, with the seconds it took."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager


class DemoError(RuntimeError):
    """A step failed; the message says why and what to do."""


class Steps:
    """The steps done so far."""

    def __init__(self) -> None:
        self.done: list[tuple[str, float]] = []
        self._begun = time.monotonic()

    @contextmanager
    def step(self, label: str) -> Iterator[list[str]]:
        """Announce a step, run it, and print its outcome: what the caller appended to the list."""
        begun = time.monotonic()
        outcome: list[str] = []
        print(f"{label} …", flush=True)
        yield outcome
        seconds = time.monotonic() - begun
        self.done.append((label, seconds))
        print(f"  [{seconds:5.1f} s] {'; '.join(outcome) or 'done'}", flush=True)

    @property
    def total(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self._begun


def note(text: str) -> None:
    """Print a line below the step that runs."""
    print(f"            {text}", flush=True)
