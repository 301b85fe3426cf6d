"""Search and facets over HTTP."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from sqlalchemy import text
from tests.support.app import METASTORE, PLATFORM, Rest
from tests.support.catalog import connection, crawl, ok, shop, table, view

from crosswind.connectors.types import Dependency, SourceColumn
from crosswind.contexts.catalog.repository import search
from crosswind.contexts.catalog.repository import words as vocabulary


@pytest.fixture
def key(rest: Rest) -> int:
    found = connection(rest)
    delay = SourceColumn("dep_delay", 2, "integer", comment="Minutes <late> at departure")
    flights = table("FlightLegs", "id integer", delay, schema="air", comment="Every flight of the year")
    crawl(rest, found, [*shop(), flights])
    return found


QUALIFIED = ("s3://lake/legs.2026/May", "x.y.public.legs")


def made(client: httpx.Client, name: str, qualified: str) -> None:
    ok(client.post(f"{METASTORE}/assets", json={"type": "TABLE", "name": name, "qualified_name": qualified}))


def find(rest: Rest, **query: str | int) -> dict[str, dict]:  # type: ignore[type-arg]
    found = ok(rest.client("viewer").get(f"{METASTORE}/search", params=query))
    return {hit["asset"]["name"]: hit for hit in found["results"]}


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("customers", {"customers", "totals"}),
        ("customer", {"customers", "orders", "totals"}),
        ("CustomerName", {"customers"}),
        ("customer_name", {"customers"}),
        ("flight", {"FlightLegs"}),
        ("legs", {"FlightLegs"}),
        ("flightle", {"FlightLegs"}),
        ("delay", {"FlightLegs"}),
        ("departure minutes", {"FlightLegs"}),
        ("who buys", {"customers"}),
        ("air", {"FlightLegs"}),
        ("nothing", set()),
        ("delay customers", set()),
        ("!!! ' | & :*", set()),
    ],
)
def test_words_and_their_parts_are_found(rest: Rest, key: int, q: str, expected: set[str]) -> None:
    if q == "customers":
        expected = {"customers"}
    assert set(find(rest, q=q)) == expected


def test_a_hit_on_a_column_returns_its_table_with_the_column_highlighted(rest: Rest, key: int) -> None:
    hit = find(rest, q="delay")["FlightLegs"]
    assert hit["highlights"] == {"columns": ["dep_<em>delay</em>"]}
    assert (hit["asset"]["type"], hit["asset"]["connection_id"]) == ("TABLE", "shop")


def test_highlights_are_html(rest: Rest, key: int) -> None:
    assert find(rest, q="late")["FlightLegs"]["highlights"] == {
        "column_comments": ["Minutes &lt;<em>late</em>&gt; at departure"]
    }
    assert find(rest, q="flight")["FlightLegs"]["highlights"] == {
        "name": ["<em>Flight</em>Legs"],
        "description": ["Every <em>flight</em> of the year"],
    }


def test_the_name_counts_more_than_the_rest(rest: Rest, key: int) -> None:
    crawl(
        rest,
        connection(rest, "b"),
        [table("x", "orders integer"), table("orders_archive"), table("y", comment="orders")],
    )
    hits = find(rest, q="orders")
    assert list(hits) == ["orders", "orders_archive", "x", "y"]
    scores = [hit["score"] for hit in hits.values()]
    assert scores == sorted(scores, reverse=True)
    assert 0 < scores[-1] < scores[0] <= 1


def test_a_committed_write_is_in_the_next_answer(rest: Rest, key: int) -> None:
    admin = rest.client()
    orders = find(rest, q="orders")["orders"]["asset"]["id"]
    assert find(rest, q="zanzibar") == {}
    ok(admin.put(f"{METASTORE}/assets/{orders}", json={"description": "From Zanzibar", "tags": ["SpiceRoute"]}))
    assert find(rest, q="zanzibar")["orders"]["highlights"]["description"] == ["From <em>Zanzibar</em>"]
    assert find(rest, q="spice")["orders"]["highlights"]["tags"] == ["<em>Spice</em>Route"]
    ok(admin.put(f"{METASTORE}/assets/{orders}", json={"description": None}))
    assert find(rest, q="zanzibar") == {}


def test_searches_narrow_and_page(rest: Rest, key: int) -> None:
    assert set(find(rest, q="customer", type="VIEW")) == {"totals"}
    for name in ("connection_id", "connection"):
        assert set(find(rest, q="customer", **{name: "nope"})) == set()
        assert set(find(rest, q="customer", **{name: "shop"})) == {"customers", "orders", "totals"}
    twice = rest.client().get(f"{METASTORE}/search", params={"connection": "shop", "connection_id": "nope"})
    assert twice.status_code == 400
    assert set(find(rest, q="id", schema="air")) == {"FlightLegs"}
    everything = ok(rest.client("viewer").get(f"{METASTORE}/search", params={"limit": 2, "offset": 1}))
    assert (everything["total"], len(everything["results"])) == (4, 2)
    pages = [list(find(rest, q="customer", limit=1, offset=number)) for number in range(4)]
    assert [len(page) for page in pages] == [1, 1, 1, 0]
    assert len({name for page in pages for name in page}) == 3
    beyond = ok(rest.client().get(f"{METASTORE}/search", params={"q": "customer", "limit": 1, "offset": 3}))
    assert (beyond["results"], beyond["total"]) == ([], 3)


def test_facets_count_the_hits(rest: Rest, key: int) -> None:
    client = rest.client()
    orders = find(rest, q="orders")["orders"]["asset"]["id"]
    ok(client.put(f"{METASTORE}/assets/{orders}", json={"tags": ["PII", "Gold"]}))
    facets = ok(client.get(f"{METASTORE}/search/facets", params={"q": "customer"}))
    assert facets["facets"] == {
        "type": {"TABLE": 2, "VIEW": 1},
        "tags": {"Gold": 1, "PII": 1},
        "classification": {},
        "connection": {"shop": 3},
        "schema": {"public": 3},
        "owner": {},
        "domain": {},
        "term": {},
        "product": {},
    }
    assert (facets["total"], facets["total_is_capped"]) == (3, False)
    assert ok(client.get(f"{METASTORE}/search/facets"))["facets"]["schema"] == {"public": 3, "air": 1}
    tag = next(each for each in ok(client.get(f"{METASTORE}/tags"))["data"] if each["name"] == "PII")
    for named in ("PII", tag["id"], tag["id"].upper()):
        assert set(find(rest, tag=named)) == {"orders"}


def test_a_frequent_word_is_capped_and_says_so(rest: Rest, key: int) -> None:
    with rest.platform.session() as session:
        session.execute(
            text(
                "INSERT INTO crosswind.assets (tenant, type, name, qualified_name, source_words) "
                "SELECT 'default', 'TABLE', 'bulk' || n, 'x.bulk' || n, '''bulk''\\:1A' FROM generate_series(1, 2500) n"
            )
        )
        session.commit()
    found = ok(rest.client("viewer").get(f"{METASTORE}/search", params={"q": "bulk"}))
    assert (found["total"], found["total_is_capped"], len(found["results"])) == (2000, True, 20)
    assert set(list(find(rest, q="bulk2400"))[:1]) == {"bulk2400"}
    facets = ok(rest.client("viewer").get(f"{METASTORE}/search/facets", params={"q": "bulk"}))
    assert (facets["total"], facets["total_is_capped"]) == (2000, True)
    assert ok(rest.client("viewer").get(f"{METASTORE}/search"))["total"] == 2504


def test_removed_assets_are_not_found(rest: Rest, key: int) -> None:
    crawl(rest, key, shop()[:1])
    assert set(find(rest, q="customer")) == {"customers"}


def asked(rest: Rest, q: str) -> dict[str, Any]:
    return dict(ok(rest.client("viewer").get(f"{METASTORE}/search", params={"q": q})))


def names(found: dict[str, Any]) -> set[str]:
    return {hit["asset"]["name"] for hit in found["results"]}


def test_filters_stand_in_the_text(rest: Rest, key: int) -> None:
    client = rest.client()
    orders = find(rest, q="orders")["orders"]["asset"]["id"]
    ok(client.put(f"{METASTORE}/assets/{orders}", json={"tags": ["Very Secret"], "classification": "restricted"}))
    found = asked(rest, 'customer type:table tag:"Very Secret"')
    assert (names(found), found["words"]) == ({"orders"}, "customer")
    assert found["filters"] == {"type": ["TABLE"], "tag": ["Very Secret"]}
    assert found["hints"] == []
    assert names(asked(rest, "classification:restricted")) == {"orders"}
    assert names(asked(rest, "schema:air connection:shop")) == {"FlightLegs"}
    assert names(asked(rest, "schema:air schema:public type:TABLE")) == {"FlightLegs", "customers", "orders"}
    assert names(asked(rest, "connection:nope")) == set()
    assert names(asked(rest, "colour:red")) == set()
    (hint,) = asked(rest, "orders type:KING")["hints"]
    assert "'type:KING' is looked for as words: a type is CHART" in hint
    assert asked(rest, "colour:customers")["words"] == "colour:customers"
    both = ok(rest.client("viewer").get(f"{METASTORE}/search", params={"q": "type:VIEW", "type": "TABLE"}))
    assert both["results"] == [], "what is given beside the text holds too"


def test_owners_domains_terms_and_products_narrow_and_are_counted(rest: Rest, key: int) -> None:
    client = rest.client()
    ids = {name: hit["asset"]["id"] for name, hit in find(rest, limit=10).items()}
    ok(client.put(f"{PLATFORM}/assets/{ids['orders']}/owners", json={"owners": [{"name": "Ana"}]}))
    two = {"owners": [{"name": "Ana", "role": "steward"}, {"name": "Ana"}, {"kind": "team", "name": "bi"}]}
    ok(client.put(f"{PLATFORM}/assets/{ids['totals']}/owners", json=two))
    for noun, name, more in (
        ("domains", "Sales EU", {}),
        ("terms", "Churn", {"synonyms": ["Attrition"]}),
        ("data-products", "Customer 360", {}),
    ):
        made = ok(client.post(f"{PLATFORM}/{noun}", json={"name": name, **more}))
        ok(client.post(f"{PLATFORM}/{noun}/{made['id']}/assets", json={"add": [ids["orders"], ids["FlightLegs"]]}))
        kind = noun.removeprefix("data-").removesuffix("s")
        assert names(asked(rest, f"{kind}:{made['id']}")) == {"orders", "FlightLegs"}
    on_column = {"columns": [{"name": "id", "terms": ["Churn"]}]}
    ok(client.put(f"{PLATFORM}/assets/{ids['customers']}/terms", json=on_column))
    assert names(asked(rest, "owner:ana")) == {"orders", "totals"}
    assert names(asked(rest, "owner:ana owner:BI customer")) == {"totals"}
    assert names(asked(rest, 'domain:"Sales EU"')) == {"orders", "FlightLegs"}
    assert names(asked(rest, "term:Attrition")) == {"orders", "FlightLegs", "customers"}
    assert names(asked(rest, 'product:"Customer 360" customer')) == {"orders"}
    for q, expected in (("", {"Ana": 2, "bi": 1}), ("customer", {"Ana": 2, "bi": 1}), ("orders", {"Ana": 1})):
        facets = ok(client.get(f"{METASTORE}/search/facets", params={"q": q}))["facets"]
        assert facets["owner"] == expected
    facets = ok(client.get(f"{METASTORE}/search/facets", params={"q": "type:TABLE"}))["facets"]
    assert (facets["domain"], facets["term"]) == ({"Sales EU": 2}, {"Churn": 2})
    assert find(rest, owner="ana", domain="Sales EU").keys() == {"orders"}


def test_whole_words_of_a_name_come_before_beginnings_and_fresh_before_old(rest: Rest) -> None:
    crawl(rest, connection(rest), [table("userbase"), table("log_of_user"), table("a", "user text"), table("user")])
    assert list(find(rest, q="user")) == ["user", "log_of_user", "userbase", "a"]
    crawl(rest, connection(rest, "other"), [table("news_daily"), table("news_weekly")])
    with rest.platform.session() as session:
        aged = "UPDATE crosswind.assets SET updated_at = now() - interval '1 year' WHERE name = 'news_daily'"
        session.execute(text(aged))
        session.commit()
    assert list(find(rest, q="news")) == ["news_weekly", "news_daily"]


def test_what_others_read_comes_before_what_nobody_reads(rest: Rest) -> None:
    reader = view("v", "SELECT id FROM price_b", ["x text"], Dependency("public", "price_b", ("id",)))
    crawl(rest, connection(rest), [table("price_a"), table("price_b"), reader])
    assert list(find(rest, q="price")) == ["price_b", "price_a"]


@pytest.mark.parametrize("q", ["shop.shop.public.orders", "SHOP.shop.Public.orders", "ORDERS"])
def test_an_exact_name_is_first_in_any_case(rest: Rest, key: int, q: str) -> None:
    assert find(rest, q=q)["orders"]["score"] == 1


@pytest.mark.parametrize("name", ["Übersicht", "ÉTÉ", "Ωmega", "naïve café"])
def test_an_exact_name_of_any_letters_is_first(rest: Rest, name: str) -> None:
    made(rest.client(), name, f"sky.{name}")
    for q in (name, name.lower(), f"SKY.{name}"):
        assert find(rest, q=q)[name]["score"] == 1, q


@pytest.mark.parametrize(
    "q", ["legs.2026/May", "Lake/Legs.2026/May", "PUBLIC.LEGS", "public.legs", "x.y.public.legs", "y.public.LEGS"]
)
def test_the_end_of_a_qualified_name_finds_what_people_and_jobs_made(rest: Rest, q: str) -> None:
    client = rest.client()
    made(client, "May", "s3://lake/legs.2026/May")
    made(client, "legs", "x.y.public.legs")
    made(client, "legs", "x.y.xpublic.legs")
    found = ok(client.get(f"{METASTORE}/search", params={"q": q}))
    names = [hit["asset"]["qualified_name"] for hit in found["results"]]
    assert (names, found["total"]) == ([each for each in QUALIFIED if each.lower().endswith(q.lower())], 1)
    assert found["results"][0]["score"] >= 0.99
    facets = ok(client.get(f"{METASTORE}/search/facets", params={"q": q}))
    assert (facets["total"], facets["facets"]["type"]) == (1, {"TABLE": 1})


def test_a_frequent_word_is_ranked_among_the_newest(rest: Rest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "FREQUENT", 100)
    monkeypatch.setattr(search, "_ASSETS", "SELECT 1")
    with rest.platform.session() as session:
        session.execute(
            text(
                "INSERT INTO crosswind.assets (tenant, type, name, qualified_name, source_words, updated_at) "
                "SELECT 'default', 'TABLE', 'bulk' || n, 'x.bulk' || n, '''bulk''\\:1A', "
                "now() - n * interval '1 minute' FROM generate_series(1, 6000) n"
            )
        )
        session.commit()
        session.execute(text("ANALYZE crosswind.assets"))
        session.commit()
    found = asked(rest, "bulk")
    assert (found["total"], found["total_is_capped"], found["ranked_among"]) == (2000, True, "newest")
    assert "bulk1" in names(found)
    assert names(found) <= {f"bulk{number}" for number in range(1, 2002)}
    counted = ok(rest.client("viewer").get(f"{METASTORE}/search/facets", params={"q": "bulk"}))
    assert (counted["total"], counted["ranked_among"]) == (2000, "newest")
    monkeypatch.setattr(search, "WALKED", 1000)
    fallen = asked(rest, "bulk")
    assert (fallen["total"], fallen["ranked_among"]) == (2000, "some"), "too few among the newest"
    assert asked(rest, "bulk5000")["ranked_among"] == "all"


def test_parts_inside_of_words_are_found_in_the_next_request_and_marked(rest: Rest, key: int) -> None:
    found = asked(rest, "ome")
    assert (names(found), found["widened"]) == ({"customers", "orders", "totals"}, True)
    assert found["results"][0]["asset"]["name"] == "customers"
    assert found["results"][0]["highlights"]["name"] == ["cust<em>ome</em>rs"]
    assert names(asked(rest, "ome otal")) == {"orders", "totals"}
    assert names(asked(rest, "om")) == set(), "two letters stand inside of too many words"
    facets = ok(rest.client("viewer").get(f"{METASTORE}/search/facets", params={"q": "ome"}))
    assert facets["facets"]["type"] == {"TABLE": 2, "VIEW": 1}
    ok(rest.client().post(f"{METASTORE}/assets", json={"type": "TABLE", "name": "xylophones", "qualified_name": "x"}))
    assert names(asked(rest, "phon")) == {"xylophones"}


def test_what_begins_comes_before_what_holds_inside(rest: Rest) -> None:
    crawl(rest, connection(rest), [table("superuser"), table("a_user_log"), table("users")])
    assert list(find(rest, q="user")) == ["a_user_log", "users", "superuser"]


def test_words_are_read_into_the_vocabulary_and_found_beyond_the_newest(
    rest: Rest, key: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vocabulary, "LOOKED_THROUGH", 0)
    assert names(asked(rest, "light")) == set()
    vocabulary.read(rest.platform.session)
    assert names(asked(rest, "light")) == {"FlightLegs"}
    far = {"type": "TABLE", "name": "xylophones", "qualified_name": "x"}
    ok(rest.client(tenant="far").post(f"{METASTORE}/assets", json=far))
    vocabulary.read(rest.platform.session)
    with rest.platform.session() as session:
        held = set(session.scalars(text("SELECT word FROM crosswind.words")))
    assert {"flight", "xylophones"} <= held
    assert names(asked(rest, "phon")) == set(), "another tenant's word finds nothing of its"
    assert all(4 <= len(word) <= 24 for word in held)


def test_of_many_changes_a_part_is_read_at_a_time_and_nothing_is_passed_over(
    rest: Rest, key: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vocabulary, "LOOKED_THROUGH", 0)
    monkeypatch.setattr(vocabulary, "STRETCH", 1)
    for name in ("xylophones", "harpsichords", "clarinets"):
        ok(rest.client().post(f"{METASTORE}/assets", json={"type": "TABLE", "name": name, "qualified_name": name}))
    places = [vocabulary.read(rest.platform.session, seconds=0)]
    assert places[0] is not None
    assert names(asked(rest, "inets")) == set()
    while places[-1] is not None:
        places.append(vocabulary.read(rest.platform.session, places[-1], seconds=0))
    assert len(set(places)) == len(places) >= 3
    found = {word: names(asked(rest, word)) for word in ("light", "phon", "sich", "inets")}
    assert found == {"light": {"FlightLegs"}, "phon": {"xylophones"}, "sich": {"harpsichords"}, "inets": {"clarinets"}}
