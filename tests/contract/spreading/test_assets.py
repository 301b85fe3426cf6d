"""Tags that spread along lineage, shown with where they come from, and withdrawn again."""

from __future__ import annotations

from itertools import pairwise

import httpx
import pytest
from sqlalchemy import text
from tests.support.app import METASTORE, PLATFORM, Rest
from tests.support.catalog import assets, connection, crawl, ok, shop
from tests.support.spreading import Chain, counted, edge, found, made, reached, spreads, streamed, tag

from crosswind.contexts.catalog.spreading import service


@pytest.fixture
def chain(client: httpx.Client) -> Chain:
    """Four assets, a → b → c → d, each made of the one before."""
    ids = [made(client, name) for name in "abcd"]
    for upstream, downstream in pairwise(ids):
        edge(client, downstream, upstream)
    return ids


def test_a_tag_goes_downstream_and_says_from_where(client: httpx.Client, chain: Chain) -> None:
    a, b, c, _ = chain
    tag(client, a, "PII", "Gold")
    assert reached(client, *chain) == [[], [], [], []], "no tag spreads by itself"
    assert spreads(client)["propagates"] == "downstream"
    assert reached(client, *chain) == [[], [("PII", a, 1)], [("PII", a, 2)], [("PII", a, 3)]]
    assert ok(client.get(f"{METASTORE}/assets/{b}"))["tags"] == [], "people's own tags stay theirs"
    tag(client, c, "PII")
    assert reached(client, *chain) == [[], [("PII", a, 1)], [], [("PII", c, 1)]], "the nearest origin is told"


def test_it_is_withdrawn_when_the_tag_the_edge_the_asset_or_the_setting_goes(
    client: httpx.Client, chain: Chain
) -> None:
    a, b, _, d = chain
    spreads(client)
    tag(client, a, "PII")
    assert found(client, "tag:PII") == {"a", "b", "c", "d"}
    tag(client, a)
    assert found(client, "tag:PII") == set()
    tag(client, a, "PII")
    extra = made(client, "e")
    link = edge(client, extra, d)
    assert found(client, "tag:PII") == {"a", "b", "c", "d", "e"}
    assert client.delete(f"{METASTORE}/relationships/{link}").status_code == 204
    assert found(client, "tag:PII") == {"a", "b", "c", "d"}
    assert client.delete(f"{METASTORE}/assets/{b}").status_code == 204
    assert found(client, "tag:PII") == {"a"}
    ok(client.post(f"{PLATFORM}/assets/{b}/restore"))
    assert found(client, "tag:PII") == {"a", "b", "c", "d"}
    spreads(client, depth=1)
    assert found(client, "tag:PII") == {"a", "b"}
    spreads(client, propagates=None)
    assert found(client, "tag:PII") == {"a"}
    assert reached(client, *chain) == [[], [], [], []]


def test_facets_count_what_was_reached_once(client: httpx.Client, chain: Chain) -> None:
    spreads(client)
    tag(client, chain[0], "PII")
    tag(client, chain[1], "PII")
    facets = ok(client.get(f"{METASTORE}/search/facets", params={"q": ""}))["facets"]
    assert facets["tags"] == {"PII": 4}
    listed = ok(client.get(f"{METASTORE}/assets", params={"tag": "PII"}))
    assert {each["name"]: len(each["propagated_tags"]) for each in listed["data"]} == {"a": 0, "b": 0, "c": 1, "d": 1}


def test_a_circle_ends(client: httpx.Client, chain: Chain) -> None:
    edge(client, chain[0], chain[3])
    spreads(client)
    tag(client, chain[2], "PII")
    assert [each[0][2] if each else 0 for each in reached(client, *chain)] == [2, 3, 0, 1]


def test_a_large_spread_and_a_crawl_are_left_to_housekeeping(
    rest: Rest, client: httpx.Client, chain: Chain, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "SMALL", 2)
    spreads(client)
    tag(client, chain[0], "PII")
    assert found(client, "tag:PII") == {"a"}
    assert service.tend(rest.platform.session, everything=False) == 1
    assert found(client, "tag:PII") == {"a", "b", "c", "d"}
    assert service.tend(rest.platform.session, everything=False) == 0
    monkeypatch.undo()
    key = connection(rest)
    crawl(rest, key, shop())
    orders = next(iter(ok(client.get(f"{METASTORE}/search", params={"q": "orders"}))["results"]))["asset"]["id"]
    tag(client, orders, "PII")
    assert found(client, "tag:PII connection:shop") == {"orders", "totals"}
    crawl(rest, key, shop()[:2])
    service.tend(rest.platform.session, everything=True)
    assert found(client, "tag:PII connection:shop") == {"orders"}
    assert found(client, "tag:PII") == {"a", "b", "c", "d", "orders"}


def test_an_asset_that_is_being_written_is_left_to_housekeeping(rest: Rest, client: httpx.Client, chain: Chain) -> None:
    spreads(client)
    with rest.platform.session() as other:
        other.execute(text("SELECT FROM crosswind.assets WHERE name = 'b' FOR UPDATE"))
        tag(client, chain[0], "PII")
        assert found(client, "tag:PII") == {"a", "c", "d"}
    assert service.tend(rest.platform.session, everything=False) == 1
    assert found(client, "tag:PII") == {"a", "b", "c", "d"}


def test_statements_depend_on_how_far_it_goes_not_on_how_many_it_reaches(
    rest: Rest, client: httpx.Client, chain: Chain
) -> None:
    spreads(client, depth=2)

    few = counted(rest, lambda: tag(client, chain[0], "PII"))
    tag(client, chain[0])
    for number in range(30):
        edge(client, made(client, f"wide{number}"), chain[1])
    assert counted(rest, lambda: tag(client, chain[0], "PII")) == few
    assert len(found(client, "tag:PII wide")) == 20


def test_whose_it_is_and_who_may(rest: Rest, client: httpx.Client) -> None:
    one = ok(client.post(f"{METASTORE}/tags", json={"name": "PII"}))
    path = f"{PLATFORM}/tags/{one['id']}/propagation"
    assert rest.client("viewer").put(path, json={"propagates": None}).status_code == 403
    assert rest.client(tenant="far").put(path, json={"propagates": None}).status_code == 404
    assert client.put(path, json={"propagates": "upstream"}).status_code == 400
    assert client.put(path, json={"propagates": "downstream", "depth": 11}).status_code == 400
    ok(client.put(path, json={"propagates": "downstream", "depth": 3}))
    assert ok(client.get(f"{METASTORE}/tags"))["data"][0]["propagation_depth"] == 3


def test_it_is_withdrawn_when_an_event_takes_the_tag_off(client: httpx.Client, chain: Chain) -> None:
    spreads(client)
    streamed(client, "asset.updated", "a", tags=["PII"])
    assert found(client, "tag:PII") == {"a", "b", "c", "d"}
    streamed(client, "asset.updated", "a", description="The first")
    assert found(client, "tag:PII") == {"a", "b", "c", "d"}, "what an event leaves out stays"
    streamed(client, "asset.updated", "a", tags=[])
    assert found(client, "tag:PII") == set()
    audits = ok(client.get(f"{METASTORE}/audits", params={"entity_type": "ASSET", "entity_id": chain[0]}))["data"]
    told = [(each["action"], (each["before_state"] or {}).get("tags")) for each in audits]
    assert told[:3] == [("UPDATE", ["PII"]), ("UPDATE", None), ("UPDATE", [])]


@pytest.mark.parametrize("streams", [False, True])
def test_it_goes_on_through_an_asset_that_is_made_again(client: httpx.Client, chain: Chain, streams: bool) -> None:
    spreads(client)
    tag(client, chain[0], "PII")
    assert client.delete(f"{METASTORE}/assets/{chain[1]}").status_code == 204
    assert found(client, "tag:PII") == {"a"}
    streamed(client, "asset.created", "b") if streams else made(client, "b")
    assert found(client, "tag:PII") == {"a", "b", "c", "d"}
    assert reached(client, *chain[1:]) == [[("PII", chain[0], depth)] for depth in (1, 2, 3)]
    assert client.delete(f"{METASTORE}/assets/{chain[0]}").status_code == 204
    assert found(client, "tag:PII") == set()


def test_the_name_of_its_origin_is_told_to_those_who_may_see_it(rest: Rest, client: httpx.Client) -> None:
    crawl(rest, connection(rest, environment="prod"), shop()[:1])
    (origin,) = assets(client).values()
    copy = made(client, "copy")
    edge(client, copy, origin["id"])
    spreads(client)
    tag(client, origin["id"], "PII")
    whole = {"tag": "PII", "from_asset": origin["id"], "from_name": "customers", "depth": 1}
    for attributes, told in ({}, whole), ({"environment": ["prod"]}, whole), ({"environment": ["test"]}, None):
        reader = rest.client("viewer", attributes=attributes)
        shown = [whole if told else {**whole, "from_name": None}]
        assert ok(reader.get(f"{METASTORE}/assets/{copy}"))["propagated_tags"] == shown, attributes
        listed = ok(reader.get(f"{METASTORE}/assets", params={"search": "copy"}))["data"]
        assert [each["propagated_tags"] for each in listed] == [shown], attributes
