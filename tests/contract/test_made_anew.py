"""An asset made under the name of a deleted one has what was given; what was said before comes back by a restore."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from tests.contract.test_versions import diff, versions
from tests.contract.test_versions_said import LINE, SAID, WORDS, by_batch, by_file
from tests.contract.test_vocabulary import ANA, SALES, made, move, said
from tests.support.app import METASTORE, PLATFORM, Rest
from tests.support.catalog import ok

BARE: dict[str, Any] = {"owners": [], "domain": None, "terms": [], "products": [], "columns": {}}


def by_post(rest: Rest, client: httpx.Client) -> Callable[[dict[str, Any]], None]:
    def send(line: dict[str, Any]) -> None:
        ok(client.post(f"{METASTORE}/assets", json=LINE | line))

    return send


@pytest.fixture
def client(rest: Rest) -> httpx.Client:
    """Somebody who deleted an asset of which everything was said, with an edge that somebody else's asset has to it."""
    client = rest.client()
    for noun, name in (*WORDS, ("data-products", "Customer 360")):
        made(client, noun, name)
    columns = [{**SAID["columns"][0], "tags": ["PII"], "classification": "confidential"}]
    whole = {**LINE, **SAID, "columns": columns, "description": "One", "tags": ["Gold"], "metadata": {"a": 1}}
    reader = {"type": "VIEW", "name": "reader", "qualified_name": "reader"}
    ok(client.post(f"{METASTORE}/ingestion/batch", json={"assets": [whole, reader]}))
    ids = {each["name"]: each["id"] for each in ok(client.get(f"{METASTORE}/assets"))["data"]}
    edge = {"source_asset_id": ids["reader"], "target_asset_id": ids["made"], "type": "DEPENDS_ON"}
    ok(client.post(f"{METASTORE}/relationships", json=edge))
    assert client.delete(f"{METASTORE}/assets/{ids['made']}").status_code == 204
    return client


def shown(client: httpx.Client) -> Any:
    (found,) = (each for each in ok(client.get(f"{METASTORE}/assets"))["data"] if each["name"] == "made")
    return ok(client.get(f"{METASTORE}/assets/{found['id']}"))


@pytest.mark.parametrize("door", [by_post, by_batch, by_file])
def test_what_was_said_before_is_gone_and_comes_back_by_a_restore(rest: Rest, client: httpx.Client, door: Any) -> None:
    door(rest, client)({"description": "Two"})
    found = shown(client)
    asset, curated = found["id"], {name: found[name] for name in ("description", "tags", "classification")}
    assert curated == {"description": "Two", "tags": [], "classification": None}
    assert {name: said(client, asset)[name] for name in BARE} == BARE
    assert [(each["name"], each["description"], each["tags"], each["classification"]) for each in found["schema"]] == [
        ("id", None, [], None)
    ]
    for asked in ({"tag": "PII"}, {"tag": "Gold"}, {"domain": "Sales"}, {"owner": "ana"}, {"term": "Lead"}):
        listed = ok(client.get(f"{METASTORE}/assets", params=asked))["data"]
        assert "made" not in {each["name"] for each in listed}, asked
    upstream = ok(client.get(f"{METASTORE}/assets/{asset}/lineage"))["downstream"]
    assert [each["asset"]["name"] for each in upstream] == ["reader"]
    before = versions(client, asset)[-1]["number"]
    whole = diff(client, asset, before=before)
    assert (whole["owners"]["removed"], whole["terms"]["removed"]) == ([ANA], ["Churn"])
    assert whole["products"]["removed"] == ["Customer 360"]
    back = ok(client.post(f"{PLATFORM}/assets/{asset}/versions/{before}/restore"))
    assert (back["description"], back["tags"], back["owners"]) == ("One", ["Gold"], [ANA])
    assert (back["domain"], back["terms"], back["products"]) == ("Sales", ["Churn"], [])
    (column,) = back["schema"]
    assert (column["description"], column["tags"], column["classification"]) == ("The key", ["PII"], "confidential")
    assert said(client, asset)["columns"] == {"id": ["Lead"]}


@pytest.mark.parametrize("door", [by_batch, by_file])
def test_what_is_said_anew_is_all_there_is(rest: Rest, client: httpx.Client, door: Any) -> None:
    column = {"name": "id", "type": "int", "terms": ["Churn"]}
    door(rest, client)({"owners": [SALES], "terms": ["Lead"], "domain": "Risk", "columns": [column]})
    asset = shown(client)["id"]
    found = said(client, asset)
    assert {name: found[name] for name in BARE} == {
        **BARE, "owners": [SALES], "terms": ["Lead"], "domain": "Risk", "columns": {"id": ["Churn"]},
    }  # fmt: skip
    whole = diff(client, asset)
    assert whole["owners"] == {"added": [SALES], "removed": [ANA]}
    assert whole["terms"] == {"added": ["Lead"], "removed": ["Churn"]}


def test_another_asset_keeps_what_is_said_of_it(client: httpx.Client, rest: Rest) -> None:
    reader = next(each for each in ok(client.get(f"{METASTORE}/assets"))["data"] if each["name"] == "reader")
    ok(client.put(f"{PLATFORM}/assets/{reader['id']}/owners", json={"owners": [ANA]}))
    product = ok(client.get(f"{PLATFORM}/data-products"))["data"][0]["id"]
    move(client, "data-products", product, [reader["id"]])
    by_post(rest, client)({})
    assert (said(client, reader["id"])["owners"], said(client, reader["id"])["products"]) == ([ANA], ["Customer 360"])
