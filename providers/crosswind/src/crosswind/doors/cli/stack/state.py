"""What the supervisor tells the world: steps done, components, and whether all is well."""

from __future__ import annotations

import contextlib
import fcntl
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from crosswind.doors.cli.stack import files
from crosswind.doors.cli.stack.layout import Layout, StackError


@dataclass
class State:
    """The supervisor's last word, in `.run/state.json`."""

    pid: int = 0
    phase: str = "stopped"
    problem: str = ""
    base: str = ""
    allowed: list[str] = field(default_factory=list)
    steps: list[list[Any]] = field(default_factory=list)
    components: dict[str, dict[str, Any]] = field(default_factory=dict)

    @classmethod
    def read(cls, layout: Layout) -> State:
        """Return what was written last."""
        return cls(**files.read_json(path(layout)))

    def write(self, layout: Layout) -> None:
        """Replace what was written before."""
        files.write_json(path(layout), asdict(self))


def path(layout: Layout) -> Path:
    """Return the state's file."""
    return layout.run / "state.json"


def supervised(layout: Layout) -> bool:
    """Tell whether a supervisor lives: it holds the lock, and the system frees the lock of a dead one."""
    try:
        with supervision(layout, patience=0):
            return False
    except StackError:
        return True


@contextlib.contextmanager
def supervision(layout: Layout, patience: float = 2.0) -> Iterator[None]:
    """Hold the installation's lock; raises StackError when another supervisor does."""
    layout.run.mkdir(parents=True, exist_ok=True)
    deadline = time.monotonic() + patience
    with (layout.run / "lock").open("a") as handle:
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    msg = f"The platform of {layout.run} runs already."
                    raise StackError(msg) from None
                time.sleep(0.05)
        yield
