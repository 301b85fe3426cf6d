"""The rules in force: those that come with Crosswind, and an installation's own from a folder.

A file that cannot be used is a problem of its own and takes no other rule with it. The folder is looked at whenever the
rules are asked for; only files that changed are read again.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from types import MappingProxyType
from typing import Literal

from crosswind.contexts.governance.compliance import rules
from crosswind.contexts.governance.compliance.rules import Rule
from crosswind.contexts.governance.compliance.yaml_nodes import MAX_BYTES, RuleError

BUILT_IN = Path(__file__).parent / "rules"
MOST_FILES = 500
ENDINGS = (".yaml", ".yml")
Origin = Literal["crosswind", "installation"]
_NAMED = re.compile(rb"^id:[ \t]*['\"]?([a-z0-9-]{1,64})['\"]?[ \t]*(?:#.*)?$", re.MULTILINE)
Stamp = tuple[int, int, int]


@dataclass(frozen=True)
class Problem:
    """Why a file is not used; `rule` is the id that it seems to be about, None when it does not tell."""

    origin: Origin
    file: str
    line: int
    field: str
    message: str
    rule: str | None


@dataclass(frozen=True)
class Book:
    """The rules at one moment, by id, with the files that are not used."""

    rules: Mapping[str, Rule]
    problems: tuple[Problem, ...]
    own: frozenset[str] = frozenset()
    """Those rules that are the installation's own."""

    @property
    def broken(self) -> frozenset[str]:
        """The rules of which only a file that cannot be used is there: nobody knows whether they are met."""
        return frozenset(each.rule for each in self.problems if each.rule) - self.rules.keys()

    @property
    def certain(self) -> bool:
        """Whether every file tells which rule it is about, so that a rule that is not there was taken away."""
        return all(each.rule for each in self.problems)

    def origin(self, rule: str) -> Origin:
        """Where a rule comes from."""
        return "installation" if rule in self.own else "crosswind"


class RuleBook:
    """Reads the rules of one process; `folder` is the installation's own, None for none."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._lock = Lock()
        self._read: dict[Path, tuple[Stamp, Rule | Problem]] = {}
        self._seen: tuple[tuple[Path, Stamp], ...] = ()
        self._kept: Book | None = None

    def book(self) -> Book:
        """The rules as the files are now."""
        with self._lock:
            files, problems = self._files()
            if self._kept is None or files != self._seen or problems:
                self._kept = self._bound(files, problems)
                self._seen = () if problems else files
            return self._kept

    def _files(self) -> tuple[tuple[tuple[Path, Stamp], ...], list[Problem]]:
        found = tuple(_stamped(BUILT_IN, _names(BUILT_IN)))
        if self._folder is None:
            return found, []
        try:
            names = _names(self._folder)
            own = tuple(_stamped(self._folder, names[:MOST_FILES]))
        except OSError as error:
            return found, [_folder_problem(self._folder, f"the folder cannot be read: {error.strerror}")]
        if len(names) <= MOST_FILES:
            return found + own, []
        message = f"more than {MOST_FILES} files; the last {len(names) - MOST_FILES} by name are left out"
        return found + own, [_folder_problem(self._folder, message)]

    def _bound(self, files: tuple[tuple[Path, Stamp], ...], problems: list[Problem]) -> Book:
        self._read = {path: self._once(path, stamp) for path, stamp in files}
        known: dict[str, Rule] = {}
        own: set[str] = set()
        for path, (_, found) in self._read.items():
            if isinstance(found, Problem):
                problems.append(found)
            elif found.id in known:
                problems.append(_twice(path, found, known[found.id]))
            else:
                known[found.id] = found
                own |= {found.id} if _origin(path) == "installation" else set()
        return Book(MappingProxyType(dict(sorted(known.items()))), tuple(problems), frozenset(own))

    def _once(self, path: Path, stamp: Stamp) -> tuple[Stamp, Rule | Problem]:
        before = self._read.get(path)
        return before if before is not None and before[0] == stamp else (stamp, _rule(path))


def _names(folder: Path) -> list[str]:
    with os.scandir(folder) as entries:
        return sorted(each.name for each in entries if each.name.endswith(ENDINGS) and each.name[0] != ".")


def _stamped(folder: Path, names: Sequence[str]) -> Iterator[tuple[Path, Stamp]]:
    """The files among these, each with what changes when it is written; links are followed."""
    for name in names:
        path = folder / name
        try:
            found = path.stat()
        except FileNotFoundError:
            continue
        if stat.S_ISREG(found.st_mode):
            yield path, (found.st_mtime_ns, found.st_size, found.st_ino)


def _rule(path: Path) -> Rule | Problem:
    try:
        with path.open("rb") as file:
            text = file.read(MAX_BYTES + 1)
    except OSError as error:
        return Problem(_origin(path), path.name, 1, "", f"the file cannot be read: {error.strerror}", None)
    try:
        return rules.load(text, path.name)
    except RuleError as error:
        named = _NAMED.search(text)
        rule = named[1].decode() if named else None
        return Problem(_origin(path), path.name, error.line, error.field, error.message, rule)


def _origin(path: Path) -> Origin:
    return "crosswind" if path.parent == BUILT_IN else "installation"


def _twice(path: Path, found: Rule, known: Rule) -> Problem:
    message = f"the id '{found.id}' is that of {known.file} already, which stays in force"
    return Problem(_origin(path), path.name, found.line, "id", message, found.id)


def _folder_problem(folder: Path, message: str) -> Problem:
    return Problem("installation", folder.name, 1, "", message, None)
