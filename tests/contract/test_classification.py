"""Classifications, tags, and both on many resources at once, over HTTP."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import event, text
from tests.support.airflow import Airflow
from tests.support.app import CONNECTIONS, METASTORE, Rest
from tests.support.catalog import connection, crawl, ok, shop, table

from crosswind.contexts.governance.models import AuditRow

CLASSIFICATIONS = f"{CONNECTIONS}/governance/classifications"
TAGS = f"{CONNECTIONS}/governance/tags"
APPLY = f"{CONNECTIONS}/governance/apply-tags"
SEEDED = [("public", 0), ("internal", 1), ("confidential", 2), ("restricted", 3)]


@pytest.fixture
def key(rest: Rest) -> int:
    found = connection(rest)
    crawl(rest, found, shop())
    for name in ("PII", "Gold"):
        ok(rest.client().post(TAGS, json={"name": name, "category": "Sensitive"}))
    return found


def assets(rest: Rest, **query: Any) -> dict[str, Any]:
    return {each["name"]: each for each in ok(rest.client().get(f"{METASTORE}/assets", params=query))["data"]}


def asset(rest: Rest, name: str) -> Any:
    return ok(rest.client().get(f"{METASTORE}/assets/{assets(rest)[name]['id']}"))


def columns(rest: Rest, name: str) -> dict[str, Any]:
    return {each["name"]: each for each in asset(rest, name)["schema"]}


def search(rest: Rest, **query: Any) -> dict[str, Any]:
    return {hit["asset"]["name"]: hit for hit in ok(rest.client().get(f"{METASTORE}/search", params=query))["results"]}


def facets(rest: Rest, **query: Any) -> Any:
    return ok(rest.client().get(f"{METASTORE}/search/facets", params=query))["facets"]


def label(client: httpx.Client, resources: list[tuple[str, str]], **wish: Any) -> Any:
    body = {"resources": [{"type": kind, "id": identifier} for kind, identifier in resources], **wish}
    return ok(client.post(APPLY, json=body))


def code(response: httpx.Response) -> tuple[int, str, str | None]:
    error = response.json()["error"]
    return response.status_code, error["code"], error["details"].get("field")


def test_every_tenant_has_four_classifications_and_adds_its_own(rest: Rest) -> None:
    admin, other = rest.client(tenant="north"), rest.client(tenant="south")
    assert [(each["name"], each["level"]) for each in ok(other.get(CLASSIFICATIONS))["data"]] == SEEDED
    made = admin.post(CLASSIFICATIONS, json={"name": "Secret", "level": 4, "description": "For two"})
    assert made.status_code == 201
    assert {**made.json(), "id": None, "createdAt": None} == {
        "id": None, "name": "Secret", "level": 4, "description": "For two", "createdAt": None,
    }  # fmt: skip
    listed = ok(admin.get(CLASSIFICATIONS, params={"pageSize": 2, "page": 3}))
    assert ([each["name"] for each in listed["data"]], listed["pagination"]["totalCount"]) == (["Secret"], 5)
    for taken in ("Secret", "secret", "PUBLIC", "Internal"):
        assert code(admin.post(CLASSIFICATIONS, json={"name": taken, "level": 9})) == (409, "GEN_409", "name")
    assert len(ok(other.get(CLASSIFICATIONS))["data"]) == 4
    assert other.post(CLASSIFICATIONS, json={"name": "Secret", "level": 4}).status_code == 201


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": "x"}, "level"),
        ({"name": "x", "level": -1}, "level"),
        ({"name": "x", "level": "3"}, "level"),
        ({"name": "x", "level": 1001}, "level"),
        ({"name": "", "level": 1}, "name"),
        ({"name": "a\u202eb", "level": 1}, "name"),
        ({"name": "x" * 101, "level": 1}, "name"),
        ({"name": "x", "level": 1, "colour": "red"}, "colour"),
    ],
)
def test_a_classification_that_cannot_be_is_refused(rest: Rest, body: dict[str, Any], field: str) -> None:
    assert code(rest.client().post(CLASSIFICATIONS, json=body)) == (400, "GEN_400", field)


def test_tags_are_the_metastores(rest: Rest, key: int) -> None:
    admin = rest.client()
    made = ok(admin.post(f"{METASTORE}/tags", json={"name": "Bronze", "category": "Tier"}))
    listed = ok(admin.get(TAGS, params={"category": "Tier"}))
    assert listed["data"] == [
        {"id": made["id"], "name": "Bronze", "category": "Tier", "description": None, "createdAt": made["created_at"]}
    ]
    assert [each["name"] for each in ok(admin.get(f"{METASTORE}/tags"))["data"]] == ["Bronze", "Gold", "PII"]
    assert code(admin.post(TAGS, json={"name": "Bronze"})) == (409, "GEN_409", "name")
    assert ok(admin.get(TAGS, params={"pageSize": 1, "page": 2}))["data"][0]["name"] == "Gold"


def test_many_resources_are_labelled_at_once_each_with_its_outcome(rest: Rest, key: int) -> None:
    orders, email = assets(rest)["orders"], columns(rest, "customers")["CustomerName"]
    ok(rest.client().put(f"{METASTORE}/assets/{orders['id']}", json={"tags": ["Gold"], "description": "Ours"}))
    strange = str(uuid4())
    answer = label(
        rest.client("security_admin"),
        [("asset", orders["id"]), ("column", email["id"]), ("asset", strange), ("asset", "no uuid"),
         ("column", orders["id"]), ("connection", "shop"), ("asset", orders["id"].upper())],
        addTags=["PII"], removeTags=["Gold"], classification="restricted",
    )  # fmt: skip
    assert {name: answer[name] for name in ("applied", "unchanged", "failed")} == {
        "applied": 2, "unchanged": 1, "failed": 4,
    }  # fmt: skip
    told = [(each["outcome"], each["code"]) for each in answer["results"]]
    lost = ("failed", "GEN_404")
    assert told == [("applied", None), ("applied", None), lost, lost, lost, ("failed", "SEC_002"), ("unchanged", None)]
    assert strange in answer["results"][2]["message"]
    assert "connection:update" in answer["results"][5]["message"]
    after = asset(rest, "orders")
    assert (after["tags"], after["classification"], after["description"]) == (["PII"], "restricted", "Ours")
    assert after["version"] == orders["version"] + 2
    shown = columns(rest, "customers")
    assert (shown["CustomerName"]["tags"], shown["CustomerName"]["classification"]) == (["PII"], "restricted")
    assert (shown["id"]["tags"], shown["id"]["classification"]) == ([], None)


def test_the_same_again_changes_nothing(rest: Rest, key: int) -> None:
    orders = assets(rest)["orders"]["id"]
    wish: dict[str, Any] = {"addTags": ["PII"], "classification": "internal"}
    assert label(rest.client(), [("asset", orders)], **wish)["applied"] == 1
    before = asset(rest, "orders")
    again = label(rest.client(), [("asset", orders)], **wish)
    assert (again["unchanged"], again["results"][0]["outcome"]) == (1, "unchanged")
    assert asset(rest, "orders") == before
    with rest.platform.session() as session:
        assert session.query(AuditRow).filter_by(entity_type="ASSET", entity_id=orders).count() == 1


def test_columns_labels_find_their_asset_and_go_with_the_column(rest: Rest, key: int) -> None:
    name = columns(rest, "customers")["CustomerName"]["id"]
    label(rest.client(), [("column", name)], addTags=["PII"], classification="restricted")
    label(rest.client(), [("asset", assets(rest)["orders"]["id"])], addTags=["PII", "Gold"], classification="internal")
    assert set(assets(rest, tag="PII")) == set(search(rest, tag="PII")) == {"customers", "orders"}
    assert set(assets(rest, classification="restricted")) == {"customers"}
    assert set(search(rest, classification="restricted", q="customer")) == {"customers"}
    assert set(search(rest, classification="internal")) == {"orders"}
    assert set(search(rest, classification="public")) == set()
    assert search(rest, q="pii")["customers"]["highlights"]["column_tags"] == ["<em>PII</em>"]
    assert facets(rest)["classification"] == {"internal": 1, "restricted": 1}
    assert facets(rest, q="customer")["tags"] == {"PII": 2, "Gold": 1}
    customers = table("customers", "id integer", row_estimate=100)
    crawl(rest, key, [customers, *shop()[1:]])
    assert set(assets(rest, tag="PII")) == {"orders"}
    assert search(rest, q="pii").keys() == {"orders"}
    assert facets(rest)["classification"] == {"internal": 1}
    crawl(rest, key, shop())
    back = columns(rest, "customers")["CustomerName"]
    assert (back["id"], back["tags"], back["classification"]) == (name, ["PII"], "restricted")
    assert set(assets(rest, tag="PII")) == {"customers", "orders"}


def test_one_asset_is_counted_once_where_asset_and_columns_say_the_same(rest: Rest, key: int) -> None:
    shown = columns(rest, "orders")
    resources = [("asset", assets(rest)["orders"]["id"]), *(("column", each["id"]) for each in shown.values())]
    label(rest.client(), resources, addTags=["PII"], classification="internal")
    for query in ({}, {"q": "orders"}):
        found = facets(rest, **query)
        assert (found["tags"], found["classification"]) == ({"PII": 1}, {"internal": 1})


def test_a_connection_keeps_its_own_tags_beside_the_governed_ones(rest: Rest, key: int, airflow_db: Airflow) -> None:
    with rest.platform.session() as session:
        document = '{"tags": {"category": "CST"}, "compliance": {"retention": "7 years"}}'
        session.execute(text("UPDATE crosswind.connections SET document = CAST(:d AS jsonb)"), {"d": document})
        session.commit()
    client = rest.client()
    assert label(client, [("connection", "shop")], addTags=["PII"], classification="confidential")["applied"] == 1
    shown = ok(client.get(f"{CONNECTIONS}/connections/shop"))
    assert (shown["governedTags"], shown["tags"], shown["version"]) == (["PII"], {"category": "CST"}, 2)
    assert shown["compliance"] == {"retention": "7 years", "dataClassification": "confidential"}
    for query in ({"tag": "PII"}, {"dataClassification": "confidential"}, {"tag": "category:CST"}):
        assert [each["id"] for each in ok(client.get(f"{CONNECTIONS}/connections", params=query))["data"]] == ["shop"]
    label(client, [("connection", "shop")], removeTags=["PII"], classification=None)
    shown = ok(client.get(f"{CONNECTIONS}/connections/shop"))
    assert "governedTags" not in shown
    assert shown["compliance"] == {"retention": "7 years"}


@pytest.mark.parametrize(
    ("wish", "refused"),
    [
        ({}, (400, "GEN_400", None)),
        ({"addTags": ["Nope"]}, (404, "GOV_005", None)),
        ({"removeTags": ["Nope"]}, (404, "GOV_005", None)),
        ({"classification": "Restricted"}, (400, "GOV_002", "classification")),
        ({"addTags": ["PII"], "removeTags": ["PII"]}, (400, "GEN_400", "removeTags")),
        ({"addTags": "PII"}, (400, "GEN_400", "addTags")),
        ({"addTags": ["a\u0000b"]}, (400, "GEN_400", "body.addTags")),
        ({"addTags": [{"name": "PII"}]}, (400, "GEN_400", "addTags.0")),
        ({"addTags": ["PII"] * 51}, (400, "GEN_400", "addTags")),
        ({"addTags": ["PII"], "dryRun": True}, (400, "GEN_400", "dryRun")),
        ({"classification": 3}, (400, "GEN_400", "classification")),
        ({"addTags": ["PII"], "resources": []}, (400, "GEN_400", "resources")),
        ({"addTags": ["PII"], "resources": [{"type": "asset", "id": "x"}] * 1001}, (400, "GEN_400", "resources")),
        ({"addTags": ["PII"], "resources": [{"type": "bucket", "id": "x"}]}, (400, "GEN_400", "resources.0.type")),
        ({"addTags": ["PII"], "resources": [{"type": "asset", "id": 7}]}, (400, "GEN_400", "resources.0.id")),
        ({"addTags": ["PII"], "resources": [{"type": "asset"}]}, (400, "GEN_400", "resources.0.id")),
        ({"addTags": ["PII"], "resources": "asset"}, (400, "GEN_400", "resources")),
    ],
)
def test_a_request_that_cannot_be_is_refused_whole(
    rest: Rest, key: int, wish: dict[str, Any], refused: tuple[int, str, str | None]
) -> None:
    orders = assets(rest)["orders"]["id"]
    answer = rest.client().post(APPLY, json={"resources": [{"type": "asset", "id": orders}], **wish})
    status, named, field = code(answer)
    assert (status, named) == refused[:2], answer.text
    assert field == refused[2] or refused[2] is None
    assert asset(rest, "orders")["tags"] == []


def test_lone_surrogates_are_refused(rest: Rest, key: int) -> None:
    body = b'{"resources": [{"type": "asset", "id": "\\ud800"}], "addTags": ["PII"]}'
    answer = rest.client().post(APPLY, content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400


def test_one_resource_with_too_many_tags_fails_alone(rest: Rest, key: int) -> None:
    found, client = assets(rest), rest.client()
    full = [f"t{number}" for number in range(100)]
    ok(client.put(f"{METASTORE}/assets/{found['orders']['id']}", json={"tags": full}))
    answer = label(client, [("asset", found["orders"]["id"]), ("asset", found["totals"]["id"])], addTags=["PII"])
    assert [(each["outcome"], each["code"]) for each in answer["results"]] == [("failed", "GEN_400"), ("applied", None)]
    assert asset(rest, "totals")["tags"] == ["PII"]


def test_tags_are_named_by_id_too(rest: Rest, key: int) -> None:
    tag = next(each for each in ok(rest.client().get(TAGS))["data"] if each["name"] == "PII")
    label(rest.client(), [("asset", assets(rest)["orders"]["id"])], addTags=[tag["id"].upper()])
    assert asset(rest, "orders")["tags"] == ["PII"]


def test_tenants_and_attributes_narrow_what_can_be_labelled(rest: Rest, key: int) -> None:
    orders = assets(rest)["orders"]["id"]
    column = columns(rest, "orders")["id"]["id"]
    resources = [("asset", orders), ("column", column), ("connection", "shop")]
    stranger = rest.client(tenant="elsewhere")
    ok(stranger.post(TAGS, json={"name": "PII"}))
    held = rest.client(attributes={"environment": ["prod"]})
    for client in (stranger, held):
        answer = label(client, resources, addTags=["PII"])
        assert [(each["outcome"], each["code"]) for each in answer["results"]] == [("failed", "GEN_404")] * 3
    assert asset(rest, "orders")["tags"] == []


def test_nobody_classifies_a_connection_into_what_they_may_not_see(rest: Rest, airflow_db: Airflow) -> None:
    connection(rest, data_classification="internal")
    held = rest.client(attributes={"dataClassification": ["internal"]})
    for level in ("public", None):
        answer = label(held, [("connection", "shop")], classification=level)
        assert [each["code"] for each in answer["results"]] == ["SEC_002"]
    assert ok(rest.client().get(f"{CONNECTIONS}/connections/shop"))["version"] == 1


def test_each_change_is_audited(rest: Rest, key: int) -> None:
    orders, column = assets(rest)["orders"], columns(rest, "customers")["CustomerName"]
    resources = [("asset", orders["id"]), ("column", column["id"]), ("connection", "shop"), ("asset", str(uuid4()))]
    label(rest.client(), resources, addTags=["PII"], classification="restricted")
    with rest.platform.session() as session:
        rows = session.query(AuditRow).filter(AuditRow.after["classification"].astext == "restricted").all()
        told = {row.entity_type: row for row in rows}
        ids = {row.request_id for row in rows}
    assert (len(rows), len(ids)) == (3, 1)
    assert {row.connection_id for row in rows} == {"shop"}
    assert told["ASSET"].before == {"tags": [], "classification": None}
    assert told["COLUMN"].entity_id == column["id"]
    assert told["COLUMN"].after == {
        "asset_id": assets(rest)["customers"]["id"], "column": "CustomerName", "tags": ["PII"],
        "classification": "restricted",
    }  # fmt: skip
    assert told["connection"].action == "update"


def test_two_requests_on_one_asset_lose_nothing(rest: Rest, key: int) -> None:
    orders = assets(rest)["orders"]["id"]
    shown = [each["id"] for each in columns(rest, "orders").values()]
    for name in (words := [f"word{number}" for number in range(8)]):
        ok(rest.client().post(TAGS, json={"name": name}))
    resources = [("column", each) for each in shown] + [("asset", orders)]

    def put(word: str) -> Any:
        turned = resources if words.index(word) % 2 else resources[::-1]
        return label(rest.client(), turned, addTags=[word])

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(put, words))
    assert all(answer["applied"] == len(resources) for answer in answers)
    after = asset(rest, "orders")
    assert set(after["tags"]) == set(words)
    assert all(set(each["tags"]) == set(words) for each in after["schema"])
    assert after["version"] == 1 + len(words)


def test_a_thousand_resources_take_as_many_statements_as_two(rest: Rest, key: int) -> None:
    crawl(rest, connection(rest, "wide"), [table(f"t{number:04}") for number in range(500)])
    everything = assets(rest, connection_id="wide", limit=100)
    with rest.platform.session() as session:
        rows = session.execute(
            text("SELECT a.id, c.id FROM crosswind.assets a JOIN crosswind.columns c ON c.asset_key = a.key "
                 "WHERE a.name LIKE 't0%' ORDER BY a.name, c.position")
        ).all()  # fmt: skip
    one_asset, one_column = str(rows[0][0]), str(rows[0][1])
    assert everything
    few = _statements(rest, [("asset", one_asset), ("column", one_column), ("connection", "shop")], "PII")
    every = [("connection", "wide")]
    every += [("asset", each) for each in dict.fromkeys(str(row[0]) for row in rows)][:499]
    every += [("column", str(row[1])) for row in rows][:500]
    many = _statements(rest, every, "Gold")
    assert len(every) == 1000
    assert many == few


def _statements(rest: Rest, resources: list[tuple[str, str]], tag: str) -> int:
    seen: list[str] = []

    def note(conn: Any, cursor: Any, statement: str, *rest_: Any) -> None:
        seen.append(statement)

    event.listen(rest.platform.engine, "before_cursor_execute", note)
    try:
        answer = label(rest.client(), resources, addTags=[tag], classification="internal")
    finally:
        event.remove(rest.platform.engine, "before_cursor_execute", note)
    assert answer["applied"] == len(resources), answer
    return len(seen)


def test_people_write_on_columns_and_classify_with_a_put(rest: Rest, key: int) -> None:
    client, path = rest.client("data_engineer"), f"{METASTORE}/assets/{assets(rest)['customers']['id']}"
    column = {"name": "CustomerName", "description": "As on the card", "tags": ["Name"], "classification": "internal"}
    answer = client.put(path, json={"classification": "restricted", "columns": [column]}, headers={"If-Match": '"1"'})
    body = ok(answer)
    assert (body["classification"], body["version"], answer.headers["etag"]) == ("restricted", 2, '"2"')
    shown = next(each for each in body["schema"] if each["name"] == "CustomerName")
    assert {name: shown[name] for name in column} == column
    assert "Name" in [each["name"] for each in ok(client.get(TAGS))["data"]]
    assert search(rest, q="card")["customers"]["highlights"]["column_descriptions"] == ["As on the <em>card</em>"]
    again = ok(client.put(path, json={"columns": [{"name": "CustomerName", "tags": ["Name"]}]}))
    assert again["version"] == 2
    cleared = ok(client.put(path, json={"columns": [{"name": "CustomerName", "description": None, "tags": None}]}))
    shown = next(each for each in cleared["schema"] if each["name"] == "CustomerName")
    assert (shown["description"], shown["tags"], shown["classification"]) == (None, [], "internal")
    assert search(rest, q="card") == {}
    stale = client.put(path, json={"columns": [column]}, headers={"If-Match": '"1"'})
    assert stale.status_code == 409


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"classification": "nope"}, "classification"),
        ({"columns": [{"name": "nope"}]}, "columns.0.name"),
        ({"columns": [{"name": "id"}, {"name": "id"}]}, "columns.1.name"),
        ({"columns": [{"name": "id", "classification": "nope"}]}, "columns.0.classification"),
        ({"columns": [{"name": "id", "tags": ["a\u202eb"]}]}, "columns.0.tags.0"),
        ({"columns": [{"name": "id", "type": "text"}]}, "columns.0.type"),
        ({"columns": {"id": {}}}, "columns"),
    ],
)
def test_what_cannot_be_written_on_columns_is_refused(rest: Rest, key: int, body: dict[str, Any], field: str) -> None:
    answer = rest.client().put(f"{METASTORE}/assets/{assets(rest)['orders']['id']}", json=body)
    assert code(answer) == (400, "INVALID_REQUEST", field)
