"""A domain, term or data product that is renamed or removed: its assets' answers change, so they count and tell it."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from sqlalchemy import text
from tests.contract.test_vocabulary import NOUNS, made, move, said
from tests.support.app import METASTORE, PLATFORM, Rest
from tests.support.catalog import assets, connection, crawl, ok, referable, shop

from crosswind.contexts.catalog.vocabulary import members, repository

CHANGED = dict(zip(NOUNS, ("domain", "terms", "products"), strict=True))


@pytest.fixture
def shelf(rest: Rest) -> dict[str, str]:
    """The ids of a shop's assets by name."""
    crawl(rest, connection(rest), shop())
    return {name: each["id"] for name, each in assets(rest.client()).items()}


def told(rest: Rest, asset: str) -> list[tuple[int, list[str]]]:
    """The version and what changed of each event of an asset that says what changed."""
    with rest.platform.session() as session:
        rows = session.execute(
            text("SELECT data FROM crosswind.outbox WHERE entity_id = :id AND type = 'asset.updated' ORDER BY id"),
            {"id": asset},
        ).scalars()
        return [(data["version"], data["changed"]) for data in rows if "changed" in data]


def number(client: httpx.Client, asset: str) -> int:
    return int(ok(client.get(f"{METASTORE}/assets/{asset}"))["version"])


def words(client: httpx.Client, asset: str) -> Any:
    return ok(client.get(f"{PLATFORM}/assets/{asset}/versions"))["data"][0]["changes"]


@pytest.mark.parametrize("noun", NOUNS)
def test_a_new_name_and_an_end_are_versions_and_events_of_each_asset(
    rest: Rest, shelf: dict[str, str], noun: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(members, "AT_A_TIME", 2)
    client, orders, changed = rest.client(), shelf["orders"], CHANGED[noun]
    one, other = made(client, noun, "Sales"), made(client, noun, "Risk")
    path = f"{PLATFORM}/{noun}/{one['id']}"
    move(client, noun, one["id"], list(shelf.values()))
    ok(client.put(path, json={"description": "What is sold"}))
    assert number(client, orders) == 2, "what it means is no part of the assets' answers"
    ok(client.put(path, json={"name": "Revenue"}))
    assert {number(client, each) for each in shelf.values()} == {3}
    assert said(client, orders)[changed] in ("Revenue", ["Revenue"])
    stale = client.put(f"{METASTORE}/assets/{orders}", json={"description": "x"}, headers={"If-Match": '"2"'})
    assert stale.status_code == 409
    assert "\"Sales\" renamed to 'Revenue'" in words(client, orders)[0]
    assert client.delete(f"{PLATFORM}/{noun}/{other['id']}").status_code == 204
    assert client.delete(path).status_code == 204
    assert {number(client, each) for each in shelf.values()} == {4}
    assert '"Revenue" deleted' in words(client, orders)[0]
    for each in shelf.values():
        assert told(rest, each) == [(3, [changed]), (4, [changed])]


def test_a_term_of_a_column_alone_counts_its_asset_up_once(rest: Rest, shelf: dict[str, str]) -> None:
    client, orders = rest.client(), shelf["orders"]
    churn = made(client, "terms", "Churn")
    body = {"terms": ["Churn"], "columns": [{"name": "id", "terms": ["Churn"]}]}
    ok(client.put(f"{PLATFORM}/assets/{orders}/terms", json=body))
    totals = {"columns": [{"name": "total", "terms": ["Churn"]}]}
    ok(client.put(f"{PLATFORM}/assets/{shelf['totals']}/terms", json=totals))
    ok(client.put(f"{PLATFORM}/terms/{churn['id']}", json={"name": "Leavers"}))
    assert {name: number(client, each) for name, each in shelf.items()} == {"orders": 3, "totals": 3, "customers": 1}
    assert told(rest, orders) == [(2, ["column_terms", "terms"]), (3, ["terms"])]


@pytest.mark.parametrize("noun", NOUNS)
def test_edges_and_runs_are_put_on_assets_that_are_being_told(
    rest: Rest, shelf: dict[str, str], noun: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    touch, held = repository.touch, []

    def touching(*args: Any) -> None:
        touch(*args)
        held.append(referable(rest, *shelf))

    client = rest.client()
    one = made(client, noun, "Sales")
    move(client, noun, one["id"], list(shelf.values()))
    monkeypatch.setattr(members, "touch", touching)
    ok(client.put(f"{PLATFORM}/{noun}/{one['id']}", json={"name": "Revenue"}))
    assert held == [len(shelf)]


@pytest.mark.parametrize("noun", NOUNS)
def test_an_asset_that_went_meanwhile_ends_no_walk(
    rest: Rest, shelf: dict[str, str], noun: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(members, "AT_A_TIME", 1)
    client = rest.client()
    one = made(client, noun, "Sales")
    move(client, noun, one["id"], list(shelf.values()))
    with rest.platform.session() as session:
        first = "(SELECT min(key) FROM crosswind.assets)"
        session.execute(text(f"UPDATE crosswind.assets SET tenant = 'other' WHERE key = {first}"))
        session.commit()
    ok(client.put(f"{PLATFORM}/{noun}/{one['id']}", json={"name": "Revenue"}))
    assert sorted(len(told(rest, each)) for each in shelf.values()) == [0, 1, 1]


def test_what_one_request_tells_is_not_very_much(rest: Rest) -> None:
    client = rest.client()
    one = made(client, "domains", "Sales")
    filling = """
        WITH made AS (
            INSERT INTO crosswind.assets (tenant, type, name, qualified_name, domain_key)
            SELECT d.tenant, 'TABLE', 't' || n, 's.t' || n, d.key FROM crosswind.domains d, generate_series(1, :n) n
            RETURNING key, domain_key
        )
        INSERT INTO crosswind.asset_domains (asset_key, domain_key) SELECT key, domain_key FROM made
    """
    with rest.platform.session() as session:
        session.execute(text(filling), {"n": 5_001})
        session.commit()
    path = f"{PLATFORM}/domains/{one['id']}"
    assert ok(client.put(path, json={"name": "Revenue"}))["pending"] == "rename"
    with rest.platform.session() as session:
        assert session.scalar(text("SELECT max(version) FROM crosswind.assets")) == 1
