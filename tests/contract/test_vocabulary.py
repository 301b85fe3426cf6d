"""Owners, domains, terms and data products over HTTP."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from sqlalchemy import text
from tests.support.app import METASTORE, PLATFORM, Rest
from tests.support.catalog import assets, connection, crawl, ok, shop

ANA = {"kind": "user", "name": "ana", "role": "steward"}
SALES = {"kind": "team", "name": "sales", "role": "business"}
NOUNS = ("domains", "terms", "data-products")


@pytest.fixture
def shelf(rest: Rest) -> dict[str, str]:
    """The ids of a shop's assets by name."""
    crawl(rest, connection(rest), shop())
    return {name: each["id"] for name, each in assets(rest.client()).items()}


def owners(client: httpx.Client, asset: str, *given: dict[str, str], **headers: str) -> httpx.Response:
    return client.put(f"{PLATFORM}/assets/{asset}/owners", json={"owners": list(given)}, headers=headers)


def made(client: httpx.Client, noun: str, name: str, **more: Any) -> dict[str, Any]:
    return dict(ok(client.post(f"{PLATFORM}/{noun}", json={"name": name, **more})))


def move(client: httpx.Client, noun: str, identifier: str, add: list[str], remove: list[str] | None = None) -> Any:
    return ok(client.post(f"{PLATFORM}/{noun}/{identifier}/assets", json={"add": add, "remove": remove or []}))


def said(client: httpx.Client, asset: str) -> dict[str, Any]:
    return dict(ok(client.get(f"{PLATFORM}/assets/{asset}/vocabulary")))


def audited(rest: Rest, entity: str) -> list[tuple[str, Any, Any]]:
    with rest.platform.session() as session:
        rows = session.execute(
            text("SELECT action, before, after FROM crosswind.audit WHERE entity_id = :id ORDER BY id"), {"id": entity}
        )
        return [(row.action, row.before, row.after) for row in rows]


def test_terms_are_found_by_their_synonyms_in_pages(rest: Rest) -> None:
    client = rest.client()
    made(client, "terms", "Churn", synonyms=["Attrition", "100%_gone"])
    made(client, "terms", "Loss of customers", synonyms=["Attrition rate"])
    made(client, "terms", "Order", synonyms=["Purchase"])
    made(client, "terms", "Plain")
    made(client, "domains", "Attrition board")

    def found(noun: str, search: str, **window: int) -> tuple[list[str], int]:
        answer = ok(client.get(f"{PLATFORM}/{noun}", params={"search": search, **window}))
        return [each["name"] for each in answer["data"]], answer["pagination"]["totalCount"]

    assert found("terms", "ATTRITION") == (["Churn", "Loss of customers"], 2)
    assert found("terms", "attrition", pageSize=1, page=2) == (["Loss of customers"], 2)
    assert found("terms", "ord") == (["Order"], 1)
    assert found("terms", "0%_g") == (["Churn"], 1)
    assert found("terms", "a%n") == ([], 0)
    assert found("domains", "attrition") == (["Attrition board"], 1)
    assert found("terms", "purchase") == (["Order"], 1)
    assert found("terms", "nothing") == ([], 0)


def test_owners_are_set_whole_and_shown_with_the_asset(rest: Rest, shelf: dict[str, str]) -> None:
    client, orders = rest.client(), shelf["orders"]
    first = ok(owners(client, orders, SALES, ANA, ANA))
    assert (first["owners"], first["version"]) == ([SALES, ANA], 2)
    assert ok(client.get(f"{METASTORE}/assets/{orders}"))["owners"] == [SALES, ANA]
    assert assets(client)["orders"]["owners"] == [SALES, ANA]
    assert assets(client)["customers"]["owners"] == []
    assert ok(owners(client, orders, ANA))["owners"] == [ANA]
    assert audited(rest, orders)[-1] == ("UPDATE", {"owners": [SALES, ANA]}, {"owners": [ANA]})
    assert ok(owners(client, orders, ANA))["version"] == 3, "the same owners again change nothing"
    assert len(audited(rest, orders)) == 2


def test_a_stale_version_of_the_asset_is_refused(rest: Rest, shelf: dict[str, str]) -> None:
    client, orders = rest.client(), shelf["orders"]
    ok(owners(client, orders, ANA, **{"If-Match": '"1"'}))
    answer = owners(client, orders, SALES, **{"If-Match": '"1"'})
    assert (answer.status_code, answer.json()["error"]["details"]["version"]) == (409, 2)
    assert owners(client, orders, {**ANA, "role": "king"}).status_code == 400
    assert owners(client, orders, {**ANA, "name": " "}).status_code == 400
    assert owners(rest.client("viewer"), orders, ANA).status_code == 403
    assert owners(rest.client(tenant="far"), orders, ANA).status_code == 404


@pytest.mark.parametrize("noun", NOUNS)
def test_words_of_the_vocabulary_are_made_changed_listed_and_removed(rest: Rest, noun: str) -> None:
    client = rest.client()
    one = made(client, noun, "Sales", description="What is sold")
    made(client, noun, "Risk")
    path = f"{PLATFORM}/{noun}/{one['id']}"
    assert client.post(f"{PLATFORM}/{noun}", json={"name": "Sales"}).status_code == 409
    changed = ok(client.put(path, json={"description": "Sold"}, headers={"If-Match": '"1"'}))
    assert (changed["name"], changed["description"], changed["version"]) == ("Sales", "Sold", 2)
    assert client.put(path, json={"name": "Risk"}).status_code == 409
    assert client.put(path, json={"name": "X"}, headers={"If-Match": '"1"'}).status_code == 409
    listed = ok(client.get(f"{PLATFORM}/{noun}", params={"pageSize": 1}))
    assert ([each["name"] for each in listed["data"]], listed["pagination"]["totalCount"]) == (["Risk"], 2)
    assert [each["name"] for each in ok(client.get(f"{PLATFORM}/{noun}", params={"search": "SAL"}))["data"]] == [
        "Sales"
    ]
    assert ok(client.get(path))["description"] == "Sold"
    assert ok(rest.client(tenant="far").get(f"{PLATFORM}/{noun}"))["data"] == []
    assert rest.client(tenant="far").get(path).status_code == 404
    assert client.delete(path).status_code == 204
    assert client.get(path).status_code == 404
    assert [each[0] for each in audited(rest, one["id"])] == ["CREATE", "UPDATE", "DELETE"]


def test_an_owner_of_a_domain_is_told_and_taken_away(rest: Rest) -> None:
    client = rest.client()
    one = made(client, "domains", "Sales", owner={"kind": "team", "name": "sales"})
    assert one["owner"] == {"kind": "team", "name": "sales"}
    assert ok(client.put(f"{PLATFORM}/domains/{one['id']}", json={"owner": None}))["owner"] is None


def test_terms_have_synonyms_and_belong_together_both_ways(rest: Rest) -> None:
    client = rest.client()
    churn = made(client, "terms", "Churn", synonyms=["Attrition", "Attrition"])
    assert churn["synonyms"] == ["Attrition"]
    leaver = made(client, "terms", "Leaver", related=["Churn"])
    assert leaver["related"] == ["Churn"]
    path = f"{PLATFORM}/terms/{churn['id']}"
    assert ok(client.get(path))["related"] == ["Leaver"]
    assert ok(client.put(path, json={"related": []}))["related"] == []
    assert ok(client.get(f"{PLATFORM}/terms/{leaver['id']}"))["related"] == []
    assert client.post(f"{PLATFORM}/terms", json={"name": "X", "related": ["nope"]}).status_code == 400


def test_an_asset_is_in_one_domain(rest: Rest, shelf: dict[str, str]) -> None:
    client, orders = rest.client(), shelf["orders"]
    sales, risk = made(client, "domains", "Sales"), made(client, "domains", "Risk")
    assert move(client, "domains", sales["id"], [orders, shelf["totals"]]) == {"added": 2, "removed": 0, "unchanged": 0}
    assert move(client, "domains", sales["id"], [orders]) == {"added": 0, "removed": 0, "unchanged": 1}
    placed = ok(client.put(f"{PLATFORM}/assets/{orders}/domain", json={"domain": "Risk"}))
    assert (placed["domain"], placed["version"]) == ("Risk", 3)
    assert ok(client.put(f"{PLATFORM}/assets/{orders}/domain", json={"domain": risk["id"]}))["version"] == 3
    assert assets(client)["orders"]["domain"] == "Risk"
    assert move(client, "domains", sales["id"], [], [orders, shelf["totals"]])["removed"] == 1
    assert ok(client.put(f"{PLATFORM}/assets/{orders}/domain", json={"domain": None}))["domain"] is None
    assert client.put(f"{PLATFORM}/assets/{orders}/domain", json={"domain": "nope"}).status_code == 400
    assert client.delete(f"{PLATFORM}/domains/{risk['id']}").status_code == 204
    unknown = client.post(f"{PLATFORM}/domains/{sales['id']}/assets", json={"add": [orders, sales["id"]]})
    assert unknown.status_code == 404
    assert said(client, orders)["domain"] is None, "all or none"


def test_an_asset_is_found_in_the_domain_it_is_in_whichever_way_it_came_there(
    rest: Rest, shelf: dict[str, str]
) -> None:
    client, orders, totals = rest.client(), shelf["orders"], shelf["totals"]
    sales, risk = made(client, "domains", "Sales"), made(client, "domains", "Risk")
    move(client, "domains", sales["id"], [orders, totals])
    assert (within(client, "Sales"), within(client, sales["id"])) == ({"orders", "totals"}, {"orders", "totals"})
    ok(client.put(f"{PLATFORM}/assets/{orders}/domain", json={"domain": "Risk"}))
    assert (within(client, "Sales"), within(client, risk["id"].upper())) == ({"totals"}, {"orders"})
    move(client, "domains", sales["id"], [orders])
    assert (within(client, "Sales"), within(client, "Risk")) == ({"orders", "totals"}, set())
    move(client, "domains", sales["id"], [], [totals])
    assert within(client, "Sales") == {"orders"}
    assert client.delete(f"{PLATFORM}/domains/{sales['id']}").status_code == 204
    made(client, "domains", "Sales")
    assert (within(client, "Sales"), within(client, "nope"), within(client, sales["id"])) == (set(), set(), set())
    ok(client.put(f"{PLATFORM}/assets/{orders}/domain", json={"domain": "Sales"}))
    ok(client.put(f"{PLATFORM}/assets/{orders}/domain", json={"domain": None}))
    assert within(client, "Sales") == set()


def within(client: httpx.Client, domain: str) -> set[str]:
    """The names of what lists and searches find in a domain, which must be the same."""
    found = ok(client.get(f"{METASTORE}/search", params={"q": f'domain:"{domain}"'}))["results"]
    assert {hit["asset"]["name"] for hit in found} == assets(client, domain=domain).keys()
    return set(assets(client, domain=domain))


def test_terms_are_put_on_assets_and_columns(rest: Rest, shelf: dict[str, str]) -> None:
    client, orders = rest.client(), shelf["orders"]
    made(client, "terms", "Churn")
    made(client, "terms", "Order")
    path = f"{PLATFORM}/assets/{orders}/terms"
    body = {"terms": ["Order"], "columns": [{"name": "net_total", "terms": ["Churn", "Order"]}]}
    found = ok(client.put(path, json=body))
    assert (found["terms"], found["columns"]) == (["Order"], {"net_total": ["Churn", "Order"]})
    assert ok(client.get(f"{METASTORE}/assets/{orders}"))["terms"] == ["Order"]
    kept = ok(client.put(path, json={"columns": [{"name": "net_total", "terms": []}]}))
    assert (kept["terms"], kept["columns"]) == (["Order"], {})
    assert client.put(path, json={"terms": ["nope"]}).status_code == 400
    assert client.put(path, json={"columns": [{"name": "nope", "terms": []}]}).status_code == 400


def test_a_data_product_is_a_set_of_assets(rest: Rest, shelf: dict[str, str]) -> None:
    client = rest.client()
    product = made(client, "data-products", "Customer 360", owner={"name": "ana"})
    assert move(client, "data-products", product["id"], list(shelf.values()))["added"] == 3
    assert move(client, "data-products", product["id"], [], [shelf["totals"]])["removed"] == 1
    assert said(client, shelf["orders"])["products"] == ["Customer 360"]
    assert said(client, shelf["totals"])["products"] == []
    path = f"{METASTORE}/assets/{shelf['orders']}"
    assert ok(client.get(path))["products"] == ["Customer 360"]
    listed = {each["name"]: each["products"] for each in ok(client.get(f"{METASTORE}/assets"))["data"]}
    assert listed == {"orders": ["Customer 360"], "customers": ["Customer 360"], "totals": []}
    for asked in ({}, {"q": "orders"}):
        facets = ok(client.get(f"{METASTORE}/search/facets", params=asked))["facets"]
        assert facets["product"] == {"Customer 360": 1 if asked else 2}
