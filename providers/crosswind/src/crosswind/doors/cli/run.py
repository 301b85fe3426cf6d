"""`crosswind run`: the supervisor in the foreground."""

from __future__ import annotations

import argparse
import os

from crosswind.doors.cli.stack.layout import Layout
from crosswind.doors.cli.stack.supervisor import Supervisor


def configure(_parser: argparse.ArgumentParser) -> None:
    """Settings come from the environment alone."""


def run(_arguments: argparse.Namespace) -> int:
    """Run the platform until a signal stops it."""
    layout = Layout.from_environment()
    os.environ.update({name: value for name, value in layout.environment().items() if os.environ.get(name) != value})
    return Supervisor(layout).run()
