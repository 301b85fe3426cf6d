"""One meaning, key by key: all that REST tells of an asset, GraphQL and gRPC tell too, with the same values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from msgspec.structs import replace
from tests.support.app import METASTORE, PLATFORM, Rest
from tests.support.catalog import connection, crawl, ok, table
from tests.support.in_full import (
    ASSET,
    MADE,
    TAG,
    WALKED,
    asked,
    of_message,
    over_graphql,
    over_grpc,
    over_rest,
    read,
    selection,
)
from tests.support.meaning import World, world_of
from tests.support.protocols import camel

from crosswind.connectors.types import Key, SourceColumn
from crosswind.contexts.catalog.schemas.assets import AssetDetail, PropagatedColumnTag, PropagatedTag, SchemaColumn
from crosswind.contexts.catalog.schemas.relationships import Relationship
from crosswind.contexts.catalog.schemas.tags import Tag
from crosswind_client.metastore.v1 import metadata_pb2 as v1
from crosswind_client.metastore.v1.metadata_pb2_grpc import MetadataServiceStub


@pytest.fixture
def world(rest: Rest) -> Iterator[World]:
    with world_of(rest) as found:
        yield found


def rich(world: World) -> list[str]:
    """Assets of which each key has a value of at least one: a crawled one, one made by a person, one that vanished."""
    admin, ids = world.rest.client(subject="ana"), world.ids
    said = SourceColumn("said", 2, "text", False, "'x'", None, None, "What was said")
    added = SourceColumn("sum", 3, "integer", generated="id + 1")
    number, key = SourceColumn("id", 1, "bigint", False, identity="ALWAYS"), Key("rows_pkey", ("id",))
    rows = table("rows", number, said, added, primary_key=key, comment="All rows", row_estimate=5, size_bytes=1 << 20)
    other = connection(world.rest, "other")
    crawl(world.rest, other, [rows, table("gone")])
    crawl(world.rest, other, [replace(rows, comment="Rows", hash="anew")])
    listed = ok(admin.get(f"{METASTORE}/assets", params={"search": "rows"}))["data"]
    gone = ok(admin.get(f"{METASTORE}/assets", params={"removed": True}))["data"]
    body = {"type": "TABLE", "name": "copy", "qualified_name": "x.copy", "classification": "confidential"}
    copy = ok(admin.post(f"{METASTORE}/assets", json=body))["id"]
    _spread(admin, copy, ids["orders"])
    _spread_on_columns(admin, listed[0]["id"], ids["orders"])
    columns = [{"name": "said", "description": "Said", "tags": ["b", "a"], "classification": "public"}]
    ok(admin.put(f"{METASTORE}/assets/{listed[0]['id']}", json={"columns": columns, "metadata": {"deep": [1, {}]}}))
    for noun in ("domains", "terms", "data-products"):
        made = ok(admin.post(f"{PLATFORM}/{noun}", json={"name": f"Some of {noun}"}))
        ok(admin.post(f"{PLATFORM}/{noun}/{made['id']}/assets", json={"add": [copy], "remove": []}))
    owners = [{"name": "ana", "kind": "user"}, {"name": "core", "kind": "team"}]
    ok(admin.put(f"{PLATFORM}/assets/{copy}/owners", json={"owners": owners}))
    return [copy, listed[0]["id"], gone[0]["id"], ids["orders"], ids["totals"]]


def _spread(admin: Any, copy: str, origin: str) -> None:
    """One of the origin's tags to the copy of it."""
    tags = {each["name"]: each["id"] for each in ok(admin.get(f"{METASTORE}/tags"))["data"]}
    ok(admin.put(f"{PLATFORM}/tags/{tags['PII']}/propagation", json={"propagates": "downstream"}))
    edge = {"source_asset_id": copy, "target_asset_id": origin, "type": "DEPENDS_ON"}
    ok(admin.post(f"{METASTORE}/relationships", json=edge))


def _spread_on_columns(admin: Any, copy: str, origin: str) -> None:
    """A tag of the origin's column to the column made of it; the tag spreads already."""
    edge = {"source_asset_id": copy, "target_asset_id": origin, "type": "DEPENDS_ON"}
    ok(admin.post(f"{METASTORE}/relationships", json={**edge, "metadata": {"column_mapping": {"said": ["net_total"]}}}))
    columns = [{"name": "net_total", "tags": ["PII"]}]
    ok(admin.put(f"{METASTORE}/assets/{origin}", json={"columns": columns}))


def _filled(found: Mapping[str, Any]) -> set[str]:
    """The keys that have a value, those of what is inside with their place."""
    names = {name for name, value in found.items() if value}
    for name in ("schema", "owners", "propagated_tags"):
        names |= {f"{name}.{inner}" for each in found.get(name) or () for inner in _filled(each)}
    return names


def test_each_key_of_an_asset_is_told_alike(world: World) -> None:
    key = world.rest.key("viewer")
    client, stub = world.client(key), MetadataServiceStub(world.server.channel(api_key=key))
    filled: set[str] = set()
    for asset in rich(world):
        shown = over_rest(client, asset)
        assert shown.keys() == ASSET.keys(), "a key that is not compared"
        wanted = read(shown, ASSET)
        assert over_graphql(client, asset) == wanted
        assert over_grpc(stub, asset) == wanted
        filled |= _filled(wanted)
    inner = {"schema": SchemaColumn, "propagated_tags": PropagatedTag, "schema.propagated_tags": PropagatedColumnTag}
    keys = {f"{name}.{key}" for name, kind in inner.items() for key in kind.__annotations__}
    assert filled >= AssetDetail.__annotations__.keys() | keys, "a key that has no value anywhere compares nothing"
    assert {f"schema.{key}" for key in SchemaColumn.__annotations__} == {f"schema.{key}" for key in ASSET["schema"]}


def test_lists_tell_alike_what_tags_reached(world: World) -> None:
    copy = rich(world)[0]
    key = world.rest.key("viewer")
    stub = MetadataServiceStub(world.server.channel(api_key=key))
    listed = {each.id: each for each in stub.ListAssets(v1.ListAssetsRequest(limit=100)).assets}
    (reached,) = listed[copy].propagated_tags
    assert (reached.tag, reached.from_asset_id, reached.from_name) == ("PII", world.ids["orders"], "orders")
    assert len(listed) == 5


def test_each_key_of_a_tag_is_told_alike(world: World) -> None:
    admin = world.rest.client()
    made = ok(admin.post(f"{METASTORE}/tags", json={"name": "Far", "category": "Kept", "description": "Goes far"}))
    ok(admin.put(f"{PLATFORM}/tags/{made['id']}/propagation", json={"propagates": "downstream", "depth": 4}))
    ok(admin.put(f"{METASTORE}/assets/{world.ids['orders']}", json={"tags": ["Far"]}))
    key = world.rest.key("viewer")
    (told,) = (each for each in ok(admin.get(f"{METASTORE}/tags"))["data"] if each["name"] == "Far")
    wanted = read(told, TAG)
    assert all(wanted.values())
    assert wanted.keys() == told.keys() == Tag.__annotations__.keys()
    query = f"query($id: ID!) {{ asset(id: $id) {{ tags {{ {selection(TAG)} }} }} }}"
    (over,) = asked(world.client(key), query, id=world.ids["orders"])["tags"]
    assert read(over, TAG, camel) == wanted
    stub = MetadataServiceStub(world.server.channel(api_key=key))
    (message,) = stub.GetAsset(v1.GetAssetRequest(id=world.ids["orders"])).tags
    assert of_message(message, TAG) == wanted


def test_each_key_of_an_edge_that_is_made_is_told_alike(world: World) -> None:
    key = world.rest.key(subject="ana")
    client, stub = world.client(key), MetadataServiceStub(world.server.channel(api_key=key))
    ends = {"source_asset_id": world.ids["customers"], "target_asset_id": world.ids["totals"]}
    told = ok(client.post(f"{METASTORE}/relationships", json={**ends, "type": "USES", "metadata": {"why": 1}}))
    wanted = read(told, MADE)
    assert all(wanted.values())
    assert told.keys() == MADE.keys() | ends.keys() == Relationship.__annotations__.keys()
    query = f"query($id: ID!) {{ relationships(assetId: $id) {{ {selection(MADE)} source {{ id }} target {{ id }} }} }}"
    (over,) = (each for each in asked(client, query, id=ends["source_asset_id"]) if each["type"] == "USES")
    assert read(over, MADE, camel) == wanted
    assert [over["source"]["id"], over["target"]["id"]] == [*ends.values()]
    made = stub.CreateRelationship(v1.CreateRelationshipRequest(**ends, type="RELATED_TO"))
    assert (made.origin, made.created_by.id) == ("person", "ana")
    listed = ok(client.get(f"{PLATFORM}/relationships", params={"assetId": ends["source_asset_id"]}))["data"]
    assert [of_message(made, MADE)] == [read(each, MADE) for each in listed if each["id"] == made.id]


def test_a_column_s_lineage_tells_alike_by_which_columns_it_went(world: World) -> None:
    key, totals = world.rest.key("viewer"), world.ids["totals"]
    client, stub = world.client(key), MetadataServiceStub(world.server.channel(api_key=key))
    shown = ok(client.get(f"{METASTORE}/assets/{totals}/lineage", params={"column": "total"}))["upstream"]
    wanted = {each["asset"]["name"]: read(each["relationship"], WALKED) for each in shown}
    assert wanted["orders"]["columns"] == [{"upstream": "net_total", "downstream": "total"}]
    query = f"""query($id: ID!) {{ lineage(assetId: $id, filter: {{column: "total"}}) {{
      upstream {{ asset {{ name }} relationship {{ {selection(WALKED)} }} }} }} }}"""
    over = asked(client, query, id=totals)["upstream"]
    assert {each["asset"]["name"]: read(each["relationship"], WALKED, camel) for each in over} == wanted
    graph = stub.GetLineage(v1.GetLineageRequest(asset_id=totals, column="total"))
    assert {each.asset.name: of_message(each.relationship, WALKED) for each in graph.upstream} == wanted


def test_who_did_it_goes_by_the_name_that_audits_tell(world: World) -> None:
    ana = world.rest.client(subject="ana")
    made = ok(ana.post(f"{METASTORE}/assets", json={"type": "TABLE", "name": "x", "qualified_name": "x.x"}))
    ok(ana.put(f"{METASTORE}/assets/{made['id']}", json={"description": "Something"}))
    edge = {"source_asset_id": made["id"], "target_asset_id": world.ids["orders"], "type": "USES"}
    joined = ok(ana.post(f"{METASTORE}/relationships", json=edge))
    versions = ok(ana.get(f"{PLATFORM}/assets/{made['id']}/versions"))["data"]
    audits = ok(ana.get(f"{METASTORE}/audits", params={"entity_type": "ASSET", "entity_id": made["id"]}))["data"]
    told = [made["created_by"], joined["created_by"], versions[0]["by"], audits[0]["user"]]
    assert told == [{"id": "ana", "name": "Ana"}] * 4
    unowned = world.rest.anonymous({"X-API-Key": world.rest.platform_key("asset:create")})
    body = {"type": "TABLE", "name": "y", "qualified_name": "x.y"}
    assert ok(unowned.post(f"{METASTORE}/assets", json=body))["created_by"]["name"] == "tests"
