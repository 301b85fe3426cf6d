"""`crosswind mcp`: the catalog's tools for an assistant, over standard input and output."""

from __future__ import annotations

import argparse
import importlib.util
import os
import sys

URL, KEY = "CROSSWIND_URL", "CROSSWIND_API_KEY"


def configure(parser: argparse.ArgumentParser) -> None:
    """What it may do; the address and the key come from the environment, where other programs do not see them."""
    parser.add_argument("--allow-writes", action="store_true", help="let it write descriptions, as far as its key may")


def run(arguments: argparse.Namespace) -> int:
    """Serve until the assistant closes its end; nothing else may be printed to standard output."""
    if importlib.util.find_spec("mcp") is None:
        print("MCP is not installed: pip install 'airflow-provider-crosswind[mcp]'", file=sys.stderr)
        return 2
    url, key = os.environ.get(URL, ""), os.environ.get(KEY, "")
    if not url.startswith(("http://", "https://")) or not key:
        print(f"{URL} must hold Crosswind's address (https://…/crosswind) and {KEY} an API key.", file=sys.stderr)
        return 2
    from crosswind.doors.mcp.client import Catalog
    from crosswind.doors.mcp.server import make_server

    make_server(Catalog(url, key), writes=arguments.allow_writes).run("stdio")
    return 0
