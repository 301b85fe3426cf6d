"""`crosswind down`: everything ends, Airflow first and PostgreSQL last, whatever crashed before."""

from __future__ import annotations

import argparse
import signal
import sys
import time

from crosswind.doors.cli.stack import processes
from crosswind.doors.cli.stack.layout import Layout, StackError
from crosswind.doors.cli.stack.state import State, supervised
from crosswind.kit.embedded import EmbeddedPostgres

SUPERVISOR_SECONDS = 60.0


def configure(_parser: argparse.ArgumentParser) -> None:
    """Settings come from the environment alone."""


def run(_arguments: argparse.Namespace) -> int:
    """Stop the platform; the exit code tells whether anything is left."""
    try:
        layout = Layout.from_environment()
    except StackError as error:
        print(error, file=sys.stderr)
        return 1
    left = bring_down(layout)
    if left:
        print(f"These processes do not end: {sorted(left)}", file=sys.stderr)
        return 1
    print("Crosswind is down.")
    return 0


def bring_down(layout: Layout) -> set[int]:
    """Stop everything of an installation; returns the processes that could not be ended."""
    if not layout.run.exists():
        return set()
    state = State.read(layout)
    deadline = time.monotonic() + SUPERVISOR_SECONDS
    if supervised(layout) and state.pid:
        processes.send(state.pid, signal.SIGTERM)
        while supervised(layout) and time.monotonic() < deadline:
            time.sleep(processes.POLL_SECONDS)
    processes.end(processes.members(layout.run), 5.0)
    left = processes.kill(processes.members(layout.run))
    for server in (layout.source, layout.postgres):
        EmbeddedPostgres(server).stop()
    State().write(layout)
    return left
