"""An asset made with its columns: stored, found, told and refused as an item of a batch is."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text
from tests.support.app import METASTORE, PLATFORM, Rest
from tests.support.catalog import ok

ASSETS = f"{METASTORE}/assets"
BATCH = f"{METASTORE}/ingestion/batch"
COLUMNS: list[dict[str, Any]] = [
    {"name": "id", "type": "bigint", "nullable": False, "identity": "ALWAYS", "comment": "counts up"},
    {"name": "Gesamt €", "type": "numeric(10,2)", "default": "0", "description": "With tax", "tags": ["money", "PII"]},
    {"name": "twice", "type": "numeric", "generated": "total *\n 2", "classification": "internal", "terms": ["Total"]},
    {"name": "bare"},
]


def body(name: str = "orders", **more: Any) -> dict[str, Any]:
    return {"type": "TABLE", "name": name, "qualified_name": f"prod.public.{name}", **more}


def rows(rest: Rest, statement: str, **values: Any) -> list[dict[str, Any]]:
    with rest.platform.session() as session:
        return [dict(row) for row in session.execute(text(statement), values).mappings()]


def stored(rest: Rest, name: str) -> tuple[list[dict[str, Any]], ...]:
    """What is kept of an asset and its columns, without what has to differ between two."""
    asset = rows(
        rest,
        "SELECT to_jsonb(a) - '{key,id,qualified_name,created_at,updated_at,line_digest}'::text[] AS row "
        "FROM crosswind.assets a WHERE qualified_name = :name",
        name=name,
    )
    columns = rows(
        rest,
        "SELECT to_jsonb(c) - '{key,id,asset_key}'::text[] AS row FROM crosswind.columns c "
        "JOIN crosswind.assets a ON a.key = c.asset_key WHERE a.qualified_name = :name ORDER BY position",
        name=name,
    )
    return asset, columns


@pytest.fixture(autouse=True)
def _term(rest: Rest) -> None:
    ok(rest.client().post(f"{PLATFORM}/terms", json={"name": "Total"}))


def test_it_is_stored_as_a_batch_stores_it_and_known_again_by_one(rest: Rest) -> None:
    client = rest.client(subject="ana")
    made = ok(client.post(ASSETS, json=body(columns=COLUMNS)))
    twin = {**body(), "qualified_name": "prod.other.orders", "columns": COLUMNS}
    assert ok(client.post(BATCH, json={"assets": [twin]}))["created"] == 1
    ours, theirs = stored(rest, "prod.public.orders"), stored(rest, "prod.other.orders")
    assert ours == theirs
    assert len(ours[1]) == len(COLUMNS)
    assert [each["name"] for each in made["schema"]] == [each["name"] for each in COLUMNS]
    assert (made["version"], made["created_by"]["id"]) == (1, "ana")
    again = ok(client.post(BATCH, json={"assets": [body(columns=COLUMNS)]}))
    assert (again["unchanged"], again["updated"]) == (1, 0)


def test_it_is_found_by_its_columns_in_the_next_request(rest: Rest) -> None:
    client = rest.client()
    made = ok(client.post(ASSETS, json=body(columns=COLUMNS)))
    for words in ("Gesamt", "tag:money", "orders"):
        found = ok(client.get(f"{METASTORE}/search", params={"q": words}))["results"]
        assert [each["asset"]["id"] for each in found] == [made["id"]], words
    assert ok(client.get(ASSETS, params={"tag": "money"}))["pagination"]["total"] == 1
    assert ok(client.get(ASSETS, params={"term": "Total"}))["pagination"]["total"] == 1


def test_it_is_one_event_and_one_entry_of_the_audit_with_its_columns(rest: Rest) -> None:
    client = rest.client()
    made = ok(client.post(ASSETS, json=body(columns=COLUMNS)))
    told = rows(rest, "SELECT type FROM crosswind.outbox WHERE entity_id = :id", id=made["id"])
    assert [each["type"] for each in told] == ["asset.created"]
    (entry,) = rows(rest, "SELECT action, after FROM crosswind.audit WHERE entity_id = :id", id=made["id"])
    assert entry["action"] == "CREATE"
    kept = entry["after"]["columns"]
    assert kept.keys() == {each["name"] for each in COLUMNS}
    assert kept["id"] == {"type": "bigint", "nullable": False, "identity": "ALWAYS", "comment": "counts up",
                          "position": 1}  # fmt: skip
    assert kept["Gesamt €"]["tags"] == ["money", "PII"]


def test_an_empty_list_is_an_asset_without_columns(rest: Rest) -> None:
    assert ok(rest.client().post(ASSETS, json=body(columns=[])))["schema"] == []


def test_a_tag_is_taken_by_its_id(rest: Rest) -> None:
    client = rest.client()
    tag = ok(client.post(f"{METASTORE}/tags", json={"name": "gold"}))["id"]
    made = ok(client.post(ASSETS, json=body(columns=[{"name": "a", "tags": [tag.upper(), "gold"]}])))
    assert made["schema"][0]["tags"] == ["gold"]


@pytest.mark.parametrize(
    ("columns", "field"),
    [
        ([{"name": "a"}, {"name": "a"}], "columns.1.name"),
        ([{"name": ""}], "columns.0.name"),
        ([{"name": "é" * 257}], "columns.0.name"),
        ([{"name": "a", "type": ""}], "columns.0.type"),
        ([{"name": "a", "nullable": "yes"}], "columns.0.nullable"),
        ([{"name": "a", "size": 3}], "columns.0.size"),
        ([{"type": "int"}], "columns.0.name"),
        ([{"name": "a"}, {"name": "b", "classification": "none such"}], "columns.1.classification"),
        ([{"name": "a"}, {"name": "b", "terms": ["none such"]}], "columns.1.terms"),
        ([{"name": "a", "tags": ["00000000-0000-4000-8000-000000000000"]}], "columns.0.tags"),
        ([{"name": "a", "tags": ["a\u202eb"]}], "columns.0.tags.0"),
        ([{"name": f"c{number}"} for number in range(10_001)], "columns"),
        ({"a": "int"}, "columns"),
        (None, "columns"),
    ],
)
def test_what_is_wrong_is_refused_by_its_field_and_makes_nothing(rest: Rest, columns: Any, field: str) -> None:
    answer = rest.client().post(ASSETS, json=body(tags=["new"], columns=columns))
    error = answer.json()["error"]
    assert (answer.status_code, error["code"], error["details"]["field"]) == (400, "INVALID_REQUEST", field), error
    assert rest.stored("assets") == rest.stored("tags") == ""


def test_a_schema_is_refused_with_what_to_send(rest: Rest) -> None:
    error = rest.client().post(ASSETS, json=body(schema=[{"name": "id"}])).json()["error"]
    assert (error["code"], error["details"]["field"]) == ("INVALID_REQUEST", "schema")
    assert "`columns`" in error["message"]


def test_a_name_that_is_taken_keeps_its_columns(rest: Rest) -> None:
    client = rest.client()
    made = ok(client.post(ASSETS, json=body(columns=COLUMNS)))
    answer = client.post(ASSETS, json=body(columns=[{"name": "other"}]))
    assert (answer.status_code, answer.json()["error"]["details"]["version"]) == (409, 1)
    assert ok(client.get(f"{ASSETS}/{made['id']}"))["schema"] == made["schema"]


def test_one_that_was_deleted_is_made_again_with_these_columns_alone_and_keeps_what_it_had(rest: Rest) -> None:
    client = rest.client()
    first = ok(client.post(ASSETS, json=body(columns=COLUMNS)))
    client.delete(f"{ASSETS}/{first['id']}").raise_for_status()
    again = ok(client.post(ASSETS, json=body(columns=[{"name": "id", "type": "text"}, {"name": "new"}])))
    assert again["id"] == first["id"]
    assert [(each["name"], each["type"]) for each in again["schema"]] == [("id", "text"), ("new", "unknown")]
    newest = rows(
        rest,
        "SELECT changes, breaking, before FROM crosswind.asset_versions v "
        "JOIN crosswind.assets a ON a.key = v.asset_key WHERE a.id = CAST(:id AS uuid) ORDER BY number DESC LIMIT 1",
        id=again["id"],
    )[0]
    assert "made again" in newest["changes"]
    assert newest["breaking"] is True
    assert newest["before"]["columns"]["id"]["data_type"] == "bigint"
    client.delete(f"{ASSETS}/{first['id']}").raise_for_status()
    assert ok(client.post(ASSETS, json=body(columns=[])))["schema"] == []


def test_a_key_makes_it_once(rest: Rest) -> None:
    client, key = rest.client(), {"Idempotency-Key": "one"}
    first = client.post(ASSETS, json=body(columns=COLUMNS), headers=key)
    second = client.post(ASSETS, json=body(columns=COLUMNS), headers=key)
    assert (first.status_code, second.status_code) == (201, 201)
    assert second.content == first.content
