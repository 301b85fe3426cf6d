"""`crosswind status`: what runs and whether it is well."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict

from crosswind.doors.cli.stack.health import Probe
from crosswind.doors.cli.stack.layout import Layout
from crosswind.doors.cli.stack.state import State, supervised


def configure(parser: argparse.ArgumentParser) -> None:
    """Choose the form of the answer."""
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")


def run(arguments: argparse.Namespace) -> int:
    """Print the platform's state; 0 when it is healthy."""
    layout = Layout.from_environment()
    state = State.read(layout) if supervised(layout) else State()
    probe = Probe(layout)
    ailing = probe.ailing() if state.pid else []
    probe.close()
    healthy = state.phase == "healthy" and not ailing
    if arguments.json:
        print(json.dumps({**asdict(state), "healthy": healthy, "ailing": ailing}, indent=1))
        return 0 if healthy else 1
    print(f"Crosswind at {layout.run}: {state.phase}{', ' + state.base if state.base else ''}")
    for name, part in state.components.items():
        print(
            f"  {name:<14} {'runs' if part['running'] else 'ended':<6} pid {part['pid']}, restarts {part['restarts']}"
        )
    if ailing:
        print(f"Not healthy: {', '.join(ailing)}")
    return 0 if healthy else 1
