"""A PostgreSQL server as a distribution installs it, such as the oldest that Crosswind runs on."""

from __future__ import annotations

import os
from dataclasses import replace
from functools import cached_property
from pathlib import Path

from crosswind.kit.embedded import EmbeddedPostgres
from crosswind.kit.embedded.place import Place

FOLDER_OF_PROGRAMS = "CROSSWIND_TEST_POSTGRES"
"""The setting that names the folder of PostgreSQL's programs which tests run on, instead of the embedded ones."""


class InstalledPostgres(EmbeddedPostgres):
    """A server of the programs in that folder, which may be too old to know the built-in locale."""

    @cached_property
    def place(self) -> Place:
        return replace(super().place, program=Path(os.environ[FOLDER_OF_PROGRAMS]))

    def _run(self, command: list[str | Path]) -> None:
        super()._run([word for word in command if "builtin" not in str(word)])


def make_server(folder: Path) -> EmbeddedPostgres:
    """The server that a test session works on, not started yet."""
    kind = InstalledPostgres if os.environ.get(FOLDER_OF_PROGRAMS) else EmbeddedPostgres
    return kind(folder, port=0, durable=False)
