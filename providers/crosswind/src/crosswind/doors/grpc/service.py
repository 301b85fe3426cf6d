"""`metastore.v1.MetadataService`: each call with the permission of its REST route, and what it asks of the services."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from google.protobuf.message import Message
from google.protobuf.struct_pb2 import Struct

from crosswind.contexts.catalog.schemas.assets import AssetCreate, AssetUpdate, TagsQuery
from crosswind.contexts.catalog.schemas.lineage import LineageQuery
from crosswind.contexts.catalog.schemas.relationships import RelationshipCreate
from crosswind.contexts.catalog.schemas.search import SearchQuery
from crosswind.contexts.tasks.schemas import TaskRequest
from crosswind.doors.grpc import shown
from crosswind.doors.grpc.asked import given, identifier, moment, request, window
from crosswind.doors.grpc.structs import from_struct
from crosswind.kit.errors import Invalid
from crosswind_client.metastore.v1 import metadata_pb2 as v1

if TYPE_CHECKING:
    from crosswind.bootstrap import Services

NAME = "metastore.v1.MetadataService"
IDENTITY = ("type", "name", "qualified_name")
CLEARED = ("description", "classification")
CLEARED_OF_ASSETS = (*CLEARED, "metadata")
_TASK_ID = re.compile(r"[A-Za-z0-9-]{1,64}")


@dataclass(frozen=True, slots=True)
class Call:
    """What a call takes, what it needs, and who answers it."""

    permission: str
    takes: type[Message]
    answer: Callable[[Services, Any], Message]


def get_asset(services: Services, asked: v1.GetAssetRequest) -> v1.Asset:
    """Return an asset with its columns."""
    return _detail(services, services.catalog.get(identifier(asked.id)))


def list_assets(services: Services, asked: v1.ListAssetsRequest) -> v1.ListAssetsResponse:
    """List assets."""
    filters = given(
        type=asked.type,
        tags=[*asked.tag_ids],
        search=asked.search,
        sort=asked.sort,
        created_after=moment(asked.created_after, "created_after"),
        created_before=moment(asked.created_before, "created_before"),
        classification=asked.classification,
        connection_id=asked.connection_id,
        schema=asked.schema,
        removed=asked.removed,
        cursor=asked.cursor,
        **_governed(asked),
    )
    asked_for = window(asked.limit, asked.offset)
    page = services.catalog.list(request(TagsQuery, filters), asked_for)
    answer = v1.ListAssetsResponse(
        total=min(page.total, shown.LARGEST), limit=asked_for.limit, offset=asked_for.offset, has_more=page.has_more
    )
    answer.next_cursor, answer.total_is_capped = page.next_cursor or "", page.capped
    tags = _tags(services, page.items)
    for item in page.items:
        shown.asset(item, tags, answer.assets.add())
    return answer


def create_asset(services: Services, asked: v1.CreateAssetRequest) -> v1.Asset:
    """Make an asset that no crawl finds."""
    values: dict[str, Any] = {name: getattr(asked, name) for name in IDENTITY}
    values["tags"] = [*asked.tags]
    values |= _present(asked, "description", "classification", "metadata")
    if asked.columns:
        values["columns"] = [_new_column(each) for each in asked.columns]
    wanted = request(AssetCreate, values)
    return _detail(services, services.making.create(wanted) or services.catalog.create(wanted))


def update_asset(services: Services, asked: v1.UpdateAssetRequest) -> v1.Asset:
    """Describe an asset and its columns."""
    values = _changes(asked, "", CLEARED_OF_ASSETS) | _present(asked, *IDENTITY)
    if asked.columns:
        columns = enumerate(asked.columns)
        values["columns"] = [{"name": each.name, **_changes(each, f"columns.{index}.")} for index, each in columns]
    change = request(AssetUpdate, values)
    return _detail(services, services.catalog.update(identifier(asked.id), change, _version(asked)))


def delete_asset(services: Services, asked: v1.DeleteAssetRequest) -> v1.Empty:
    """Hide an asset."""
    services.catalog.delete(identifier(asked.id), _version(asked))
    return v1.Empty()


def get_lineage(services: Services, asked: v1.GetLineageRequest) -> v1.LineageGraph:
    """Return what an asset is made of and what is made of it."""
    query = given(
        depth=asked.depth,
        direction=asked.direction,
        limit=asked.limit,
        relationship_type=[*asked.relationship_types],
        asset_type=[*asked.asset_types],
        column=asked.column,
    )
    graph = services.lineages.of(identifier(asked.asset_id, "asset_id"), request(LineageQuery, query))
    return shown.lineage(graph)


def create_relationship(services: Services, asked: v1.CreateRelationshipRequest) -> v1.Relationship:
    """Relate two assets."""
    values = {"type": asked.type, "source_asset_id": asked.source_asset_id, "target_asset_id": asked.target_asset_id}
    values |= _present(asked, "metadata")
    return shown.relationship(services.relationships.create(request(RelationshipCreate, values)))


def search(services: Services, asked: v1.SearchRequest) -> v1.SearchResponse:
    """Find assets."""
    query = given(
        q=asked.query,
        type=asked.type,
        tag=asked.tag,
        classification=asked.classification,
        connection_id=asked.connection_id,
        schema=asked.schema,
        **_governed(asked),
    )
    return shown.found(services.search.search(request(SearchQuery, query), window(asked.limit, asked.offset)))


def create_task(services: Services, asked: v1.CreateTaskRequest) -> v1.BackgroundTask:
    """Create a task."""
    values = {"type": asked.type, **given(priority=asked.priority), **_present(asked, "payload")}
    return shown.task(services.tasks.create(request(TaskRequest, values)))


def get_task(services: Services, asked: v1.GetTaskRequest) -> v1.BackgroundTask:
    """Return a task."""
    if not _TASK_ID.fullmatch(asked.id):
        raise Invalid("id is not one of a task", field="id")
    return shown.task(services.tasks.get(asked.id))


CALLS: dict[str, Call] = {
    "GetAsset": Call("asset:read", v1.GetAssetRequest, get_asset),
    "ListAssets": Call("asset:read", v1.ListAssetsRequest, list_assets),
    "CreateAsset": Call("asset:create", v1.CreateAssetRequest, create_asset),
    "UpdateAsset": Call("asset:update", v1.UpdateAssetRequest, update_asset),
    "DeleteAsset": Call("asset:delete", v1.DeleteAssetRequest, delete_asset),
    "GetLineage": Call("asset:read", v1.GetLineageRequest, get_lineage),
    "CreateRelationship": Call("relationship:create", v1.CreateRelationshipRequest, create_relationship),
    "Search": Call("asset:read", v1.SearchRequest, search),
    "CreateTask": Call("task:create", v1.CreateTaskRequest, create_task),
    "GetTask": Call("task:read", v1.GetTaskRequest, get_task),
}


def _detail(services: Services, asset: Mapping[str, Any]) -> v1.Asset:
    return shown.asset(asset, _tags(services, [asset]))


def _tags(services: Services, assets: Iterable[Mapping[str, Any]]) -> shown.Tags:
    return services.tags.by_names({name for asset in assets for name in asset["tags"]})


def _governed(asked: v1.ListAssetsRequest | v1.SearchRequest) -> dict[str, str]:
    return {"owner": asked.owner, "domain": asked.domain, "term": asked.term, "product": asked.product}


def _present(asked: Message, *names: str) -> dict[str, Any]:
    """The fields that are given, of those whose presence a message tells."""
    present = [name for name in names if asked.HasField(name)]
    values = {name: getattr(asked, name) for name in present}
    return {name: from_struct(value, name) if isinstance(value, Struct) else value for name, value in values.items()}


def _new_column(asked: v1.NewColumn) -> dict[str, Any]:
    facts = _present(asked, "nullable", "identity", "generated", "comment", "description", "classification")
    told = given(type=asked.type, tags=[*asked.tags], terms=[*asked.terms])
    if asked.HasField("default_value"):
        facts["default"] = asked.default_value
    return {"name": asked.name, **told, **facts}


def _changes(
    asked: v1.UpdateAssetRequest | v1.ColumnUpdate, place: str, cleared: tuple[str, ...] = CLEARED
) -> dict[str, Any]:
    values = _present(asked, *cleared)
    if asked.HasField("tags"):
        values["tags"] = [*asked.tags.names]
    for name in asked.clear:
        if name not in cleared or name in values:
            raise Invalid(
                f"{place}clear takes {' and '.join(cleared)}, where they are not given", field=f"{place}clear"
            )
    return values | dict.fromkeys(asked.clear)


def _version(asked: v1.UpdateAssetRequest | v1.DeleteAssetRequest) -> int | None:
    return asked.version if asked.HasField("version") else None
