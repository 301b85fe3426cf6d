"""Schemas and facts that events tell otherwise: versions with a diff, classified and told as a crawl's are."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
from openlineage.client.event_v2 import Job, OutputDataset, Run, RunEvent, RunState
from openlineage.client.facet_v2 import schema_dataset
from sqlalchemy import text
from tests.support.airflow import Server
from tests.support.app import METASTORE, PLATFORM, Rest
from tests.support.catalog import Task, connection, ok, table, writes
from tests.support.following import relayed
from tests.support.openlineage import LINEAGE, NAMESPACE, PRODUCER, START, Post, client_of, dataset, event, schema

from crosswind.contexts.catalog.openlineage import repository, reshaped

TABLES = ("asset_versions", "assets", "columns", "outbox", "audit")


def asset(rest: Rest, name: str = "orders") -> str:
    found = ok(rest.client().get(f"{METASTORE}/assets", params={"search": name, "limit": 100}))["data"]
    return next(str(each["id"]) for each in found if each["name"] == name)


def versions(rest: Rest, identifier: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = ok(rest.client().get(f"{PLATFORM}/assets/{identifier}/versions"))["data"]
    return found


def diff(rest: Rest, identifier: str, **between: Any) -> dict[str, Any]:
    found: dict[str, Any] = ok(rest.client().get(f"{PLATFORM}/assets/{identifier}/diff", params=between))
    return found


def columns(rest: Rest, identifier: str, number: int) -> dict[str, str]:
    state = ok(rest.client().get(f"{PLATFORM}/assets/{identifier}/versions/{number}"))["state"]
    return {each["name"]: each["data_type"] for each in state["columns"]}


def told(rest: Rest, kind: str = "asset.schema_changed") -> list[dict[str, Any]]:
    with rest.platform.session() as session:
        asked = text("SELECT data FROM crosswind.outbox WHERE type = :kind ORDER BY id")
        return list(session.scalars(asked, {"kind": kind}))


def orders(*fields: str, minutes: int = 0, **facets: Any) -> dict[str, Any]:
    told: dict[str, Any] = {"schema": schema(*fields), **facets} if fields else facets
    return event(minutes=minutes, outputs=[dataset("shop.public.orders", **told)])


def crawl(rest: Rest, *columns: str) -> None:
    task = Task(rest, connection(rest))
    found = [table("orders", *columns)]
    answer = ok(task.manifest(found, namespace=NAMESPACE))
    ok(task.objects([found[index] for index in answer["wanted"]]))
    ok(task.complete(len(found)))


def test_the_official_client_drops_a_column_and_everybody_hears_of_it(rest: Rest, served: Server, key: str) -> None:
    client = client_of(served.base, key)

    def emit(minutes: int, **fields: str) -> None:
        pairs = [schema_dataset.SchemaDatasetFacetFields(name, kind) for name, kind in fields.items()]
        facets: dict[str, Any] = {"schema": schema_dataset.SchemaDatasetFacet(fields=pairs)}
        at = (START + timedelta(minutes=minutes)).isoformat()
        outputs = [OutputDataset(NAMESPACE, "shop.public.orders", facets=facets)]
        client.emit(RunEvent(eventType=RunState.COMPLETE, eventTime=at, run=Run(str(uuid4())),
                             job=Job("jobs", "load"), producer=PRODUCER, outputs=outputs))  # fmt: skip

    emit(0, id="bigint", total="numeric", note="text")
    identifier = asset(rest)
    assert [each["kind"] for each in versions(rest, identifier)] == ["created"]
    emit(1, id="bigint", total="numeric")
    newest, first = versions(rest, identifier)
    assert (newest["number"] - first["number"], newest["kind"], newest["breaking"]) == (1, "source", True)
    assert newest["changes"] == ['column "note" dropped']
    found = diff(rest, identifier)
    assert (found["columns"]["removed"], found["breaking"], found["fields"]) == (["note"], True, [])
    assert list(columns(rest, identifier, first["number"])) == ["id", "total", "note"]
    (news,) = told(rest)
    assert (news["id"], news["breaking"], news["changes"]) == (identifier, True, found["schema"])
    quiet = writes(rest, *TABLES)
    emit(2, id="bigint", total="numeric")
    assert writes(rest, *TABLES) == quiet
    crawl(rest, "id bigint", "total numeric")
    assert [each["changes"] for each in versions(rest, identifier)] == [
        ["read in full for the first time"], ['column "note" dropped'], [],
    ]  # fmt: skip
    assert columns(rest, identifier, first["number"] + 1) == columns(rest, identifier, first["number"] + 2)
    assert list(columns(rest, identifier, first["number"])) == ["id", "total", "note"]
    assert len(told(rest)) == 1
    assert diff(rest, identifier)["columns"]["removed"] == []


def test_followers_of_the_stream_hear_that_it_breaks(rest: Rest, served: Server, post: Post) -> None:
    post(orders("id bigint", "note text"), orders("id integer", "note text", minutes=1))
    identifier = asset(rest)
    query = {"asset_id": identifier, "last_event_id": "0"}
    address, reader = f"{served.base}{METASTORE}/events", {"X-API-Key": rest.key("viewer")}
    with relayed(rest), httpx.stream("GET", address, params=query, headers=reader, timeout=20) as stream:
        lines = (line.removeprefix("data: ") for line in stream.iter_lines() if line.startswith("data: "))
        heard = [json.loads(next(lines)) for _ in range(4)]
    assert [each["type"].partition(".")[2] for each in heard] == ["created", "created", "updated", "schema_changed"]
    last = heard[3]
    assert (last["event"], last["data"]["breaking"]) == ("SCHEMA_CHANGE", True)
    assert last["data"]["changes"][0]["kind"] == "type_changed"


def test_what_breaks_nobody_says_so_and_an_order_alone_is_no_schema_change(rest: Rest, post: Post) -> None:
    post(orders("id int", "note text"), orders("id bigint", "note text", "seen date", minutes=1))
    identifier = asset(rest)
    assert [each["breaking"] for each in versions(rest, identifier)] == [False, False]
    (news,) = told(rest)
    kinds = {(each["kind"], each["column"]): each["breaking"] for each in news["changes"]}
    assert (news["breaking"], kinds) == (False, {("type_changed", "id"): False, ("column_added", "seen"): False})
    post(orders("note text", "id bigint", "seen date", minutes=2))
    assert versions(rest, identifier)[0]["changes"] == ["details changed"]
    assert len(told(rest)) == 1


def test_the_first_columns_of_an_asset_break_nobody(rest: Rest, post: Post) -> None:
    post(orders(), orders("id bigint", minutes=1))
    identifier = asset(rest)
    newest, first = versions(rest, identifier)
    assert (newest["changes"], newest["breaking"]) == (['column "id" added (bigint)'], False)
    assert told(rest) == []
    assert columns(rest, identifier, first["number"]) == {}


def test_an_event_that_comes_late_changes_nothing(rest: Rest, post: Post) -> None:
    post(orders("id bigint", minutes=5))
    quiet = writes(rest, *TABLES)
    post(orders("id bigint", "old text", minutes=1))
    assert writes(rest, *TABLES) == quiet


def test_other_facts_are_versions_with_their_diff(rest: Rest, post: Post) -> None:
    owned: dict[str, Any] = {"owners": [{"name": "sales"}]}
    post(orders("id bigint"))
    post(orders("id bigint", minutes=1, documentation={"description": "All"}, ownership=owned))
    identifier = asset(rest)
    newest, _ = versions(rest, identifier)
    assert (newest["kind"], newest["changes"]) == ("source", ["owner changed", "comment changed"])
    assert diff(rest, identifier)["fields"] == [
        {"field": "comment", "before": None, "after": "All"},
        {"field": "facts.owner", "before": None, "after": ["sales"]},
    ]
    (news,) = told(rest, "asset.updated")
    assert news["changed"] == newest["changes"]


def test_what_a_person_deleted_is_back_as_a_version(rest: Rest, post: Post) -> None:
    post(orders("id bigint"))
    identifier = asset(rest)
    assert rest.client().delete(f"{METASTORE}/assets/{identifier}").status_code == 204
    post(orders("id bigint", minutes=1))
    assert [each["changes"] for each in versions(rest, identifier)] == [["back in its source"], ["deleted"], []]
    assert diff(rest, identifier)["fields"] == [{"field": "removed", "before": True, "after": False}]


def test_the_audit_names_what_changed(rest: Rest, post: Post) -> None:
    post(orders("id bigint", "note text"), orders("id bigint", minutes=1))
    with rest.platform.session() as session:
        asked = "SELECT after FROM crosswind.audit WHERE entity_id = 'openlineage' ORDER BY id DESC LIMIT 1"
        after = session.scalar(text(asked))
    assert after == {
        "created": 0, "updated": 1, "relationships": 0, "qualified_names": [f"{NAMESPACE}/shop.public.orders"],
    }  # fmt: skip


def test_an_asset_that_one_event_names_twice_has_both_versions(rest: Rest, post: Post) -> None:
    post(orders("id bigint", "note text", "seen date"))
    links: dict[str, Any] = {
        "symlinks": {"identifiers": [{"namespace": NAMESPACE, "name": "shop.public.orders", "type": "TABLE"}]}
    }
    other = dataset("zz/orders", "s3://lake", schema=schema("id integer"), **links)
    changed = orders("id bigint", "note text", minutes=1)
    changed["inputs"] = [other]
    post(changed)
    identifier = asset(rest)
    assert [each["changes"] for each in versions(rest, identifier)][:2] == [
        ['column "note" dropped', 'column "id" changed its type from bigint to integer'],
        ['column "seen" dropped'],
    ]
    assert [[each["column"] for each in news["changes"]] for news in told(rest)] == [["seen"], ["id", "note"]]


def test_many_assets_are_told_of_some_at_a_time(rest: Rest, post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reshaped, "MOST", 2)
    names = [f"d.s.t{number}" for number in range(5)]
    post(event(inputs=[dataset(name, schema=schema("id int", "a text")) for name in names]))
    post(event(minutes=1, inputs=[dataset(name, schema=schema("id int")) for name in names]))
    assert [news["name"] for news in told(rest)] == [f"t{number}" for number in range(5)]
    assert all(versions(rest, asset(rest, f"t{number}"))[0]["breaking"] for number in range(5))


def test_an_event_that_cannot_be_told_changes_nothing_and_is_told_when_it_comes_again(
    rest: Rest, post: Post, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    post(orders("id int", "note text"))
    identifier = asset(rest)
    before = versions(rest, identifier)

    def fails(*_: object) -> None:
        raise RuntimeError("the link is gone")

    client = rest.anonymous({"Authorization": f"Bearer {key}"})
    with monkeypatch.context() as broken:
        broken.setattr(repository, "tell", fails)
        assert client.post(LINEAGE, json=orders("id int", minutes=1)).status_code == 500
    assert versions(rest, identifier) == before
    post(orders("id int", minutes=1))
    assert versions(rest, identifier)[0]["breaking"] is True
    assert len(told(rest)) == 1
