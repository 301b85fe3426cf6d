"""`crosswind openapi`: the committed OpenAPI documents and GraphQL schema, written or compared."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

HERE = Path(__file__).parents[4]


def configure(parser: argparse.ArgumentParser) -> None:
    """Where to, and whether to compare only."""
    parser.add_argument("--check", action="store_true", help="write nothing; fail when a document is not current")
    parser.add_argument("--directory", type=Path, default=HERE / "openapi", help="default: %(default)s")
    parser.add_argument("--print", dest="name", help="print one instead: a family's document, or `graphql`")


def run(arguments: argparse.Namespace) -> int:
    """Write the documents, or tell which differ."""
    made = files()
    if arguments.name:
        print(made["metastore.graphql" if arguments.name == "graphql" else f"{arguments.name}.json"], end="")
        return 0
    if arguments.check:
        stale = [name for name, text in made.items() if _read(arguments.directory / name) != text]
        for name in stale:
            print(f"{name} is not current; run `crosswind openapi`", file=sys.stderr)
        return 1 if stale else 0
    arguments.directory.mkdir(parents=True, exist_ok=True)
    for name, text in made.items():
        (arguments.directory / name).write_text(text, encoding="utf-8")
    return 0


def files() -> dict[str, str]:
    """All that is committed, by the name of its file."""
    from crosswind.doors.graphql.schema import sdl

    return {**{f"{name}.json": text for name, text in documents().items()}, "metastore.graphql": sdl()}


def documents() -> dict[str, str]:
    """Each family's document as it is committed."""
    from crosswind.doors.http.app import families
    from crosswind.doors.rest.openapi import document

    return {
        manners.name: json.dumps(document(app, manners), indent=1, ensure_ascii=False, sort_keys=False) + "\n"
        for manners, app in families()
    }


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""
