"""The mutations: each field is done whole or not at all, and what was done before it stays."""

# ruff: noqa: A002 - the names of arguments are the design's
from __future__ import annotations

from typing import Any

import strawberry
from strawberry import ID, UNSET, Info

from crosswind.contexts.catalog.schemas.assets import AssetCreate, AssetUpdate
from crosswind.contexts.catalog.schemas.relationships import RelationshipCreate
from crosswind.contexts.catalog.schemas.tags import TagCreate
from crosswind.contexts.tasks.schemas import TaskRequest
from crosswind.doors.graphql.context import Context, reach
from crosswind.doors.graphql.needs import writes
from crosswind.doors.graphql.scalars import identifier
from crosswind.doors.graphql.types.assets import Asset, Relationship
from crosswind.doors.graphql.types.inputs import (
    AssetDescription,
    AssetInput,
    RelationshipInput,
    TagInput,
    given,
    plain,
    taken,
)
from crosswind.doors.graphql.types.people import Tag
from crosswind.doors.graphql.types.tasks import BackgroundTask, TaskInput

Here = Info[Context, Any]


@strawberry.type(description="What can be changed. Each field is done whole or not at all, in the order they stand.")
class Mutation:
    """The mutations."""

    @writes("asset:create", "Make an asset that no crawl finds.")
    def create_asset(self, info: Here, input: AssetInput) -> Asset | None:
        """A new asset."""
        services = reach(info).services
        wanted = taken(AssetCreate, _without_nulls(plain(input)))
        return Asset.of(reach(info), services.making.create(wanted) or services.catalog.create(wanted))

    @writes("asset:update", "Write on an asset; `version` refuses the change where somebody was quicker.")
    def update_asset(
        self,
        info: Here,
        id: ID,
        input: AssetInput,
        version: int | None = UNSET,
    ) -> Asset | None:
        """A changed asset."""
        return _updated(info, id, plain(input), version)

    @writes("asset:update", "Write on an asset and its columns only what is given.")
    def describe_asset(
        self,
        info: Here,
        id: ID,
        input: AssetDescription,
        version: int | None = UNSET,
    ) -> Asset | None:
        """A described asset."""
        return _updated(info, id, plain(input), version)

    @writes("asset:delete", "Hide an asset; what its source still has comes back with the next crawl.")
    def delete_asset(self, info: Here, id: ID, version: int | None = UNSET) -> bool | None:
        """True: it was there and is deleted."""
        reach(info).services.catalog.delete(identifier(id, "id"), _version(version))
        return True

    @writes("asset:delete", "Show a deleted asset again, as it was described.")
    def restore_asset(self, info: Here, id: ID, version: int | None = UNSET) -> Asset | None:
        """The asset that is back."""
        catalog = reach(info).services.catalog
        return Asset.of(reach(info), catalog.restore(identifier(id, "id"), _version(version)))

    @writes("asset:update", "Bring back what people wrote in an earlier version; it becomes a version of its own.")
    def restore_asset_version(self, info: Here, asset_id: ID, number: int, version: int | None = UNSET) -> Asset | None:
        """The asset as it was described then."""
        versions = reach(info).services.versions
        found = versions.restore(identifier(asset_id, "assetId"), number, _version(version))
        return Asset.of(reach(info), found)

    @writes("relationship:create", "Join two assets.")
    def create_relationship(self, info: Here, input: RelationshipInput) -> Relationship | None:
        """A new edge."""
        request = taken(RelationshipCreate, _without_nulls(plain(input)))
        return Relationship.of(reach(info), reach(info).services.relationships.create(request))

    @writes("relationship:delete", "Remove an edge that a person made.")
    def delete_relationship(self, info: Here, id: ID) -> bool | None:
        """True: it was there and is removed."""
        reach(info).services.relationships.delete(identifier(id, "id"))
        return True

    @writes("tag:create", "Add a tag to the vocabulary.")
    def create_tag(self, info: Here, input: TagInput) -> Tag | None:
        """A new tag."""
        return Tag.of(reach(info), reach(info).services.tags.create(taken(TagCreate, plain(input))))

    @writes("asset:update", "Put a tag on an asset; false where it was there already.")
    def add_tag_to_asset(self, info: Here, asset_id: ID, tag_id: ID, version: int | None = UNSET) -> bool | None:
        """Whether the asset was changed."""
        ids = identifier(asset_id, "assetId"), identifier(tag_id, "tagId")
        return reach(info).services.catalog.add_tag(*ids, _version(version))

    @writes("asset:update", "Take a tag off an asset; false where it was not there.")
    def remove_tag_from_asset(self, info: Here, asset_id: ID, tag_id: ID, version: int | None = UNSET) -> bool | None:
        """Whether the asset was changed."""
        ids = identifier(asset_id, "assetId"), identifier(tag_id, "tagId")
        return reach(info).services.catalog.remove_tag(*ids, _version(version))

    @writes("task:create", "Create a task; a DAG run of the same id works on it.")
    def create_task(self, info: Here, input: TaskInput) -> BackgroundTask | None:
        """A new task."""
        request = taken(TaskRequest, _without_nulls(plain(input)))
        return BackgroundTask.of(reach(info), vars(reach(info).services.tasks.create(request)))

    @writes("task:delete", "Cancel a task and end its run; cancelling twice is fine.")
    def cancel_task(self, info: Here, id: ID, version: int | None = UNSET) -> bool | None:
        """True: it is cancelled."""
        reach(info).services.tasks.cancel(id, _version(version))
        return True


def _updated(info: Here, asset_id: str, values: dict[str, Any], version: int | None) -> Asset:
    context = reach(info)
    request = taken(AssetUpdate, values)
    return Asset.of(context, context.services.catalog.update(identifier(asset_id, "id"), request, _version(version)))


def _version(version: int | None) -> int | None:
    return version if given(version) else None


def _without_nulls(values: dict[str, Any]) -> dict[str, Any]:
    """Null in something new says the same as nothing."""
    given = {name: value for name, value in values.items() if value is not None}
    if "columns" in given:
        given["columns"] = [_without_nulls(each) for each in given["columns"]]
    return given
