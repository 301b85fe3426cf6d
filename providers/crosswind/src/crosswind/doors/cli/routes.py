"""`crosswind routes`: what is really served."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass

COLUMNS = ("family", "method", "path")


@dataclass(frozen=True, slots=True, order=True)
class Served:
    """One route: its path as the designs write it, below the family's prefix, and what it asks for."""

    family: str
    path: str
    method: str
    permission: str | None


def configure(parser: argparse.ArgumentParser) -> None:
    """Choose the form."""
    parser.add_argument("--format", choices=("tsv", "json"), default="tsv")
    about = "add the permission that each route asks for, and what is asked for over GraphQL, gRPC and WebSocket"
    parser.add_argument("--permissions", action="store_true", help=about)


def run(arguments: argparse.Namespace) -> int:
    """Print a line a route."""
    found = [*listed(), *(asked() if arguments.permissions else ())]
    if arguments.format == "json":
        print(json.dumps([asdict(route) for route in found], indent=1))
        return 0
    columns = (*COLUMNS, "permission") if arguments.permissions else COLUMNS
    print("\t".join(columns))
    for route in found:
        print("\t".join(str(getattr(route, column) or "public") for column in columns))
    return 0


def listed() -> Iterator[Served]:
    """Every address that is served, those of REST first."""
    yield from served()
    yield from (way for way in _ways() if way.path.startswith("/"))


def served() -> Iterator[Served]:
    """The routes of every family in the order of their registration; needs neither Airflow nor a store."""
    from fastapi.routing import APIRoute

    from crosswind.doors.rest.app import families

    for manners, app in families():
        for route in app.routes:
            if isinstance(route, APIRoute):
                spec = route.endpoint.__crosswind__  # type: ignore[attr-defined]
                path = route.path_format.removeprefix(manners.prefix)
                yield from (Served(manners.name, path, method, spec.permission) for method in sorted(route.methods))


def asked() -> Iterator[Served]:
    """What is asked for inside an address, and needs a permission of its own: fields, channels, calls."""
    from crosswind.doors.grpc.service import CALLS, NAME
    from crosswind.doors.rest.families import METASTORE

    yield from (way for way in _ways() if not way.path.startswith("/"))
    for name, call in CALLS.items():
        yield Served(METASTORE.name, f"{NAME}/{name}", "GRPC", call.permission)


def _ways() -> Iterator[Served]:
    from crosswind.doors.http.app import families

    for manners, app in families():
        for way in app.state.ways:
            yield Served(manners.name, way.path.removeprefix(manners.prefix), way.method, way.permission)
