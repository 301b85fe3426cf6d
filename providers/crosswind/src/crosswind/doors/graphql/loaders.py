"""Batches: what many objects of an answer ask for alike is read in the statements of one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from strawberry.dataloader import DataLoader

from crosswind.contexts.catalog.schemas.lineage import LineageQuery
from crosswind.kit.errors import NotFound

if TYPE_CHECKING:
    from crosswind.doors.graphql.context import Context


class Walk(NamedTuple):
    """An asset and how its lineage is asked for; `asked` is a `LineageQuery` as JSON, which can be compared."""

    asset_id: UUID
    asked: str


class Loaders:
    """The loaders of one execution, or of one field of a mutation."""

    def __init__(self, context: Context) -> None:
        self._context = context
        services = context.services
        self.assets = self._loader(services.catalog.get_many)
        self.tags = self._loader(services.tags.by_names)
        self.lineages = self._loader(self._lineages)

    def _lineages(self, walks: Sequence[Walk]) -> dict[Walk, Any]:
        found: dict[Walk, Any] = {}
        for asked in dict.fromkeys(walk.asked for walk in walks):
            ids = [walk.asset_id for walk in walks if walk.asked == asked]
            query = LineageQuery.model_validate_json(asked)
            many = self._context.services.lineages.of_many(ids, query)
            found |= {Walk(asset_id, asked): lineage for asset_id, lineage in many.items()}
        return found

    def _loader(self, read: Callable[[Sequence[Any]], Mapping[Any, Any]]) -> DataLoader[Any, Any]:
        """A loader of what `read` finds for many keys, None for a key it does not find; one call a level."""

        async def load(keys: list[Any]) -> list[Any]:
            with self._context.reading():
                found = read(keys)
            self._context.show(len(found))
            return [found.get(key) for key in keys]

        return DataLoader(load_fn=load)

    async def asset(self, asset_id: UUID) -> Mapping[str, Any]:
        """An asset in full; `NotFound` where it went meanwhile."""
        found: Mapping[str, Any] | None = await self.assets.load(asset_id)
        if found is None:
            raise NotFound("Asset", asset_id)
        return found
