"""Where a dataset's files lie: below its own path, else below the partitions on the way there, the newest first.

So a dataset is found by a few short listings however large the bucket is; all of them together are bounded.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing
from itertools import islice

from crosswind.connectors.errors import ReadRefused
from crosswind_object_stores.layout import names
from crosswind_object_stores.layout.grouping import Files, Grouping
from crosswind_object_stores.layout.partitions import Place
from crosswind_object_stores.s3.store import Store

STEP = "sample"
NEAR_PAGES = 3
FAR_PAGES = 200
FOLDER_PAGES = 10
MOST_ASKED = 200
MOST_KNOWN = 50_000
OF_THE_TIME = 0.5
_UNTRUE = ("\ufffd", "…")
"""Marks of names that are no paths: characters replaced, or cut short."""


class Finder:
    """Finds datasets of one bucket by name; folders that were seen, and one walk, are kept for the next."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._base = store.settings.prefix
        self._partitions: dict[str, tuple[list[str], bool]] = {}
        self._known: dict[str, Files] | None = None
        self._walked = 0
        self._begin()

    def _begin(self) -> None:
        self._keys = self._asked = 0
        self._cut = False
        self._until = time.monotonic() + OF_THE_TIME * self._store.wire.deadline.left

    def find(self, name: str) -> Files:
        """Return a dataset's files, or some of them; ReadRefused says whether it is gone or was only not found."""
        self._begin()
        for prefix in self._places(name):
            found = self._grouped(prefix, NEAR_PAGES, name).get(name)
            if found is not None:
                return found
            if self._is_over():
                break
        found = self._far(name) if self._cut or any(mark in name for mark in _UNTRUE) else None
        if found is None:
            raise self._missing()
        return found

    def _far(self, name: str) -> Files | None:
        """Look further below its own path, then walk from the bucket's start, once for all datasets."""
        found = self._grouped(f"{name}/", FAR_PAGES, name).get(name)
        if found is not None:
            return found
        if self._known is None:
            before = self._keys
            self._known = self._grouped(self._base, FAR_PAGES, name)
            self._walked = self._keys - before
        else:
            self._keys += self._walked
        return self._known.get(name)

    def _missing(self) -> ReadRefused:
        if self._cut:
            reason = f"The dataset was not found within {self._keys:,} keys listed"
            return ReadRefused(reason, step=STEP, remedy="Crawl again; if it is still there, narrow prefix.")
        return ReadRefused("The dataset is gone: no key is where it was", step=STEP, remedy="Crawl again.")

    def _is_over(self) -> bool:
        over = self._asked >= MOST_ASKED or time.monotonic() > self._until
        self._cut = self._cut or over
        return over

    def _places(self, name: str) -> Iterator[str]:
        """Return prefixes of keys that the dataset may have."""
        *parents, leaf = name.split("/")
        within = self._base.rpartition("/")[0]
        root = f"{within}/" if within else ""
        above = names.folder(within).path
        if above:
            given = above.split("/")
            if parents[: len(given)] != given:
                yield f"{name}/"
                return
            parents = parents[len(given) :]
        yield from self._below(root, parents, leaf)

    def _below(self, prefix: str, parents: list[str], leaf: str) -> Iterator[str]:
        at = prefix + _joined(parents)
        own = [] if "*" in leaf else [f"{at}{leaf}/"]
        stem = [at + leaf.partition("*")[0]]
        yield from stem + own if "." in leaf else own + stem
        for depth in range(len(parents), -1, -1):
            for child in self._partitions_of(prefix + _joined(parents[:depth])):
                yield from self._below(child, parents[depth:], leaf)

    def _partitions_of(self, prefix: str) -> list[str]:
        """Return the folders below a folder that are partitions, the last first."""
        if prefix not in self._partitions:
            place = self._within(prefix)
            if place is None or self._is_over():
                return []
            if len(self._partitions) >= MOST_KNOWN:
                self._partitions.clear()
            self._partitions[prefix] = self._seen(prefix, place)
        found, cut = self._partitions[prefix]
        self._cut = self._cut or cut
        return found

    def _seen(self, prefix: str, place: str) -> tuple[list[str], bool]:
        """Return a folder's partitions as the store lists them, and whether there are more."""
        above = names.folder(prefix[:-1]).path
        children: list[tuple[str, str]] = []
        pages = self._store.folders(place)
        for page in islice(pages, FOLDER_PAGES):
            self._asked += 1
            for child in page:
                found = names.folder(child[:-1])
                if found.path == above:
                    children.append((Place.of(child, found).late, child))
        return [child for _, child in sorted(children, reverse=True)], next(pages, None) is not None

    def _within(self, prefix: str) -> str | None:
        """Return what to list for a prefix, none where the connection does not reach."""
        if prefix.startswith(self._base):
            return prefix
        return self._base if self._base.startswith(prefix) else None

    def _grouped(self, prefix: str, most: int, name: str) -> dict[str, Files]:
        place = self._within(prefix)
        if place is None:
            return {}
        pages = self._store.pages(place)
        with closing(Grouping()) as grouping:
            for page in islice(pages, most):
                self._asked += 1
                self._keys += len(page)
                grouping.add(page)
                if time.monotonic() > self._until:
                    break
            found = {each.name: each.files for each in islice(grouping.datasets(), MOST_KNOWN)}
        self._cut = self._cut or (name not in found and next(pages, None) is not None)
        return found


def _joined(segments: list[str]) -> str:
    return "".join(f"{each}/" for each in segments)
