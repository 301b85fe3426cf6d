"""Owners, domains, terms and data products in versions over HTTP: kept, compared, and brought back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from sqlalchemy import text
from tests.contract.test_versions import diff, versions
from tests.contract.test_vocabulary import ANA, SALES, made, move, owners, said
from tests.support.app import METASTORE, PLATFORM, Rest
from tests.support.catalog import assets, connection, crawl, ok, table
from tests.support.graphql import Asking
from tests.support.imports import Import
from tests.support.runs import MadeUpRuns

from crosswind.contexts.catalog.transfer.storing import Storer

WORDS = (("domains", "Sales"), ("domains", "Risk"), ("terms", "Churn"), ("terms", "Lead"))
BESIDE = {"type": "TABLE", "name": "beside", "qualified_name": "beside", "owners": [ANA]}
NOTHING: dict[str, list[Any]] = {"added": [], "removed": []}


@pytest.fixture
def asset(rest: Rest) -> str:
    crawl(rest, connection(rest), [table("t", "id bigint", "note text")])
    return str(assets(rest.client())["t"]["id"])


def place(client: httpx.Client, asset: str, domain: str | None) -> Any:
    return ok(client.put(f"{PLATFORM}/assets/{asset}/domain", json={"domain": domain}))


def mean(client: httpx.Client, asset: str, *terms: str, **columns: list[str]) -> Any:
    named = [{"name": name, "terms": of} for name, of in columns.items()]
    return ok(client.put(f"{PLATFORM}/assets/{asset}/terms", json={"terms": terms, "columns": named}))


def state(client: httpx.Client, asset: str, number: int) -> dict[str, Any]:
    return dict(ok(client.get(f"{PLATFORM}/assets/{asset}/versions/{number}"))["state"])


def restore(client: httpx.Client, asset: str, number: int, **headers: str) -> httpx.Response:
    return client.post(f"{PLATFORM}/assets/{asset}/versions/{number}/restore", headers=headers)


def test_a_diff_shows_owners_domain_terms_and_products(rest: Rest, asset: str) -> None:
    client = rest.client()
    for noun, name in WORDS:
        made(client, noun, name)
    product = made(client, "data-products", "Customer 360")["id"]
    ok(owners(client, asset, ANA))
    place(client, asset, "Sales")
    mean(client, asset, "Churn", note=["Lead"])
    move(client, "data-products", product, [asset])
    whole = diff(client, asset, before=2)
    assert whole["owners"] == {"added": [ANA], "removed": []}
    assert whole["fields"] == [{"field": "domain", "before": None, "after": "Sales"}]
    assert (whole["terms"]["added"], whole["products"]["added"]) == (["Churn"], ["Customer 360"])
    assert whole["columns"]["changed"] == {"note": [{"field": "terms", "before": [], "after": ["Lead"]}]}
    ok(owners(client, asset, SALES))
    place(client, asset, "Risk")
    mean(client, asset, "Lead", note=[])
    move(client, "data-products", product, [], [asset])
    back = diff(client, asset, before=10, after=6)
    assert back["owners"] == {"added": [ANA], "removed": [SALES]}
    assert back["terms"] == {"added": ["Churn"], "removed": ["Lead"]}
    assert back["products"] == {"added": ["Customer 360"], "removed": []}
    assert diff(client, asset, after=7)["terms"] == NOTHING
    shown = state(client, asset, 6)
    assert (shown["owners"], shown["domain"], shown["terms"]) == ([ANA], "Sales", ["Churn"])
    assert (shown["products"], shown["columns"][1]["terms"]) == (["Customer 360"], ["Lead"])
    assert (state(client, asset, 2)["owners"], state(client, asset, 2)["columns"][1]["terms"]) == ([], [])


@pytest.mark.parametrize("noun", ["domains", "terms", "data-products"])
def test_members_put_in_moved_and_taken_out_keep_what_was(rest: Rest, asset: str, noun: str) -> None:
    client = rest.client()
    field = {"domains": "domain", "terms": "terms", "data-products": "products"}[noun]
    ids = [made(client, noun, name)["id"] for name in ("Sales", "Risk")]
    for identifier in ids:
        move(client, noun, identifier, [asset])
    move(client, noun, ids[1], [], [asset])
    seen = [state(client, asset, number)[field] for number in (2, 3, 4, 5)]
    whole = [None, "Sales", "Risk", None] if noun == "domains" else [[], ["Sales"], ["Risk", "Sales"], ["Sales"]]
    assert seen == whole


def test_a_new_name_and_an_end_keep_the_old_name(rest: Rest, asset: str) -> None:
    client = rest.client()
    domain, term = made(client, "domains", "Sales")["id"], made(client, "terms", "Churn")["id"]
    place(client, asset, "Sales")
    mean(client, asset, note=["Churn"])
    ok(client.put(f"{PLATFORM}/domains/{domain}", json={"name": "Selling"}))
    ok(client.put(f"{PLATFORM}/terms/{term}", json={"name": "Leaving"}))
    assert client.delete(f"{PLATFORM}/domains/{domain}").status_code == 204
    assert client.delete(f"{PLATFORM}/terms/{term}").status_code == 204
    told = [
        (shown["domain"], shown["columns"][1]["terms"])
        for shown in (state(client, asset, number) for number in range(4, 9))
    ]
    assert told == [
        ("Sales", ["Churn"]), ("Selling", ["Churn"]), ("Selling", ["Leaving"]), (None, ["Leaving"]), (None, []),
    ]  # fmt: skip


def test_what_was_said_is_brought_back(rest: Rest, asset: str) -> None:
    client = rest.client()
    for noun, name in WORDS:
        made(client, noun, name)
    ok(owners(client, asset, ANA, SALES))
    place(client, asset, "Sales")
    mean(client, asset, "Churn", id=["Lead"], note=["Lead"])
    ok(client.put(f"{METASTORE}/assets/{asset}", json={"description": "One"}))
    before = said(client, asset)
    ok(owners(client, asset))
    place(client, asset, "Risk")
    mean(client, asset, "Lead", id=["Churn"], note=[])
    ok(client.put(f"{METASTORE}/assets/{asset}", json={"description": "Two"}))
    assert restore(client, asset, 6, **{"If-Match": '"1"'}).status_code == 409
    shown = ok(restore(client, asset, 6, **{"If-Match": f'"{said(client, asset)["version"]}"'}))
    after = said(client, asset)
    assert {**after, "version": before["version"]} == before
    assert (shown["description"], shown["owners"], shown["domain"]) == ("One", before["owners"], "Sales")
    assert shown["version"] == after["version"]
    newest = diff(client, asset, before=6)
    assert (newest["fields"], newest["owners"], newest["columns"]["changed"]) == ([], NOTHING, {})
    assert ok(restore(client, asset, 6))["version"] == after["version"], "nothing differs any more"
    ok(restore(client, asset, 2))
    assert {**said(client, asset), "version": 0} == {
        "assetId": asset, "version": 0, "owners": [], "domain": None, "terms": [], "products": [], "columns": {},
    }  # fmt: skip


def test_what_is_there_no_more_is_left_out_and_told(rest: Rest, asset: str) -> None:
    client = rest.client()
    domain, term = made(client, "domains", "Sales")["id"], made(client, "terms", "Churn")["id"]
    made(client, "domains", "Risk")
    made(client, "terms", "Lead")
    place(client, asset, "Sales")
    mean(client, asset, "Lead", note=["Churn", "Lead"])
    ok(client.put(f"{METASTORE}/assets/{asset}", json={"description": "One"}))
    for path in (f"domains/{domain}", f"terms/{term}"):
        assert client.delete(f"{PLATFORM}/{path}").status_code == 204
    answer, gone = restore(client, asset, 5), ["domain 'Sales'", "term 'Churn'"]
    assert (answer.status_code, answer.json()["error"]["details"]["missing"]) == (409, gone), "nothing else differs"
    place(client, asset, "Risk")
    mean(client, asset, note=[])
    ok(client.put(f"{METASTORE}/assets/{asset}", json={"description": "Two"}))
    shown = ok(restore(client, asset, 5))
    assert (shown["description"], shown["domain"], shown["not_restored"]) == ("One", None, gone)
    assert (shown["terms"], said(client, asset)["columns"]) == (["Lead"], {"note": ["Lead"]})
    made(client, "domains", "Sales")
    made(client, "terms", "Churn")
    again = ok(restore(client, asset, 5))
    assert (again["domain"], again["not_restored"]) == ("Sales", []), "one of that name is as good"
    assert said(client, asset)["columns"] == {"note": ["Churn", "Lead"]}


def test_what_is_left_out_is_told_by_graphql_too(rest: Rest, asset: str) -> None:
    client = rest.client()
    domain = made(client, "domains", "Sales")["id"]
    place(client, asset, "Sales")
    ok(client.put(f"{METASTORE}/assets/{asset}", json={"description": "One"}))
    assert client.delete(f"{PLATFORM}/domains/{domain}").status_code == 204
    ok(client.put(f"{METASTORE}/assets/{asset}", json={"description": "Two"}))
    numbers = [each["number"] for each in versions(client, asset)]
    number = next(each for each in numbers if state(client, asset, each)["domain"] == "Sales")
    ask = Asking(client)
    back = "mutation($id: ID!, $n: Int!) { restoreAssetVersion(assetId: $id, number: $n) { description notRestored } }"
    told = ask(back, id=asset, n=number)["restoreAssetVersion"]
    assert told == {"description": "One", "notRestored": ["domain 'Sales'"]}
    assert ask(back, id=asset, n=2)["restoreAssetVersion"]["notRestored"] == []
    shown = ask("query($id: ID!) { asset(id: $id) { name notRestored } }", id=asset)["asset"]
    assert shown["notRestored"] is None


def test_what_has_another_name_by_now_is_brought_back_under_that(rest: Rest, asset: str) -> None:
    client = rest.client()
    ids = {name: made(client, noun, name)["id"] for noun, name in WORDS}
    place(client, asset, "Sales")
    mean(client, asset, "Churn", note=["Lead"])
    place(client, asset, None)
    mean(client, asset, id=[], note=[])
    rename(client, ids)
    made(client, "domains", "Sales")
    made(client, "terms", "Churn")
    assert state(client, asset, 4)["domain"] == "Sales", "a version tells the names of its time"
    assert not any(name.endswith(("_id", "_ids")) for name in state(client, asset, 4))
    shown = ok(restore(client, asset, 4))
    assert (shown["domain"], shown["terms"], shown["not_restored"]) == ("Selling", ["Leaving"], [])
    assert said(client, asset)["columns"] == {"note": ["Leading"]}


def rename(client: httpx.Client, ids: dict[str, Any]) -> None:
    names = (("domains", "Sales", "Selling"), ("terms", "Churn", "Leaving"), ("terms", "Lead", "Leading"))
    for noun, old, new in names:
        ok(client.put(f"{PLATFORM}/{noun}/{ids[old]}", json={"name": new}))


def test_a_version_told_of_new_names_finds_what_has_them(rest: Rest, asset: str) -> None:
    client = rest.client()
    ids = {name: made(client, noun, name)["id"] for noun, name in WORDS}
    place(client, asset, "Sales")
    mean(client, asset, "Churn", note=["Lead"])
    rename(client, ids)
    place(client, asset, None)
    mean(client, asset, note=[])
    shown = ok(restore(client, asset, 4))
    assert (shown["domain"], shown["terms"]) == ("Selling", ["Leaving"])
    assert said(client, asset)["columns"] == {"note": ["Leading"]}


def forget_ids(rest: Rest) -> None:
    with rest.platform.session() as session:
        session.execute(text("UPDATE crosswind.asset_versions SET before = before - 'domain_ids'"))
        session.commit()


def test_a_version_kept_without_ids_finds_what_it_names_by_name(rest: Rest, asset: str) -> None:
    client = rest.client()
    ids = {name: made(client, noun, name)["id"] for noun, name in WORDS}
    place(client, asset, "Sales")
    place(client, asset, None)
    forget_ids(rest)
    assert ok(restore(client, asset, 3))["domain"] == "Sales"
    place(client, asset, None)
    forget_ids(rest)
    rename(client, ids)
    assert restore(client, asset, 3).json()["error"]["details"]["missing"] == ["domain 'Sales'"]


def test_terms_of_columns_that_are_gone_stay_away(rest: Rest) -> None:
    key, client = connection(rest), rest.client()
    crawl(rest, key, [table("t", "id bigint", "note text")])
    asset = str(assets(client)["t"]["id"])
    made(client, "terms", "Churn")
    mean(client, asset, "Churn", note=["Churn"], id=["Churn"])
    crawl(rest, key, [table("t", "id bigint")])
    mean(client, asset, id=[])
    ok(restore(client, asset, 3))
    assert (said(client, asset)["terms"], said(client, asset)["columns"]) == (["Churn"], {"id": ["Churn"]})


LINE = {"type": "TABLE", "name": "made", "qualified_name": "made"}
SAID: dict[str, Any] = {
    "owners": [ANA], "domain": "Sales", "terms": ["Churn"], "products": ["Customer 360"],
    "columns": [{"name": "id", "type": "int", "terms": ["Lead"], "description": "The key"}],
}  # fmt: skip
OTHERWISE: dict[str, Any] = {
    "owners": [SALES], "domain": "Risk", "terms": ["Lead"], "products": [],
    "columns": [{"name": "id", "type": "int", "terms": [], "description": "A number"}],
}  # fmt: skip


def by_batch(rest: Rest, client: httpx.Client) -> Callable[[dict[str, Any]], None]:
    def send(line: dict[str, Any]) -> None:
        ok(client.post(f"{METASTORE}/ingestion/batch", json={"assets": [LINE | line, BESIDE]}))

    return send


def by_file(rest: Rest, client: httpx.Client) -> Callable[[dict[str, Any]], None]:
    runs = MadeUpRuns()
    rest.platform.__dict__["runs"] = runs

    def send(line: dict[str, Any]) -> None:
        work = Import(rest, runs, client)
        ok(work.begin())
        ok(work.block([{"kind": "asset", **LINE, **line}, {"kind": "asset", **BESIDE}]))
        ok(work.complete())

    return send


@pytest.mark.parametrize("door", [by_batch, by_file])
def test_what_a_batch_or_a_file_says_otherwise_is_compared_and_brought_back(rest: Rest, door: Any) -> None:
    client = rest.client()
    ids = {name: made(client, noun, name)["id"] for noun, name in (*WORDS, ("data-products", "Customer 360"))}
    send = door(rest, client)
    send(SAID)
    asset = str(assets(client)["made"]["id"])
    assert [each["kind"] for each in versions(client, asset)] == ["created"]
    send(SAID)
    assert len(versions(client, asset)) == 1
    send(OTHERWISE)
    newest = versions(client, asset)[0]
    told = {f"{each} changed" for each in ("column terms", "columns", "domain", "owners", "products", "terms")}
    assert (newest["number"], told - {*newest["changes"]}) == (2, set())
    found = diff(client, asset)
    assert found["owners"] == {"added": [SALES], "removed": [ANA]}
    assert (found["terms"], found["products"]["removed"]) == (
        {"added": ["Lead"], "removed": ["Churn"]}, ["Customer 360"],
    )  # fmt: skip
    assert found["fields"] == [{"field": "domain", "before": "Sales", "after": "Risk"}]
    assert found["columns"]["changed"]["id"] == [
        {"field": "description", "before": "The key", "after": "A number"},
        {"field": "terms", "before": ["Lead"], "after": []},
    ]
    send({"description": "Two", "owners": []})
    both = diff(client, asset)
    assert (both["owners"]["removed"], [each["field"] for each in both["fields"]]) == ([SALES], ["description"])
    rename(client, ids)
    ok(restore(client, asset, 1))
    shown = said(client, asset)
    assert (shown["owners"], shown["domain"], shown["terms"]) == ([ANA], "Selling", ["Leaving"])
    assert shown["columns"] == {"id": ["Leading"]}
    assert ok(client.get(f"{METASTORE}/assets/{asset}"))["schema"][0]["description"] == "The key"
    assert [each["kind"] for each in versions(client, str(assets(client)["beside"]["id"]))] == ["created"]


def test_an_asset_that_somebody_makes_while_a_batch_is_stored_keeps_what_it_was(
    rest: Rest, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, store = rest.client(), Storer.store

    def late(storer: Storer, *given: Any, **options: Any) -> Any:
        storer._session.execute(text("SELECT now()"))
        asset = ok(client.post(f"{METASTORE}/assets", json=LINE))["id"]
        ok(owners(client, asset, ANA))
        return store(storer, *given, **options)

    monkeypatch.setattr(Storer, "store", late)
    by_batch(rest, client)({"owners": [SALES]})
    asset = str(assets(client)["made"]["id"])
    assert diff(client, asset, before=2)["owners"] == {"added": [SALES], "removed": [ANA]}


def test_a_reader_may_not_restore_and_sees_what_was_said(rest: Rest, asset: str) -> None:
    ok(owners(rest.client(), asset, ANA))
    viewer = rest.client("viewer")
    assert restore(viewer, asset, 2).status_code == 403
    assert diff(viewer, asset)["owners"]["added"] == [ANA]
    assert versions(viewer, asset)[0]["changes"] == ["owners changed"]
