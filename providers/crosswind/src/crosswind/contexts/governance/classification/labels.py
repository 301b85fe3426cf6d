"""What a request wants on each resource, and what each resource becomes of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from crosswind.contexts.catalog.schemas.common import MOST_TAGS
from crosswind.contexts.catalog.versions.repository import Kept
from crosswind.contexts.governance.classification.schemas import Kind, Resource
from crosswind.kit.errors import Invalid

Labels = tuple[list[str], str | None]
MOST_TOLD = 50
"""Changes of one asset that its version tells in words."""


@dataclass(frozen=True, slots=True)
class Wish:
    """Tags by name, and the classification where `classifies`."""

    add: tuple[str, ...]
    remove: frozenset[str]
    classifies: bool
    classification: str | None

    def on(self, tags: Iterable[str], classification: str | None) -> Labels:
        """The labels that come of these; Invalid when they are too many."""
        kept = [tag for tag in tags if tag not in self.remove]
        after = [*kept, *(tag for tag in self.add if tag not in kept)]
        if len(after) > max(MOST_TAGS, len(kept)):
            raise Invalid(f"A resource has at most {MOST_TAGS} tags; this one would have {len(after)}", field="addTags")
        return after, self.classification if self.classifies else classification


@dataclass(frozen=True, slots=True)
class Change:
    """One resource before and after; `asset` is the row of a column's asset."""

    resource: Resource
    row: Row[Any]
    tags: list[str]
    classification: str | None
    asset: Row[Any] | None = None

    @property
    def kind(self) -> Kind:
        """What it is."""
        return self.resource.type

    @property
    def differs(self) -> bool:
        """Whether there is anything to write."""
        return (self.tags, self.classification) != (self.row.tags, self.row.classification)

    @property
    def before(self) -> dict[str, Any]:
        """The labels that were there, for the audit."""
        return self._told(self.row.tags, self.row.classification)

    @property
    def after(self) -> dict[str, Any]:
        """The labels that are there now, for the audit."""
        return self._told(self.tags, self.classification)

    @property
    def connection_id(self) -> str | None:
        """The connection that the resource is or belongs to."""
        if self.kind == "connection":
            return self.resource.id
        found: str | None = (self.row if self.asset is None else self.asset).connection_id
        return found

    def _told(self, tags: list[str], classification: str | None) -> dict[str, Any]:
        named = {} if self.asset is None else {"asset_id": str(self.asset.id), "column": self.row.name}
        return {**named, "tags": tags, "classification": classification}


def kept(changes: Iterable[Change], numbers: Mapping[int, int]) -> Iterator[Kept]:
    """What the versions of the assets keep of their labels and of their columns'; `numbers` are by asset key."""
    before: dict[int, dict[str, Any]] = {key: {} for key in numbers}
    words: dict[int, list[str]] = {key: [] for key in numbers}
    for change in changes:
        if change.kind == "asset":
            differing = [name for name, value in change.after.items() if value != change.before[name]]
            before[change.row.key] |= {name: change.before[name] for name in differing}
            words[change.row.key] += [f"{name} changed" for name in differing]
        elif change.kind == "column":
            row = change.row
            note = {"description": row.description, "tags": row.tags, "classification": row.classification}
            before[row.asset_key].setdefault("notes", {})[row.name] = note
            words[row.asset_key].append(f'column "{row.name}" labelled')
    for key, number in numbers.items():
        yield Kept(key, number, "curated", words[key][:MOST_TOLD], before[key])
