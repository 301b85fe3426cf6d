"""What breaks downstream of an asset, and who is to be told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import strawberry

from crosswind.contexts.catalog.schemas.impact import ImpactQuery
from crosswind.doors.graphql.needs import computed
from crosswind.doors.graphql.scalars import AssetType, RelationshipType
from crosswind.doors.graphql.shown import Shown
from crosswind.doors.graphql.types.assets import Asset
from crosswind.doors.graphql.types.inputs import given, plain, taken


@strawberry.type(description="How many of the affected assets are alike.")
class ImpactCount(Shown):
    """A number by what it counts."""

    name: str = strawberry.field(description="A depth, a type or an owner.")
    assets: int


@strawberry.type(description="An asset downstream, at its least distance.")
class AffectedAsset(Shown):
    """An asset that is made of the one asked for."""

    depth: int
    via: list[RelationshipType] = strawberry.field(description="The types of the relationships that lead to it.")
    owners: list[str]
    columns: list[str] | None = strawberry.field(description="Those made of the column that was asked for.")

    @computed("The asset itself.")
    async def asset(self) -> Asset:
        """The asset in full, loaded with the others."""
        self.context.require("asset:read", "AffectedAsset.asset")
        return Asset.of(self.context, await self.context.loaders.asset(self.facts["id"]))


@strawberry.type(description="What lies downstream of an asset, nearest first; counts are of what is listed.")
class ImpactReport(Shown):
    """The impact of a change."""

    total: int
    unowned: int = strawberry.field(description="Affected assets that nobody owns.")

    @computed("Whether there is more, beyond the depth or the limit.")
    def is_partial(self) -> bool:
        """Whether the walk ended before the lineage did."""
        return bool(self.facts["isPartial"])

    @computed("The affected assets by their distance.")
    def by_depth(self) -> list[ImpactCount]:
        """Counts by depth."""
        return self._counts(self.facts["byDepth"])

    @computed("The affected assets by their type.")
    def by_type(self) -> list[ImpactCount]:
        """Counts by type."""
        return self._counts(self.facts["byType"])

    @computed("Whom to tell, who owns the most first.")
    def owners(self) -> list[ImpactCount]:
        """Counts by owner."""
        return self._counts({each["owner"]: each["assets"] for each in self.facts["owners"]})

    @computed("The assets, nearest first.")
    def affected(self) -> list[AffectedAsset]:
        """What is made of the asset."""
        self.context.show(len(self.facts["affected"]))
        return AffectedAsset.each(self.context, self.facts["affected"])

    def _counts(self, counted: Mapping[str, int]) -> list[ImpactCount]:
        return [ImpactCount.of(self.context, {"name": name, "assets": number}) for name, number in counted.items()]


def impact_query(
    depth: int | None, limit: int | None, column: str | None, asset_types: list[AssetType] | None
) -> ImpactQuery:
    """The service's query of an impact; what is not given is as in REST."""
    values: dict[str, Any] = {"depth": depth, "limit": limit, "column": column, "asset_type": plain(asset_types)}
    return taken(ImpactQuery, {name: value for name, value in values.items() if given(value)}, "impact")
