"""The command `crosswind`: one module a command, imported only when it is the one called."""

from __future__ import annotations

import argparse
import importlib
import os
import select
import signal
import sys
from collections.abc import Sequence
from typing import Protocol, TextIO, cast

COMMANDS = {
    "up": "start the platform in the background and return when it is healthy",
    "down": "stop the platform and leave no process behind",
    "run": "keep the platform's parts running in the foreground (what `up` starts)",
    "status": "tell what of the platform runs and whether it is healthy",
    "setup": "make what an Airflow of your own needs: an administrator, and the connection that tasks use",
    "serve": "serve the REST API alone, beside Airflow's API server",
    "grpc": "serve the metastore over gRPC",
    "mcp": "serve the catalog to an assistant, over standard input and output",
    "keys": "make, list and revoke API keys",
    "ticket": "print a link that signs somebody in once, from this machine",
    "routes": "list what is really served",
    "openapi": "write the OpenAPI documents and the GraphQL schema, or check that they are current",
    "audit": "verify the audit's chain and name a row that was tampered with",
}
"""Name and summary; the module of the same name beside this file has `configure` and `run`."""


class Command(Protocol):
    """What a command's module offers."""

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Add the command's arguments."""

    def run(self, arguments: argparse.Namespace) -> int:
        """Do the work and return the exit code."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command that the arguments name."""
    given = list(sys.argv[1:] if argv is None else argv)
    parser = argparse.ArgumentParser(prog="crosswind", description="Crosswind on the command line.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")
    chosen = next((word for word in given if not word.startswith("-")), "")
    for name, summary in COMMANDS.items():
        sub = commands.add_parser(name, help=summary, description=summary.capitalize() + ".")
        if name == chosen:
            _module(name).configure(sub)
    arguments = parser.parse_args(given)
    return _run(_module(arguments.command), arguments)


def _run(command: Command, arguments: argparse.Namespace) -> int:
    """The exit code; where nobody reads on (`crosswind routes | head`), that of a program which SIGPIPE ended."""
    try:
        code = command.run(arguments)
        sys.stdout.flush()
    except BrokenPipeError:
        if _is_read(sys.stdout):
            raise
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 128 + signal.SIGPIPE
    return code


def _is_read(stream: TextIO) -> bool:
    poll = select.poll()
    poll.register(stream, 0)
    return not poll.poll(0)


def _module(name: str) -> Command:
    return cast("Command", importlib.import_module(f"crosswind.doors.cli.{name}"))


if __name__ == "__main__":
    sys.exit(main())
