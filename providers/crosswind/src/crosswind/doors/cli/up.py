"""`crosswind up`: the platform in the background, healthy when the command returns."""

from __future__ import annotations

import argparse
import shlex
import subprocess
import sys
import time
from collections.abc import Callable

from crosswind.doors.cli.stack.layout import Layout, StackError
from crosswind.doors.cli.stack.state import State, supervised
from crosswind.doors.cli.stack.supervisor import refuse_taken_ports, tail


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
    print(f"For scripts: . {shlex.quote(str(layout.env_file))}")
    return 0


def bring_up(layout: Layout) -> bool:
    """Return when the platform is healthy; tell whether it had to be started."""
    if supervised(layout):
        _follow(layout, lambda: supervised(layout), print_steps=False)
        return False
    refuse_missing_dags(layout)
    refuse_taken_ports(layout)
    State().write(layout)
    process = _spawn(layout)
    _follow(layout, lambda: process.poll() is None, print_steps=True)
    return True


def refuse_missing_dags(layout: Layout) -> None:
    """Raise `StackError` where the person's folder of DAGs is none."""
    if layout.dags and not layout.dags.is_dir():
        msg = f"CROSSWIND_DAGS is '{layout.dags}': give a folder that exists."
        raise StackError(msg)


def _spawn(layout: Layout) -> subprocess.Popen[bytes]:
    layout.logs.mkdir(parents=True, exist_ok=True)
    with (layout.logs / "supervisor.log").open("wb") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "crosswind.doors.cli.main", "run"],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=layout.root,
            env=layout.environment(),
            start_new_session=True,
        )


def _follow(layout: Layout, lives: Callable[[], bool], *, print_steps: bool) -> None:
    """Print each step as it is done; raises StackError when the supervisor gives up or dies."""
    shown = 0
    while True:
        alive = lives()
        state = State.read(layout)
        if print_steps:
            for text, seconds in state.steps[shown:]:
                print(f"  {text:<34}{seconds:>6.1f} s", flush=True)
            shown = len(state.steps)
        if state.phase == "healthy":
            return
        if not alive:
            raise StackError(state.problem or f"The platform did not start:\n{tail(layout.logs / 'supervisor.log')}")
        time.sleep(0.2)
