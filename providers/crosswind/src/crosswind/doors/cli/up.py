"""`crosswind up`: the platform in the background, healthy when the command returns."""

from __future__ import annotations

import argparse
import subprocess
import sys
import time

from crosswind.doors.cli.stack.layout import Layout, StackError
from crosswind.doors.cli.stack.state import State, supervised
from crosswind.doors.cli.stack.supervisor import refuse_taken, tail

START_SECONDS = 5.0


def configure(_parser: argparse.ArgumentParser) -> None:
    """Settings come from the environment alone."""


def run(_arguments: argparse.Namespace) -> int:
    """Start the platform unless it runs, and wait until it is healthy."""
    try:
        layout = Layout.from_environment()
        started = bring_up(layout)
    except StackError as error:
        print(error, file=sys.stderr)
        return 1
    words = "is up" if started else "was up already"
    print(f"Crosswind {words}: {layout.base} (user admin, password in {layout.run / 'admin-password'})")
    print(f"For scripts: . {layout.env_file}")
    return 0


def bring_up(layout: Layout) -> bool:
    """Return when the platform is healthy; tell whether it had to be started."""
    started = not supervised(layout)
    if started:
        refuse_taken(layout.port, "CROSSWIND_PORT")
        State().write(layout)
        _spawn(layout)
    _follow(layout, shown=0 if started else None)
    return started


def _spawn(layout: Layout) -> None:
    layout.logs.mkdir(parents=True, exist_ok=True)
    with (layout.logs / "supervisor.log").open("wb") as log:
        subprocess.Popen(
            [sys.executable, "-m", "crosswind.doors.cli.main", "run"],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=layout.root,
            env=layout.environment(),
            start_new_session=True,
        )


def _follow(layout: Layout, shown: int | None) -> None:
    """Print each step as it is done; raises StackError when the supervisor gives up."""
    begun = time.monotonic()
    while True:
        state = State.read(layout)
        if shown is not None:
            for text, seconds in state.steps[shown:]:
                print(f"  {text:<34}{seconds:>6.1f} s", flush=True)
            shown = len(state.steps)
        if state.phase == "healthy":
            return
        gone = time.monotonic() - begun > START_SECONDS and not supervised(layout)
        if state.phase == "failed" or gone:
            raise StackError(state.problem or f"The platform did not start:\n{tail(layout.logs / 'supervisor.log')}")
        time.sleep(0.2)
