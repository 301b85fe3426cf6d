"""People and tags."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import strawberry
from strawberry import ID

from crosswind.doors.graphql.context import Context
from crosswind.doors.graphql.needs import reads
from crosswind.doors.graphql.shown import Shown


@strawberry.type(description="Who did something.")
class User(Shown):
    """Who did something."""

    id: ID
    name: str | None


@strawberry.type(description="A word of the vocabulary that assets and columns are marked with.")
class Tag(Shown):
    """A word of the vocabulary."""

    id: ID
    name: str
    created_at: datetime

    @reads("tag:read", "What kind of word it is, such as Sensitive.")
    def category(self) -> str | None:
        """Part of the vocabulary, not of the asset."""
        return self._said("category")

    @reads("tag:read", "What the word means.")
    def description(self) -> str | None:
        """Part of the vocabulary, not of the asset."""
        return self._said("description")

    @reads("tag:read", "`downstream` where it goes along lineage.")
    def propagates(self) -> str | None:
        """Part of the vocabulary, not of the asset."""
        return self._said("propagates")

    @reads("tag:read", "How many edges far it goes along lineage.")
    def propagation_depth(self) -> int | None:
        """Part of the vocabulary, not of the asset."""
        found: int | None = self.facts["propagation_depth"]
        return found

    def _said(self, name: str) -> str | None:
        found: str | None = self.facts[name]
        return found


async def tags_of(context: Context, names: Iterable[str]) -> list[Tag]:
    """The tags of these names, in their order; all that ask at once are answered by one statement."""
    wanted = list(names)
    found = [await waiting for waiting in [context.loaders.tags.load(name) for name in wanted]]
    return Tag.each(context, (facts for facts in found if facts is not None))
