"""Lineage that crawls found, over HTTP."""

from __future__ import annotations

from uuid import uuid4

import pytest
from sqlalchemy import text
from tests.support.app import METASTORE, Rest
from tests.support.catalog import assets, connection, crawl, ok, shop, table, view

from crosswind.connectors.types import Dependency


@pytest.fixture
def key(rest: Rest) -> int:
    found = connection(rest, environment="prod")
    crawl(rest, found, shop())
    return found


def test_lineage_names_columns_and_reaches_through_views(rest: Rest) -> None:
    key = connection(rest)
    best = view(
        "best", "SELECT customer FROM public.totals", ("customer text",), Dependency("public", "totals", ("customer",))
    )
    crawl(rest, key, [*shop(), best])
    client = rest.client("viewer")
    found = assets(client)
    lineage = ok(client.get(f"{METASTORE}/assets/{found['customers']['id']}/lineage", params={"depth": 2}))
    assert (lineage["upstream"], lineage["is_partial"]) == ([], False)
    entries = [(entry["asset"]["name"], entry["relationship"]["depth"]) for entry in lineage["downstream"]]
    assert entries == [("totals", 1), ("best", 2)]
    edge = lineage["downstream"][0]["relationship"]
    assert edge["metadata"]["column_mapping"] == {"customer": ["CustomerName"]}
    assert (edge["type"], edge["source_asset_id"], edge["target_asset_id"]) == (
        "DEPENDS_ON",
        found["totals"]["id"],
        found["customers"]["id"],
    )
    up = ok(
        client.get(f"{METASTORE}/assets/{found['best']['id']}/lineage", params={"depth": 1, "direction": "upstream"})
    )
    assert ([entry["asset"]["name"] for entry in up["upstream"]], up["downstream"], up["is_partial"]) == (
        ["totals"],
        [],
        True,
    )
    assert client.get(f"{METASTORE}/assets/{uuid4()}/lineage").status_code == 404
    assert client.get(f"{METASTORE}/assets/{found['best']['id']}/lineage", params={"depth": 11}).status_code == 400


def test_lineage_of_what_is_gone_can_still_be_asked(rest: Rest) -> None:
    key = connection(rest)
    crawl(rest, key, shop())
    client = rest.client("viewer")
    before = assets(client)
    crawl(rest, key, [shop()[1]])
    lineage = ok(client.get(f"{METASTORE}/assets/{before['customers']['id']}/lineage"))
    assert lineage["asset"]["removed_at"]
    assert [entry["asset"]["name"] for entry in lineage["downstream"]] == ["totals"]
    assert lineage["downstream"][0]["asset"]["removed_at"]


def test_a_view_meets_an_upstream_that_comes_later(rest: Rest) -> None:
    key = connection(rest)
    customers, orders, totals = shop()
    crawl(rest, key, [orders, totals])
    client = rest.client("viewer")
    path = f"{METASTORE}/assets/{assets(client)['totals']['id']}/lineage"
    assert [entry["asset"]["name"] for entry in ok(client.get(path))["upstream"]] == ["orders"]
    crawl(rest, key, [customers, orders, totals])
    assert {entry["asset"]["name"] for entry in ok(client.get(path))["upstream"]} == {"orders", "customers"}


def test_lineage_is_cut_with_an_honest_mark_and_survives_a_cycle(rest: Rest) -> None:
    key = connection(rest)
    hub = [
        view(f"v{n:04}", "SELECT id FROM public.t", ("id integer",), Dependency("public", "t", ("id",)))
        for n in range(1005)
    ]
    loop = [
        view("a", "", ("id int",), Dependency("public", "b")),
        view("b", "", ("id int",), Dependency("public", "a")),
    ]
    crawl(rest, key, [table("t"), *hub, *loop])
    client = rest.client("viewer")
    top = ok(client.get(f"{METASTORE}/assets", params={"search": "t", "type": "TABLE"}))["data"][0]["id"]
    cut = ok(client.get(f"{METASTORE}/assets/{top}/lineage"))
    assert (len(cut["downstream"]), cut["is_partial"]) == (1000, True)
    a = ok(client.get(f"{METASTORE}/assets", params={"sort": "name:asc", "limit": 1}))["data"][0]["id"]
    round_trip = ok(client.get(f"{METASTORE}/assets/{a}/lineage", params={"depth": 10}))
    assert [entry["asset"]["name"] for entry in round_trip["downstream"]] == ["b", "a"]


def test_lineage_leaves_out_what_the_caller_may_not_see(rest: Rest, key: int) -> None:
    ids = {name: each["id"] for name, each in assets(rest.client()).items()}
    other = connection(rest, "dev", environment="dev")
    with rest.platform.session() as session:
        session.execute(
            text("UPDATE crosswind.assets SET connection_key = :other WHERE name = 'totals'"), {"other": other}
        )
        session.commit()
    client = rest.client("viewer", attributes={"environment": ["prod"]})
    assert ok(client.get(f"{METASTORE}/assets/{ids['customers']}/lineage"))["downstream"] == []
