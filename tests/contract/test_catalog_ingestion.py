"""Tags and batch ingestion over HTTP."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import text
from tests.support.app import METASTORE, Rest
from tests.support.catalog import assets, connection, crawl, ok, shop, table, writes

from crosswind.connectors.types import Key, SourceColumn, SourceObject


def item(name: str = "users", **more: Any) -> dict[str, Any]:
    return {"type": "TABLE", "name": name, "qualified_name": f"prod.public.{name}", **more}


def send(client: httpx.Client, *items: Any, **options: bool) -> httpx.Response:
    return client.post(f"{METASTORE}/ingestion/batch", json={"assets": list(items), "options": options})


def test_the_designs_example_is_taken(rest: Rest) -> None:
    body = {"assets": [item(metadata={})], "options": {"upsert": True, "validate": True}}
    answer = ok(rest.client("data_engineer").post(f"{METASTORE}/ingestion/batch", json=body))
    assert answer == {"processed": 1, "created": 1, "updated": 0, "unchanged": 0, "errors": []}


def test_a_batch_creates_updates_and_leaves_alone(rest: Rest) -> None:
    client = rest.client()
    ok(send(client, item("a"), item("b", description="old", tags=["X"])))
    before = writes(rest, "assets", "audit")
    assert ok(send(client, item("a"), item("b")))["unchanged"] == 2
    assert writes(rest, "assets", "audit") == before
    answer = ok(send(client, item("a"), item("b", description="new"), item("c", metadata={"rows": 1})))
    assert (answer["created"], answer["updated"], answer["unchanged"]) == (1, 1, 1)
    found = assets(client)
    assert (found["b"]["description"], found["b"]["tags"], found["b"]["version"]) == ("new", ["X"], 2)
    assert found["c"]["metadata"] == {"rows": 1}
    assert ok(client.get(f"{METASTORE}/search", params={"q": "new"}))["total"] == 1


def test_one_wrong_item_stops_the_batch_and_every_error_is_told(rest: Rest) -> None:
    client = rest.client()
    wrong = [
        item("good"),
        item("bad", type="THING"),
        {"type": "TABLE", "name": "x"},
        item("tagged", tags=["ok", ""]),
        item("good"),
        item("u\u202ename"),
        item("big", metadata={"n": 2**70}),
        item("extra", surprise=1),
        7,
    ]
    answer = send(client, *wrong)
    assert answer.status_code == 400
    details = answer.json()["error"]["details"]
    assert [(error["index"], error["field"]) for error in details["errors"]] == [
        (1, "type"),
        (2, "qualified_name"),
        (3, "tags[1]"),
        (4, "qualified_name"),
        (5, "name"),
        (6, "metadata"),
        (7, "surprise"),
        (8, ""),
    ]
    assert details["field"] == "assets[1].type"
    assert assets(client) == {}
    answer = ok(send(client, *wrong, validate=False))
    assert (answer["processed"], answer["created"], len(answer["errors"])) == (1, 1, 8)
    assert set(assets(client)) == {"good"}


def test_at_most_a_hundred_errors_are_listed(rest: Rest) -> None:
    details = send(rest.client(), *[{}] * 150).json()["error"]["details"]
    assert (len(details["errors"]), details["error_count"]) == (100, 150)


def test_without_upsert_a_known_name_is_an_error(rest: Rest) -> None:
    client = rest.client()
    ok(send(client, item("a")))
    answer = send(client, item("a"), item("b"), upsert=False)
    assert answer.status_code == 400
    assert answer.json()["error"]["details"]["errors"][0]["index"] == 0
    assert set(assets(client)) == {"a"}


def test_a_crawled_asset_keeps_its_source_facts(rest: Rest) -> None:
    crawl(rest, connection(rest, environment="prod"), shop())
    named = {"type": "DASHBOARD", "name": "else", "qualified_name": "shop.shop.public.orders", "description": "Written"}
    hidden = rest.client("data_engineer", attributes={"environment": ["dev"]})
    assert send(hidden, named).status_code == 400
    assert ok(send(rest.client(), named))["updated"] == 1
    found = assets(rest.client())["orders"]
    assert (found["type"], found["description"]) == ("TABLE", "Written")
    assert ok(rest.client().get(f"{METASTORE}/search", params={"q": "net total"}))["total"] == 1


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'{"assets": {}}',
        b'{"assets": [], "x": 1}',
        b'{"assets": [], "options": {"upsert": 1}}',
        b'{"assets": [{"type": "TABLE", "name": "\\u0000", "qualified_name": "q"}]}',
        b'{"assets": [{"type": "TABLE", "name": "\\ud800", "qualified_name": "q"}]}',
        b'{"assets": [{"type": "TABLE", "name": "n", "qualified_name": "q", "metadata": {"x": NaN}}]}',
        b'{"assets": [{"type": "TABLE", "name": "\xff", "qualified_name": "q"}]}',
        b'{"assets": ' + b"[" * 5000 + b"]" * 5000 + b"}",
        json.dumps({"assets": [item(metadata={"a": eval("[" * 80 + "1" + "]" * 80)})]}).encode(),
    ],
)
def test_bad_bodies_are_refused_and_change_nothing(rest: Rest, body: bytes) -> None:
    answer = rest.client().post(f"{METASTORE}/ingestion/batch", content=body)
    assert answer.status_code == 400, answer.text
    assert answer.json()["error"]["details"]["field"]
    assert assets(rest.client()) == {}


def test_bodies_beyond_64_megabytes_are_refused(rest: Rest) -> None:
    body = b'{"assets": [' + b" " * (64 * 1024 * 1024) + b"]}"
    assert rest.client().post(f"{METASTORE}/ingestion/batch", content=body).status_code == 413


def test_readers_may_not_ingest_and_a_batch_is_one_event(rest: Rest) -> None:
    assert send(rest.client("viewer"), item()).status_code == 403
    ok(send(rest.client(), item("a"), item("b")))
    with rest.platform.session() as session:
        rows = session.execute(text("SELECT after FROM crosswind.audit WHERE action = 'INGEST'")).all()
    assert [row.after["qualified_names"] for row in rows] == [["prod.public.a", "prod.public.b"]]


def test_tags_are_made_listed_and_unique(rest: Rest) -> None:
    client = rest.client("data_engineer")
    body = {"name": "PII", "category": "Sensitive", "description": "Personally Identifiable Information"}
    made = client.post(f"{METASTORE}/tags", json=body)
    assert made.status_code == 201
    assert {name: made.json()[name] for name in body} == body
    again = client.post(f"{METASTORE}/tags", json=body)
    assert (again.status_code, again.json()["error"]["code"]) == (409, "ALREADY_EXISTS")
    ok(client.post(f"{METASTORE}/tags", json={"name": "Gold"}))
    ok(send(client, item(tags=["Fresh", "PII"])))
    viewer = rest.client("viewer")
    listed = ok(viewer.get(f"{METASTORE}/tags", params={"limit": 2}))
    assert [tag["name"] for tag in listed["data"]] == ["Fresh", "Gold"]
    assert listed["pagination"] == {"total": 3, "limit": 2, "offset": 0, "has_more": True}
    assert [tag["name"] for tag in ok(viewer.get(f"{METASTORE}/tags", params={"category": "Sensitive"}))["data"]] == [
        "PII"
    ]
    assert viewer.post(f"{METASTORE}/tags", json={"name": "x"}).status_code == 403
    assert ok(rest.client(tenant="acme").get(f"{METASTORE}/tags"))["data"] == []
    for name in ("", " ", "a\x00", "a\u202eb", "x" * 101, 7, None):
        assert client.post(f"{METASTORE}/tags", json={"name": name}).status_code == 400, name


def stream(client: httpx.Client, kind: str | None, asset: Any) -> httpx.Response:
    headers = {"X-Event-Type": kind} if kind else {}
    return client.post(f"{METASTORE}/ingestion/stream", json={"asset": asset}, headers=headers)


def test_an_event_is_stored_and_found_when_it_is_accepted(rest: Rest) -> None:
    client = rest.client("data_engineer")
    answer = stream(client, "asset.created", item(description="Streamed in", columns=[{"name": "mail"}]))
    assert answer.status_code == 202, answer.text
    assert answer.json()["status"] == "accepted"
    shown = ok(client.get(f"{METASTORE}/assets/{answer.json()['id']}"))
    assert (shown["description"], shown["schema"][0]["name"]) == ("Streamed in", "mail")
    assert ok(client.get(f"{METASTORE}/search", params={"q": "streamed"}))["total"] == 1
    again = stream(client, "asset.updated", item(description="Changed"))
    assert again.json() == answer.json()
    assert assets(client)["users"]["description"] == "Changed"
    assert stream(client, "asset.deleted", {"qualified_name": "prod.public.users"}).json() == answer.json()
    assert assets(client) == {}
    assert stream(client, "asset.created", item()).json() == answer.json()
    with rest.platform.session() as session:
        told = session.execute(text("SELECT type FROM crosswind.outbox ORDER BY id")).scalars().all()
    assert told[:3] == ["asset.created", "asset.updated", "asset.deleted"]


def test_a_deletion_that_comes_twice_is_accepted_and_tells_nothing_anew(rest: Rest) -> None:
    client = rest.client("data_engineer")
    named = {"qualified_name": "prod.public.users"}
    assert stream(client, "asset.deleted", named).status_code == 404, "it never was"
    accepted = stream(client, "asset.created", item()).json()
    assert stream(client, "asset.deleted", named).json() == accepted
    before = writes(rest, "assets", "asset_versions", "audit", "outbox")
    for which in (named, {"id": accepted["id"]}):
        again = stream(client, "asset.deleted", which)
        assert (again.status_code, again.json()) == (202, accepted)
    assert writes(rest, "assets", "asset_versions", "audit", "outbox") == before
    assert stream(client, "asset.deleted", {"id": str(uuid4())}).status_code == 404
    stranger = rest.client("data_engineer", tenant="other")
    for which in (named, {"id": accepted["id"]}):
        assert stream(stranger, "asset.deleted", which).status_code == 404


def test_an_asset_as_it_is_shown_is_taken_and_says_the_same(rest: Rest) -> None:
    client = rest.client("data_engineer")
    owner = {"kind": "team", "name": "core", "role": "steward"}
    columns = [{"name": "id", "type": "UUID", "nullable": False, "tags": ["key"]}, {"name": "mail"}]
    made = item(description="All", tags=["PII"], metadata={"n": 1}, owners=[owner], columns=columns)
    identifier = ok(stream(client, "asset.created", made))["id"]
    url = f"{METASTORE}/assets/{identifier}"
    shown = ok(client.get(url))
    before = writes(rest, "assets", "columns", "audit", "outbox")
    for kind in ("asset.created", "asset.updated"):
        assert ok(stream(client, kind, shown))["id"] == identifier
        assert ok(client.get(url)) == shown
    assert writes(rest, "assets", "columns", "audit", "outbox") == before
    elsewhere = {**shown, "qualified_name": "copy", "id": 7, "version": 99, "created_at": "never"}
    copied = ok(client.get(f"{METASTORE}/assets/{ok(stream(client, 'asset.updated', elsewhere))['id']}"))
    own = {"id", "qualified_name", "created_at", "updated_at", "version", "schema"}
    assert {name: copied[name] for name in shown.keys() - own} == {name: shown[name] for name in shown.keys() - own}
    assert [{**each, "id": None} for each in copied["schema"]] == [{**each, "id": None} for each in shown["schema"]]
    assert ok(stream(client, "asset.deleted", elsewhere))["id"] == copied["id"]
    assert assets(client).keys() == {"users"}


def commented(comment: str) -> list[SourceObject]:
    """A table with comments and facts of its source."""
    made = table("t", SourceColumn("id", 1, "integer", comment=comment), "name text", comment=comment,
                 row_estimate=100, size_bytes=9, primary_key=Key("t_pkey", ("id",)))  # fmt: skip
    return [made]


def test_a_crawled_asset_as_it_is_shown_stays_its_sources(rest: Rest) -> None:
    key = connection(rest)
    crawl(rest, key, commented("As it was"))
    client = rest.client("data_engineer")
    url = f"{METASTORE}/assets/{assets(client)['t']['id']}"
    shown = ok(client.get(url))
    assert (shown["description"], shown["schema"][0]["description"]) == ("As it was", "As it was")
    assert {"comment", "row_count", "primary_key"} <= shown["metadata"].keys()
    before = writes(rest, "assets", "columns", "audit", "outbox")
    for kind in ("asset.created", "asset.updated"):
        ok(stream(client, kind, shown))
    assert ok(client.get(url)) == shown
    assert writes(rest, "assets", "columns", "audit", "outbox") == before
    said = {**shown["schema"][1], "description": "By us"}
    metadata = {**shown["metadata"], "team": "core", "row_count": 101}
    ok(stream(client, "asset.updated", {**shown, "metadata": metadata, "schema": [shown["schema"][0], said]}))
    assert ok(client.get(url))["version"] == shown["version"] + 1
    crawl(rest, key, commented("As it is"))
    after = ok(client.get(url))
    assert (after["description"], after["metadata"]["comment"]) == ("As it is", "As it is")
    assert [each["description"] for each in after["schema"]] == ["As it is", "By us"]
    assert (after["metadata"]["team"], after["metadata"]["row_count"]) == ("core", 101)
    own = {**after, "metadata": {"row_count": 101}, "description": "Ours"}
    ok(stream(client, "asset.updated", own))
    crawl(rest, key, commented("Once more"))
    again = ok(client.get(url))
    assert (again["description"], again["schema"][0]["description"]) == ("Ours", "Once more")
    assert "team" not in again["metadata"]
    assert again["metadata"]["row_count"] == 101


def test_an_asset_shown_as_removed_is_not_taken_as_there(rest: Rest) -> None:
    client = rest.client("data_engineer")
    shown = ok(client.get(f"{METASTORE}/assets/{ok(stream(client, 'asset.created', item()))['id']}"))
    for kind in ("asset.created", "asset.updated"):
        answer = stream(client, kind, {**shown, "removed_at": "2026-01-01T00:00:00Z"})
        assert (answer.status_code, answer.json()["error"]["details"]["field"]) == (400, "asset.removed_at")
    stream(client, "asset.deleted", {**shown, "removed_at": "2026-01-01T00:00:00Z"}).raise_for_status()
    assert assets(client) == {}
    assert ok(stream(client, "asset.created", shown))["id"] == shown["id"]
    assert assets(client).keys() == {"users"}


@pytest.mark.parametrize(("name", "value"), [("id", 1), ("version", 1), ("removed_at", None), ("schema", [])])
def test_batches_take_no_field_that_is_only_shown(rest: Rest, name: str, value: Any) -> None:
    answer = send(rest.client(), item(**{name: value}))
    assert (answer.status_code, answer.json()["error"]["details"]["field"]) == (400, f"assets[0].{name}")


def test_an_update_tells_by_its_qualified_name_of_which_asset_it_is(rest: Rest) -> None:
    client = rest.client()
    ok(stream(client, "asset.created", item(description="Old", tags=["PII"])))
    ok(stream(client, "asset.updated", {"qualified_name": "prod.public.users", "description": "New"}))
    found = assets(client)["users"]
    assert (found["type"], found["description"], found["tags"], found["version"]) == ("TABLE", "New", ["PII"], 2)
    ok(stream(client, "asset.updated", {"qualified_name": "prod.public.users", "name": "people"}))
    assert assets(client).keys() == {"people"}
    crawl(rest, connection(rest, environment="prod"), shop())
    hidden = rest.client("data_engineer", attributes={"environment": ["dev"]})
    part = {"qualified_name": "shop.shop.public.orders", "description": "x"}
    ok(stream(client, "asset.updated", part))
    for who, kind, told in [
        (client, "asset.updated", {**part, "qualified_name": "nobody"}),
        (client, "asset.created", {"qualified_name": "prod.public.users"}),
        (rest.client(tenant="acme"), "asset.updated", part),
        (hidden, "asset.updated", part),
    ]:
        answer = stream(who, kind, told)
        assert (answer.status_code, answer.json()["error"]["details"]["field"]) == (400, "asset.type")


@pytest.mark.parametrize(
    ("kind", "asset", "field"),
    [
        (None, item(), "X-Event-Type"),
        ("asset.exploded", item(), "X-Event-Type"),
        ("asset.created", 7, "asset"),
        ("asset.created", {"type": "TABLE", "name": "x"}, "asset.qualified_name"),
        ("asset.created", {"kind": "tag", "name": "x"}, "asset.kind"),
        ("asset.deleted", {"name": "x"}, "asset.qualified_name"),
        ("asset.updated", {"qualified_name": 7}, "asset.qualified_name"),
        ("asset.created", item(id=1, ids=2), "asset.ids"),
        ("asset.created", item(schema=[{"name": "a", "colour": 1}]), "asset.columns[0]"),
        ("asset.created", item(schema=7), "asset.columns"),
        ("asset.created", item(schema=[], columns=[]), "asset.schema"),
    ],
)
def test_an_event_that_says_nothing_is_refused_with_its_field(
    rest: Rest, kind: str | None, asset: Any, field: str
) -> None:
    answer = stream(rest.client(), kind, asset)
    assert answer.status_code == 400, answer.text
    assert answer.json()["error"]["details"]["field"] == field


def test_events_are_for_those_who_may(rest: Rest) -> None:
    assert stream(rest.client("viewer"), "asset.created", item()).status_code == 403
    client = rest.client()
    ok(stream(client, "asset.created", item()))
    other = rest.client("data_engineer", tenant="other")
    assert stream(other, "asset.deleted", {"qualified_name": "prod.public.users"}).status_code == 404
    writer = rest.client(scopes=["asset:create"])
    assert stream(writer, "asset.deleted", {"qualified_name": "prod.public.users"}).status_code == 403
    assert stream(writer, "asset.updated", item(description="x")).status_code == 403


def test_a_batch_of_a_hundred_thousand_with_one_bad_row_tells_that_row(rest: Rest) -> None:
    items = [item(f"t{number}") for number in range(100_000)]
    items[77_777]["type"] = "THING"
    answer = send(rest.client(), *items)
    assert answer.status_code == 400
    details = answer.json()["error"]["details"]
    assert [(each["index"], each["field"]) for each in details["errors"]] == [(77_777, "type")]
    assert send(rest.client(), *items, item("one more")).status_code == 400
