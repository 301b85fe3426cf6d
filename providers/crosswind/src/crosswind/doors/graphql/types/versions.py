"""Versions of an asset, and how two of them differ."""

from __future__ import annotations

from datetime import datetime

import strawberry
from strawberry.scalars import JSON

from crosswind.doors.graphql.needs import computed
from crosswind.doors.graphql.shown import Shown
from crosswind.doors.graphql.types.people import User


@strawberry.type(description="One change of an asset.")
class AssetVersion(Shown):
    """One change of an asset."""

    number: int
    kind: str = strawberry.field(description="`curated` by a person, or what changed in its source.")
    at: datetime
    breaking: bool = strawberry.field(description="Whether it breaks who reads or writes the asset.")
    changes: list[str] = strawberry.field(description="What changed, in words.")

    @computed("Who changed it, null for a source.")
    def by(self) -> User | None:
        """Who changed it."""
        by = self.facts["by"]
        return None if by is None else User.of(self.context, by)


@strawberry.type(description="A field of two versions that differs.")
class FieldChange(Shown):
    """A field that differs."""

    field: str
    before: JSON | None
    after: JSON | None


@strawberry.type(description="How two versions of an asset differ.")
class AssetDiff(Shown):
    """How two versions differ."""

    before: int
    after: int
    breaking: bool

    @computed("Fields of the asset.")
    def fields(self) -> list[FieldChange]:
        """Fields that differ."""
        return FieldChange.each(self.context, self.facts["fields"])

    @computed("Tags that came.")
    def tags_added(self) -> list[str]:
        """Tags that came."""
        return list(self.facts["tags"]["added"])

    @computed("Tags that went.")
    def tags_removed(self) -> list[str]:
        """Tags that went."""
        return list(self.facts["tags"]["removed"])

    @computed("Owners: `{added, removed}`, as REST tells them.")
    def owners(self) -> JSON | None:
        """Owners that came and went."""
        return JSON(self.facts["owners"])

    @computed("Terms that came.")
    def terms_added(self) -> list[str]:
        """Terms that came."""
        return list(self.facts["terms"]["added"])

    @computed("Terms that went.")
    def terms_removed(self) -> list[str]:
        """Terms that went."""
        return list(self.facts["terms"]["removed"])

    @computed("Data products that it came to.")
    def products_added(self) -> list[str]:
        """Data products that it came to."""
        return list(self.facts["products"]["added"])

    @computed("Data products that it left.")
    def products_removed(self) -> list[str]:
        """Data products that it left."""
        return list(self.facts["products"]["removed"])

    @computed("Columns: `{added, removed, changed}`, as REST tells them.")
    def columns(self) -> JSON | None:
        """Columns by name."""
        return JSON(self.facts["columns"])

    @computed("What the change of columns means for readers and writers, as REST tells it.")
    def schema(self) -> JSON | None:
        """Changes that break or do not."""
        return JSON(self.facts["schema"])
