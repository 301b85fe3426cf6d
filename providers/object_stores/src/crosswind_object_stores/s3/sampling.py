"""A bounded sample of a dataset: its files are found again by its name, and at most two of them are read in part."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from crosswind.connectors.errors import ReadRefused
from crosswind.connectors.port import MOST_CHARACTERS
from crosswind_object_stores.layout.grouping import READABLE
from crosswind_object_stores.readers.sample import Values, of_partitions, sample
from crosswind_object_stores.readers.source import Source, Unreadable
from crosswind_object_stores.s3.finding import STEP as FINDING
from crosswind_object_stores.s3.finding import Finder
from crosswind_object_stores.s3.store import Store

STEP = FINDING
OF_THE_TIME = 0.8
"""After this much of the time nothing more is asked for, so that what was read is not lost with what takes longer."""


@dataclass(frozen=True)
class Wanted:
    """What is to be sampled, and how much of it."""

    name: str
    columns: Sequence[str]
    rows: int


class Sampler:
    """Samples datasets of one bucket."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._finder = Finder(store)

    def sample(self, wanted: Wanted) -> Mapping[str, list[str | None]]:
        """Return the values of those columns that are there; ReadRefused when there are files and none can be read."""
        files = self._finder.find(wanted.name)
        if files.format not in READABLE:
            return {}
        keys = list(dict.fromkeys(filter(None, (files.last, files.first))))
        if not keys and files.archived:
            raise _unread("All of it is archived, and is not read")
        until = time.monotonic() + OF_THE_TIME * self._store.wire.deadline.left
        found: Values = {}
        problems: list[Unreadable] = []
        for at, (key, size) in enumerate(keys):
            missing = [each for each in wanted.columns if len(found.get(each, ())) < wanted.rows]
            share = -(-wanted.rows // len(keys)) if at == 0 else wanted.rows
            try:
                of_file = self._of_file(self._source(key, size, until), files.format, missing, share)
            except Unreadable as problem:
                problems.append(problem)
                continue
            for name, values in of_file.items():
                held = found.setdefault(name, [])
                held.extend(values[: wanted.rows - len(held)])
        if problems and not found:
            raise _unread(str(problems[0]))
        return found

    def _source(self, key: str, size: int, until: float) -> Source:
        def fetch(start: int, length: int) -> bytes:
            return self._store.fetch(key, start, length)

        return Source(key, size, fetch, until=until)

    def _of_file(self, source: Source, form: str, columns: Sequence[str], rows: int) -> Values:
        return of_partitions(source.name, columns) | sample(source, form, columns, rows, MOST_CHARACTERS)


def _unread(problem: str) -> ReadRefused:
    remedy = "See the dataset's problem in the catalog; mend or replace the file."
    return ReadRefused(f"Nothing of the dataset could be read: {problem}", step=STEP, remedy=remedy)
