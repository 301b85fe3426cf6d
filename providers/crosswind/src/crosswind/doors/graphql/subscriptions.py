"""The subscriptions: their resolvers tell what to follow, and each event is then shown in a transaction of its own."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Any

import strawberry
from strawberry import ID, UNSET, Info

from crosswind.doors.graphql.needs import follows
from crosswind.doors.graphql.types.assets import Asset
from crosswind.doors.graphql.types.tasks import TaskProgress


@strawberry.type(description="What can be followed, over the WebSocket.")
class Subscription:
    """The subscriptions."""

    @follows("asset:read", "An asset whenever it changed, as it is then; null once it is deleted.")
    async def asset_updated(
        self, info: Info[Any, Any], asset_id: ID, after: str | None = UNSET
    ) -> AsyncGenerator[Asset | None, None]:
        """Events of one asset."""
        async for event in info.context.follow("asset.updates", asset_id, after):
            yield event

    @follows("task:read", "Where a task stands, until it has ended.")
    async def task_progress(
        self, info: Info[Any, Any], task_id: ID, after: str | None = UNSET
    ) -> AsyncGenerator[TaskProgress | None, None]:
        """Events of one task."""
        async for event in info.context.follow("task.progress", task_id, after):
            yield event
