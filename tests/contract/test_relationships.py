"""Relationships that people make, over HTTP: what is refused, what crawls leave alone, who sees them."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import text
from tests.support.app import METASTORE, PLATFORM, Rest
from tests.support.catalog import assets, connection, crawl, ok, shop, table

EDGES = f"{METASTORE}/relationships"
SHOWN = f"{PLATFORM}/relationships"


@pytest.fixture
def key(rest: Rest) -> int:
    found = connection(rest, environment="prod")
    crawl(rest, found, shop())
    return found


def edge(client: httpx.Client, source: str, target: str, kind: str = "DEPENDS_ON", **metadata: Any) -> httpx.Response:
    body = {"source_asset_id": source, "target_asset_id": target, "type": kind, "metadata": metadata}
    return client.post(EDGES, json=body)


def code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


def _named(asset: dict[str, Any]) -> dict[str, Any]:
    return {name: asset[name] for name in ("id", "name", "type", "qualified_name")}


def test_an_edge_is_made_shown_walked_and_removed(rest: Rest, key: int) -> None:
    admin, viewer = rest.client(subject="ana"), rest.client("viewer")
    found = assets(admin)
    orders, customers = found["orders"]["id"], found["customers"]["id"]
    made = edge(admin, orders, customers, column_mapping={"customer_id": ["id"]})
    assert made.status_code == 201, made.text
    shown = made.json()
    assert {name: shown[name] for name in ("source_asset_id", "target_asset_id", "type", "origin")} == {
        "source_asset_id": orders,
        "target_asset_id": customers,
        "type": "DEPENDS_ON",
        "origin": "person",
    }
    assert shown["created_by"]["id"] == "ana"
    assert ok(viewer.get(f"{SHOWN}/{shown['id']}")) == shown
    listed = ok(viewer.get(SHOWN, params={"assetId": customers, "type": "DEPENDS_ON"}))["data"]
    assert {each["origin"] for each in listed} == {"crawl", "person"}
    (mine,) = (each for each in listed if each["origin"] == "person")
    assert [mine["source_asset"], mine["target_asset"]] == [_named(found["orders"]), _named(found["customers"])]
    lineage = ok(viewer.get(f"{METASTORE}/assets/{orders}/lineage", params={"direction": "upstream"}))
    assert [entry["asset"]["name"] for entry in lineage["upstream"]] == ["customers"]
    assert code(viewer.delete(f"{EDGES}/{shown['id']}")) == (403, "FORBIDDEN")
    assert admin.delete(f"{EDGES}/{shown['id']}").status_code == 204
    assert code(admin.delete(f"{EDGES}/{shown['id']}")) == (404, "RELATIONSHIP_NOT_FOUND")
    with rest.platform.session() as session:
        told = session.execute(
            text("SELECT action FROM crosswind.audit WHERE entity_type = 'RELATIONSHIP' ORDER BY id")
        ).scalars()
        assert list(told) == ["CREATE", "DELETE"]


def test_duplicates_loops_missing_ends_and_wrong_columns_are_refused(rest: Rest, key: int) -> None:
    admin = rest.client()
    found = assets(admin)
    orders, customers, totals = (found[name]["id"] for name in ("orders", "customers", "totals"))
    assert edge(admin, orders, customers).status_code == 201
    assert code(edge(admin, orders, customers)) == (409, "ALREADY_EXISTS")
    assert code(edge(admin, totals, orders)) == (409, "ALREADY_EXISTS")
    assert edge(admin, customers, orders).status_code == 201
    assert edge(admin, orders, customers, "USES").status_code == 201
    assert code(edge(admin, orders, orders)) == (400, "INVALID_REQUEST")
    for ends in ((orders, str(uuid4())), (str(uuid4()), orders)):
        assert code(edge(admin, *ends)) == (404, "ASSET_NOT_FOUND")
    assert code(edge(admin, orders, customers, "OWNS")) == (400, "INVALID_REQUEST")
    for mapping in ({"nope": ["id"]}, {"customer_id": ["nope"]}, ["id"], {"customer_id": 7}):
        wrong = edge(admin, orders, customers, "CONTAINS", column_mapping=mapping)
        assert code(wrong) == (400, "INVALID_REQUEST")
        assert wrong.json()["error"]["details"]["field"].startswith("metadata.column_mapping")
    assert code(edge(admin, customers, orders, "PRODUCES", column_mapping={"nope": ["id"]})) == (400, "INVALID_REQUEST")
    made = edge(admin, customers, orders, "PRODUCES", column_mapping={"customer_id": ["id"]})
    assert made.status_code == 201, "in PRODUCES the target reads"


def test_crawled_edges_are_their_sources_and_made_ones_survive_crawls(rest: Rest, key: int) -> None:
    admin = rest.client()
    found = assets(admin)
    totals, orders = found["totals"]["id"], found["orders"]["id"]
    listed = ok(admin.get(SHOWN, params={"assetId": totals}))["data"]
    crawled = next(each for each in listed if each["origin"] == "crawl")
    refused = admin.delete(f"{EDGES}/{crawled['id']}")
    assert code(refused) == (409, "SOURCE_OWNED")
    assert "crawl" in refused.json()["error"]["message"]
    made = ok(edge(admin, orders, totals, "USES"))
    crawl(rest, key, [shop()[0], table("orders", "id bigint", "note text"), shop()[2]])
    crawl(rest, key, shop())
    assert ok(admin.get(f"{SHOWN}/{made['id']}")) == made


def test_edges_need_both_ends_to_be_seen(rest: Rest, key: int) -> None:
    admin = rest.client()
    crawl(rest, connection(rest, "dev", environment="dev"), [table("hidden")])
    found = assets(admin)
    made = ok(edge(admin, found["orders"]["id"], found["hidden"]["id"]))
    narrow = rest.client("data_engineer", attributes={"environment": ["prod"]})
    assert narrow.get(f"{SHOWN}/{made['id']}").status_code == 404
    assert made["id"] not in str(ok(narrow.get(SHOWN, params={"pageSize": 100})))
    assert code(narrow.delete(f"{EDGES}/{made['id']}")) == (404, "RELATIONSHIP_NOT_FOUND")
    assert code(edge(narrow, found["orders"]["id"], found["hidden"]["id"], "USES")) == (404, "ASSET_NOT_FOUND")
    foreign = rest.client(tenant="acme")
    assert code(foreign.delete(f"{EDGES}/{made['id']}")) == (404, "RELATIONSHIP_NOT_FOUND")
    admin.delete(f"{METASTORE}/assets/{found['hidden']['id']}")
    assert admin.get(f"{SHOWN}/{made['id']}").status_code == 404
