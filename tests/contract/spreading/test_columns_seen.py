"""What reached columns follows its tag, stays in its tenant, and names nothing that may not be seen."""

from __future__ import annotations

import httpx
from sqlalchemy import text
from tests.support.app import METASTORE, PLATFORM, Rest
from tests.support.catalog import assets, connection, crawl, ok, shop
from tests.support.spreading import (
    Chain,
    edge,
    found,
    mark,
    on_columns,
    spreads,
    wide,
)

from crosswind.contexts.catalog.repository.retention import purge_assets


def test_it_follows_a_new_name_and_ends_with_its_tag(rest: Rest, client: httpx.Client, chain: Chain) -> None:
    spreads(client)
    mark(client, chain[0], "PII")
    tags = {each["name"]: each["id"] for each in ok(client.get(f"{METASTORE}/tags"))["data"]}
    path = f"{PLATFORM}/tags/{tags['PII']}"
    assert client.put(path, json={"name": "Personal"}).is_success
    assert (found(client, "tag:PII"), found(client, "tag:Personal")) == (set(), set("abcd"))
    assert on_columns(client, chain[1]) == [{"mail": [("Personal", "a", "mail", 1)]}]
    assert client.delete(path, params={"force": True}).is_success
    assert found(client, "tag:Personal") == set()
    assert on_columns(client, *chain) == [{}, {}, {}, {}]


def test_it_stays_in_its_tenant(rest: Rest, client: httpx.Client, chain: Chain) -> None:
    far = rest.client(tenant="far")
    wide(far, "a", "z")
    ids = assets(far)
    edge(far, ids["z"]["id"], ids["a"]["id"], mail=["mail"])
    spreads(client)
    spreads(far)
    mark(client, chain[0], "PII")
    assert (found(client, "tag:PII"), found(far, "tag:PII")) == (set("abcd"), set())
    mark(far, ids["a"]["id"], "PII")
    mark(client, chain[0])
    assert (found(client, "tag:PII"), found(far, "tag:PII")) == (set(), {"a", "z"})


def test_the_names_of_its_origin_are_told_to_those_who_may_see_it(rest: Rest, client: httpx.Client) -> None:
    crawl(rest, connection(rest, environment="prod"), shop()[:1])
    (origin,) = assets(client).values()
    wide(client, "copy")
    copy = assets(client)["copy"]["id"]
    edge(client, copy, origin["id"], mail=["CustomerName"])
    spreads(client)
    mark(client, origin["id"], "PII", column="CustomerName")
    whole = {
        "tag": "PII", "from_asset": origin["id"], "from_name": "customers", "from_column": "CustomerName", "depth": 1,
    }  # fmt: skip
    for attributes, told in ({}, True), ({"environment": ["prod"]}, True), ({"environment": ["test"]}, False):
        reader = rest.client("viewer", attributes=attributes)
        shown = [[], [whole if told else {**whole, "from_name": None, "from_column": None}]]
        one = ok(reader.get(f"{METASTORE}/assets/{copy}"))
        assert [each["propagated_tags"] for each in one["schema"]] == shown, attributes
        (listed,) = ok(reader.get(f"{METASTORE}/assets", params={"search": "copy", "include": "columns"}))["data"]
        assert [each["propagated_tags"] for each in listed["schema"]] == shown, attributes


def test_a_purge_takes_it_away(rest: Rest, client: httpx.Client, chain: Chain) -> None:
    spreads(client)
    mark(client, chain[0], "PII")
    assert client.delete(f"{METASTORE}/assets/{chain[3]}").status_code == 204
    with rest.platform.session() as session:
        late = "UPDATE crosswind.assets SET deleted_at = now() - interval '9 days' WHERE deleted_at IS NOT NULL"
        session.execute(text(late))
        stale = """INSERT INTO crosswind.propagated_column_tags
            SELECT c.asset_key, c.key, t.key, c.key, 3 FROM crosswind.columns c JOIN crosswind.assets a
                ON a.key = c.asset_key AND a.name = 'd' CROSS JOIN crosswind.tags t"""
        session.execute(text(stale))
        assert purge_assets(session, 1, 10) == {"default": ["x.d"]}
        left = session.scalar(text("SELECT count(*) FROM crosswind.propagated_column_tags"))
    assert left == 2
