"""What events tell of a dataset beside its lineage: what happened to it as a whole, and fields within fields."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from openlineage.client.event_v2 import Job, OutputDataset, Run, RunEvent, RunState
from openlineage.client.facet_v2 import lifecycle_state_change_dataset as lifecycle
from openlineage.client.facet_v2 import schema_dataset
from tests.support.airflow import Server
from tests.support.app import METASTORE, PLATFORM, Rest
from tests.support.catalog import ok, writes
from tests.support.openlineage import LINEAGE, NAMESPACE, PRODUCER, START, Post, client_of, dataset, event

TABLES = ("asset_versions", "assets", "columns", "outbox", "audit")
ORDERS = "shop.public.orders"


def asset(rest: Rest, name: str) -> Any:
    found = ok(rest.client().get(f"{METASTORE}/assets", params={"search": name, "limit": 100}))["data"]
    (identifier,) = (each["id"] for each in found if each["name"] == name)
    return ok(rest.client().get(f"{METASTORE}/assets/{identifier}"))


def happening(rest: Rest, name: str = "orders") -> Any:
    return asset(rest, name)["metadata"].get("lifecycle")


def change(what: str, state: str = "COMPLETE", minutes: int = 0, **more: Any) -> dict[str, Any]:
    told: dict[str, Any] = {"lifecycleStateChange": {"lifecycleStateChange": what, **more}}
    return event(state, minutes=minutes, outputs=[dataset(ORDERS, **told)])


def at(minutes: int) -> str:
    return (START + timedelta(minutes=minutes)).isoformat().replace("+00:00", "Z")


def test_the_official_client_tells_what_happened_and_fields_within_fields(rest: Rest, served: Server, key: str) -> None:
    field = schema_dataset.SchemaDatasetFacetFields
    city = field("city", "struct", fields=[field("name", "string"), field("zip", "string")])
    fields = [field("id", "bigint"), field("address", "struct", fields=[city, field("street", "string")])]
    fields.append(field("after", "string"))
    facets: dict[str, Any] = {
        "schema": schema_dataset.SchemaDatasetFacet(fields=fields),
        "lifecycleStateChange": lifecycle.LifecycleStateChangeDatasetFacet(
            lifecycleStateChange=lifecycle.LifecycleStateChange.CREATE
        ),
    }
    outputs = [OutputDataset(NAMESPACE, ORDERS, facets=facets)]
    client_of(served.base, key).emit(
        RunEvent(eventType=RunState.COMPLETE, eventTime=START.isoformat(), run=Run(str(uuid4())),
                 job=Job("jobs", "load"), producer=PRODUCER, outputs=outputs)
    )  # fmt: skip
    found = asset(rest, "orders")
    assert found["metadata"]["lifecycle"] == {"change": "CREATE", "at": at(0)}
    assert [(each["name"], each["type"]) for each in found["schema"]] == [
        ("id", "bigint"), ("address", "struct"), ("address.city", "struct"), ("address.city.name", "string"),
        ("address.city.zip", "string"), ("address.street", "string"), ("after", "string"),
    ]  # fmt: skip
    hit = ok(rest.client().get(f"{METASTORE}/assets", params={"search": "street"}))["data"]
    assert [each["id"] for each in hit] == [found["id"]]


def test_column_lineage_meets_the_fields_within_fields(rest: Rest, post: Post) -> None:
    nested = {"fields": [{"name": "address", "type": "struct", "fields": [{"name": "city", "type": "string"}]}]}
    source = {"namespace": NAMESPACE, "name": "shop.public.people", "field": "address.city"}
    made = {"fields": {"city": {"inputFields": [source]}}}
    post(
        event(
            inputs=[dataset("shop.public.people", schema=nested)],
            outputs=[dataset("shop.public.cities", schema={"fields": [{"name": "city"}]}, columnLineage=made)],
        )
    )
    path = f"{METASTORE}/assets/{asset(rest, 'people')['id']}/lineage"
    found = ok(rest.client().get(path, params={"column": "address.city", "direction": "downstream"}))
    assert [entry["asset"]["name"] for entry in found["downstream"]] == ["cities"]


def test_what_happened_last_is_told_with_its_versions(rest: Rest, post: Post) -> None:
    post(change("CREATE"), change("DROP", minutes=2), change("TRUNCATE", minutes=1))
    assert happening(rest) == {"change": "DROP", "at": at(2)}, "an event that comes late changes nothing"
    identifier = asset(rest, "orders")["id"]
    listed = ok(rest.client().get(f"{PLATFORM}/assets/{identifier}/versions"))["data"]
    assert [each["changes"] for each in listed] == [["lifecycle changed"], []]
    post(change("CREATE", minutes=3))
    assert happening(rest) == {"change": "CREATE", "at": at(3)}


def test_what_each_run_does_is_no_version_each_time(rest: Rest, post: Post) -> None:
    post(change("OVERWRITE"))
    quiet = writes(rest, *TABLES)
    post(change("OVERWRITE", minutes=1), change("OVERWRITE", minutes=2))
    assert writes(rest, *TABLES) == quiet
    assert happening(rest) == {"change": "OVERWRITE"}


@pytest.mark.parametrize("state", ["START", "RUNNING", "FAIL", "ABORT", "OTHER"])
def test_what_has_not_happened_is_not_told(rest: Rest, post: Post, state: str) -> None:
    post(change("DROP", state))
    assert happening(rest) is None


def test_both_names_of_what_is_renamed_tell_of_the_other(rest: Rest, post: Post) -> None:
    was, now = ({"namespace": NAMESPACE, "name": f"shop.public.{name}"} for name in ("old", "orders"))
    post(event(outputs=[dataset("shop.public.old")]), change("RENAME", minutes=1, previousIdentifier=was))
    assert happening(rest) == {"change": "RENAME", "at": at(1), "previous": was}
    assert happening(rest, "old") == {"change": "RENAME", "at": at(1), "now": now}
    post(change("RENAME", minutes=2, previousIdentifier=now), change("RENAME", minutes=3, previousIdentifier="x"))
    assert happening(rest) == {"change": "RENAME", "at": at(3)}


def test_a_batch_keeps_each_fact_of_a_dataset(rest: Rest, key: str) -> None:
    owned: dict[str, Any] = {"ownership": {"owners": [{"name": "ana"}]}}
    events = [change("DROP"), event(minutes=1, outputs=[dataset(ORDERS, **owned)])]
    client = rest.anonymous({"Authorization": f"Bearer {key}"})
    assert client.post(f"{LINEAGE}/batch", json=events).status_code == 200
    assert (happening(rest)["change"], asset(rest, "orders")["metadata"]["owner"]) == ("DROP", ["ana"])


@pytest.mark.parametrize("told", [{"fields": [{"name": "a", "fields": 3}]}, {"fields": [{"name": "a", "fields": [1]}]}])
def test_fields_that_are_not_as_their_schema_says_are_left_out(rest: Rest, post: Post, told: Any) -> None:
    post(event(outputs=[dataset(ORDERS, schema=told)]))
    assert [each["name"] for each in asset(rest, "orders")["schema"]] == ["a"]


def test_a_field_of_a_name_that_is_there_already_is_left_out_and_depth_is_bounded(rest: Rest, post: Post) -> None:
    deep: dict[str, Any] = {"name": "x"}
    for _ in range(40):
        deep = {"name": "x", "fields": [deep]}
    twice = {"name": "a", "type": "struct", "fields": [{"name": "b", "type": "int"}]}
    post(event(outputs=[dataset(ORDERS, schema={"fields": [twice, {"name": "a.b", "type": "text"}, deep]})]))
    found = {each["name"]: each["type"] for each in asset(rest, "orders")["schema"]}
    assert found["a.b"] == "int"
    assert max(each.count("x") for each in found) == 20


def owned(*names: str, minutes: int = 0, name: str = ORDERS) -> dict[str, Any]:
    told: dict[str, Any] = {"ownership": {"owners": [{"name": each} for each in names]}}
    return event(minutes=minutes, outputs=[dataset(name, **told)], job_facets=told)


def answered_for(rest: Rest, name: str) -> set[str]:
    lists = ok(rest.client().get(f"{METASTORE}/assets", params={"owner": name}))["data"]
    found = ok(rest.client().get(f"{METASTORE}/search", params={"q": f'owner:"{name}"'}))["results"]
    assert {each["name"] for each in lists} == {each["asset"]["name"] for each in found}
    return {each["name"] for each in lists}


def owners(rest: Rest) -> dict[str, int]:
    return dict(ok(rest.client().get(f"{METASTORE}/search/facets"))["facets"]["owner"])


def test_owners_that_events_tell_are_found_and_counted(rest: Rest, post: Post) -> None:
    post(owned("Ana", "bob"), event(outputs=[dataset("shop.public.lines")]))
    assert (answered_for(rest, "ana"), answered_for(rest, "BOB"), answered_for(rest, "an")) == (
        {"orders", "load"}, {"orders", "load"}, set(),
    )  # fmt: skip
    assert owners(rest) == {"Ana": 2, "bob": 2}
    given = [{"kind": "user", "name": each, "role": "steward"} for each in ("Ana", "cy")]
    path = f"{PLATFORM}/assets/{asset(rest, 'orders')['id']}/owners"
    ok(rest.client().put(path, json={"owners": given}))
    assert owners(rest) == {"Ana": 2, "bob": 2, "cy": 1}, "whom people and the source name counts once"
    assert answered_for(rest, "cy") == {"orders"}
    post(owned("dora", minutes=1))
    assert (answered_for(rest, "bob"), answered_for(rest, "dora")) == (set(), {"orders", "load"})
    assert owners(rest) == {"dora": 2, "Ana": 1, "cy": 1}


def test_owners_that_events_tell_are_found_where_a_file_brought_them(rest: Rest, post: Post) -> None:
    line = {"type": "TABLE", "name": "filed", "qualified_name": "filed", "source": {"facts": {"owner": ["ana"]}}}
    ok(rest.client().post(f"{METASTORE}/ingestion/batch", json={"assets": [line]}))
    assert (answered_for(rest, "ana"), owners(rest)) == ({"filed"}, {"ana": 1})
    line["source"] = {"facts": {"owner": [{"name": "bob"}, 3, "", {"x": 1}]}}
    ok(rest.client().post(f"{METASTORE}/ingestion/batch", json={"assets": [line]}))
    assert (answered_for(rest, "ana"), owners(rest)) == (set(), {"bob": 1})
    line["source"] = {"facts": {}}
    ok(rest.client().post(f"{METASTORE}/ingestion/batch", json={"assets": [line]}))
    assert owners(rest) == {}


def test_owners_of_another_tenant_are_not_found(rest: Rest, post: Post) -> None:
    post(owned("ana"))
    other = rest.client(tenant="other")
    assert ok(other.get(f"{METASTORE}/assets", params={"owner": "ana"}))["data"] == []
