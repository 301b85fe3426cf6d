"""Each call of the metastore's gRPC service, by its own client over a real socket."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import grpc
import pytest
from google.protobuf.json_format import MessageToDict
from google.protobuf.struct_pb2 import Struct
from sqlalchemy import text
from tests.support.airflow import Airflow
from tests.support.app import METASTORE, Rest
from tests.support.catalog import Task, assets, connection, crawl, ok, shop
from tests.support.grpc import Grpc, refused, serving
from tests.support.served import ROUTES

from crosswind.doors.grpc.service import CALLS
from crosswind_client.metastore.v1 import metadata_pb2 as v1
from crosswind_client.metastore.v1.metadata_pb2_grpc import MetadataServiceStub

HOW_TO = Path(__file__).parents[2] / "docs/how-to/call-with-grpc.md"
ROWS = {
    "GetAsset": "GET /metastore/v1/assets/{id}",
    "ListAssets": "GET /metastore/v1/assets",
    "CreateAsset": "POST /metastore/v1/assets",
    "UpdateAsset": "PUT /metastore/v1/assets/{id}",
    "DeleteAsset": "DELETE /metastore/v1/assets/{id}",
    "GetLineage": "GET /metastore/v1/assets/{id}/lineage",
    "CreateRelationship": "POST /metastore/v1/relationships",
    "Search": "GET /metastore/v1/search",
    "CreateTask": "POST /metastore/v1/tasks",
    "GetTask": "GET /metastore/v1/tasks/{id}",
}


@pytest.fixture
def server(rest: Rest) -> Iterator[Grpc]:
    with serving(rest) as running:
        yield running


@pytest.fixture
def calls(server: Grpc) -> MetadataServiceStub:
    return server.calls()


def struct(**values: object) -> Struct:
    made = Struct()
    made.update(values)
    return made


def dashboard(calls: MetadataServiceStub, name: str = "sales", **more: object) -> v1.Asset:
    made = {"type": "DASHBOARD", "name": name, "qualified_name": f"bi.{name}"}
    return calls.CreateAsset(v1.CreateAssetRequest(**{**made, **more}))


def epoch(text: str) -> int:
    return round(datetime.fromisoformat(text).timestamp() * 1000)


def test_the_service_has_the_designs_ten_calls_with_the_permissions_of_their_rest_rows() -> None:
    described = v1.DESCRIPTOR.services_by_name["MetadataService"]
    assert [method.name for method in described.methods] == list(ROWS)
    for method in described.methods:
        call = CALLS[method.name]
        assert call.takes.DESCRIPTOR is method.input_type
        (route,) = [route for route in ROUTES if route.id == ROWS[method.name]]
        assert call.permission == route.spec.permission, method.name


def test_an_asset_is_answered_as_rest_answers_it(rest: Rest, calls: MetadataServiceStub) -> None:
    crawl(rest, connection(rest), shop())
    client = rest.client()
    of_rest = assets(client)["orders"]
    client.put(f"{METASTORE}/assets/{of_rest['id']}", json={"tags": ["PII"], "description": "Who <bought>"})
    wanted = ok(client.get(f"{METASTORE}/assets/{of_rest['id']}"))
    shown = calls.GetAsset(v1.GetAssetRequest(id=wanted["id"]))
    for field in ("id", "type", "name", "qualified_name", "description", "connection_id", "version"):
        assert getattr(shown, field) == wanted[field], field
    assert MessageToDict(shown.metadata) == wanted["metadata"]
    assert shown.created_at // 1000 == epoch(wanted["created_at"]) // 1000
    assert shown.updated_at > shown.created_at > 1_500_000_000_000
    assert (shown.created_by.id, shown.created_by.name) == (wanted["created_by"]["id"], wanted["created_by"]["name"])
    column = shown.schema[1]
    assert (column.name, column.type, column.nullable, column.position) == ("customer_id", "integer", True, 2)
    assert list(column.references) == ["public.customers.id"]
    (tag,) = ok(client.get(f"{METASTORE}/tags"))["data"]
    assert [(each.id, each.name) for each in shown.tags] == [(tag["id"], "PII")]


def test_a_list_filters_sorts_and_pages(rest: Rest, calls: MetadataServiceStub) -> None:
    crawl(rest, connection(rest), shop())
    dashboard(calls, tags=["shown"])

    def names(**asked: object) -> list[str]:
        return [each.name for each in calls.ListAssets(v1.ListAssetsRequest(**asked)).assets]

    assert names(sort="name:asc") == ["customers", "orders", "sales", "totals"]
    assert names(type="VIEW") == ["totals"]
    assert names(connection_id="shop", sort="name:desc", limit=1, offset=1) == ["orders"]
    assert names(search="net total") == ["orders"]
    (tag,) = ok(rest.client().get(f"{METASTORE}/tags"))["data"]
    assert names(tag_ids=[tag["id"]]) == names(tag_ids=["shown"]) == ["sales"]
    assert names(created_after=4_000_000_000_000) == []
    assert names(tag_ids=["shown", "other"]) == []
    first = calls.ListAssets(v1.ListAssetsRequest(limit=3, sort="name:asc"))
    rest_of_it = v1.ListAssetsRequest(limit=3, sort="name:asc", cursor=first.next_cursor)
    assert [each.name for each in calls.ListAssets(rest_of_it).assets] == ["totals"]
    page = calls.ListAssets(v1.ListAssetsRequest(limit=3))
    assert (page.total, page.limit, page.offset, page.has_more) == (4, 3, 0, True)
    (shown,) = calls.ListAssets(v1.ListAssetsRequest(tag_ids=["shown"])).assets
    assert [each.id for each in shown.tags] == [tag["id"]]
    assert not shown.schema


def test_a_list_asks_a_constant_number_of_statements(rest: Rest, calls: MetadataServiceStub) -> None:
    from sqlalchemy import event

    asked: list[str] = []
    for number in range(4):
        dashboard(calls, f"board {number}", tags=[f"t{number}"])
    event.listen(rest.platform.engine, "before_cursor_execute", lambda *found: asked.append(found[2]))

    def counted(limit: int) -> int:
        asked.clear()
        assert len(calls.ListAssets(v1.ListAssetsRequest(limit=limit)).assets) == limit
        return len(asked)

    assert counted(1) == counted(4)


def test_what_is_made_and_written_means_the_same_over_rest(rest: Rest, calls: MetadataServiceStub) -> None:
    made = dashboard(calls, metadata=struct(rows=7, ratio=0.5, deep={"list": [1, None, True, "x"]}), tags=["b", "a"])
    client = rest.client()
    path = f"{METASTORE}/assets/{made.id}"
    of_rest = ok(client.get(path))
    assert of_rest["metadata"] == {"rows": 7, "ratio": 0.5, "deep": {"list": [1, None, True, "x"]}}
    assert isinstance(of_rest["metadata"]["rows"], int)
    assert (of_rest["tags"], of_rest["description"], made.version) == (["b", "a"], None, 1)

    change = v1.UpdateAssetRequest(id=made.id, description="", tags=v1.TagNames(), metadata=struct(rows=8), version=1)
    written = calls.UpdateAsset(change)
    of_rest = ok(client.get(path))
    assert (of_rest["description"], of_rest["tags"], written.version) == ("", [], 2)
    assert of_rest["metadata"]["rows"] == 8
    cleared = calls.UpdateAsset(v1.UpdateAssetRequest(id=made.id, clear=["description"]))
    assert ok(client.get(path))["description"] is None
    assert cleared.version == 3
    emptied = calls.UpdateAsset(v1.UpdateAssetRequest(id=made.id, clear=["metadata"]))
    assert (dict(emptied.metadata), ok(client.get(path))["metadata"]) == ({}, {})
    with rest.platform.session() as session:
        told = session.scalars(
            text("SELECT action FROM crosswind.audit WHERE entity_id = :id ORDER BY at"), {"id": made.id}
        ).all()
    assert told == ["CREATE", "UPDATE", "UPDATE", "UPDATE"]


def test_integers_that_a_double_cannot_tell_are_told_as_text(rest: Rest, calls: MetadataServiceStub) -> None:
    body = {"type": "DATASET", "name": "d", "qualified_name": "d", "metadata": {"big": 2**53 + 1, "fits": 2**53}}
    made = ok(rest.client().post(f"{METASTORE}/assets", json=body))
    shown = calls.GetAsset(v1.GetAssetRequest(id=made["id"]))
    assert MessageToDict(shown.metadata) == {"big": "9007199254740993", "fits": float(2**53)}


def test_what_nests_deeper_than_parsers_follow_is_told_as_text(rest: Rest, calls: MetadataServiceStub) -> None:
    deep: dict[str, object] = {"end": 1}
    for _ in range(50):
        deep = {"in": deep}
    body = {"type": "DATASET", "name": "d", "qualified_name": "d", "metadata": deep}
    made = ok(rest.client().post(f"{METASTORE}/assets", json=body))
    shown = MessageToDict(calls.GetAsset(v1.GetAssetRequest(id=made["id"])).metadata)
    levels = 0
    while isinstance(shown, dict):
        shown, levels = shown["in"], levels + 1
    assert levels == 25
    assert str(shown).endswith('{"end": 1}' + "}" * 25)


def test_columns_are_described_by_name(rest: Rest, calls: MetadataServiceStub) -> None:
    crawl(rest, connection(rest), shop())
    identifier = assets(rest.client())["orders"]["id"]
    columns = [v1.ColumnUpdate(name="id", description="The number", tags=v1.TagNames(names=["key"]))]
    shown = calls.UpdateAsset(v1.UpdateAssetRequest(id=identifier, columns=columns))
    assert (shown.schema[0].description, list(shown.schema[0].tags)) == ("The number", ["key"])


def test_a_deleted_asset_is_gone(rest: Rest, calls: MetadataServiceStub) -> None:
    made = dashboard(calls)
    assert calls.DeleteAsset(v1.DeleteAssetRequest(id=made.id, version=1)) == v1.Empty()
    gone = refused(calls.GetAsset, v1.GetAssetRequest(id=made.id))
    assert (gone.code, gone.reason) == (grpc.StatusCode.NOT_FOUND, "ASSET_NOT_FOUND")
    assert rest.client().get(f"{METASTORE}/assets/{made.id}").status_code == 404


def test_lineage_and_relationships_go_together(rest: Rest, calls: MetadataServiceStub) -> None:
    crawl(rest, connection(rest), shop())
    orders = assets(rest.client())["orders"]["id"]
    board = dashboard(calls)
    asked = v1.CreateRelationshipRequest(
        source_asset_id=board.id, target_asset_id=orders, type="DEPENDS_ON", metadata=struct(why="shown")
    )
    made = calls.CreateRelationship(asked)
    assert (made.source_asset_id, made.target_asset_id, made.type) == (board.id, orders, "DEPENDS_ON")
    assert MessageToDict(made.metadata) == {"why": "shown"}
    assert made.created_at > 1_500_000_000_000
    graph = calls.GetLineage(v1.GetLineageRequest(asset_id=orders))
    assert graph.asset.id == orders
    assert sorted(edge.asset.name for edge in graph.downstream) == ["sales", "totals"]
    assert {edge.relationship.id: edge.relationship.depth for edge in graph.downstream}[made.id] == 1
    one_way = calls.GetLineage(v1.GetLineageRequest(asset_id=board.id, depth=1, direction="upstream"))
    assert [edge.asset.id for edge in one_way.upstream] == [orders]
    of_views = v1.GetLineageRequest(asset_id=orders, asset_types=["VIEW"], relationship_types=["DEPENDS_ON"], limit=1)
    assert [edge.asset.name for edge in calls.GetLineage(of_views).downstream] == ["totals"]
    again = refused(calls.CreateRelationship, asked)
    assert (again.code, again.reason) == (grpc.StatusCode.ALREADY_EXISTS, "ALREADY_EXISTS")
    asked.target_asset_id = board.id
    itself = refused(calls.CreateRelationship, asked)
    assert (itself.code, itself.fields) == (grpc.StatusCode.INVALID_ARGUMENT, ["target_asset_id"])


def test_search_finds_and_marks(rest: Rest, calls: MetadataServiceStub) -> None:
    crawl(rest, connection(rest), shop())
    found = calls.Search(v1.SearchRequest(query="customer", type="TABLE"))
    assert {hit.asset.name for hit in found.results} == {"customers", "orders"}
    assert found.total == 2
    assert found.results[0].score > 0
    assert "<em>" in found.results[0].highlights["name"].fragments[0]
    wanted = ok(rest.client().get(f"{METASTORE}/search", params={"q": "customer", "type": "TABLE"}))
    assert [hit["asset"]["id"] for hit in wanted["results"]] == [hit.asset.id for hit in found.results]


def test_the_how_to_is_right(
    rest: Rest, server: Grpc, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (sample,) = re.findall(r"```python\n(.*?)```", HOW_TO.read_text(encoding="utf-8"), re.DOTALL)
    monkeypatch.setenv("CROSSWIND_GRPC", server.target)
    monkeypatch.setenv("CROSSWIND_API_KEY", rest.key())
    exec(compile(sample, str(HOW_TO), "exec"), {})
    assert capsys.readouterr().out == "2\n"


def test_a_task_is_read_as_over_rest(rest: Rest, calls: MetadataServiceStub, airflow_db: Airflow) -> None:
    task = Task(rest, connection(rest), connection_id="shop")
    shown = calls.GetTask(v1.GetTaskRequest(id=task.id))
    wanted = ok(rest.client().get(f"{METASTORE}/tasks/{task.id}"))
    for field in ("id", "type", "status", "progress", "priority", "connection_id"):
        assert getattr(shown, field) == wanted[field], field
    assert MessageToDict(shown.payload) == wanted["payload"]
    assert not shown.HasField("result")


def test_a_task_that_cannot_be_made_says_what_rest_says(
    rest: Rest, calls: MetadataServiceStub, airflow_db: Airflow
) -> None:
    nowhere = v1.CreateTaskRequest(type="CRAWL", payload=struct(connection_id="nowhere"))
    told = refused(calls.CreateTask, nowhere)
    assert (told.code, told.reason) == (grpc.StatusCode.NOT_FOUND, "CONNECTION_NOT_FOUND")
    wrong = refused(calls.CreateTask, v1.CreateTaskRequest(type="CRAWL", priority=11, payload=nowhere.payload))
    assert (wrong.code, wrong.fields) == (grpc.StatusCode.INVALID_ARGUMENT, ["priority"])
    connection(rest)
    unready = refused(calls.CreateTask, v1.CreateTaskRequest(type="CRAWL", payload=struct(connection_id="shop")))
    of_rest = rest.client().post(f"{METASTORE}/tasks", json={"type": "CRAWL", "payload": {"connection_id": "shop"}})
    assert (unready.code, of_rest.status_code) == (grpc.StatusCode.UNAVAILABLE, 503)
    assert unready.message == of_rest.json()["error"]["message"]
