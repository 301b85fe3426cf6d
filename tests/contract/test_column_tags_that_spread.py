"""Tags that spread along column lineage, shown with where they come from, and withdrawn again."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import httpx
import pytest
from sqlalchemy import text
from tests.support.app import CONNECTIONS, METASTORE, PLATFORM, Rest
from tests.support.catalog import assets, connection, crawl, ok, shop, table
from tests.support.openlineage import columns as column_lineage
from tests.support.openlineage import dataset, event, schema
from tests.support.spreading import counted, edge, found, made, reached, spreads, streamed, tag

from crosswind.contexts.catalog.repository.retention import purge_assets
from crosswind.contexts.catalog.spreading import columns, service

LINEAGE = "/metastore/api/v1/lineage"
FILL = "INSERT INTO sums ({}) SELECT {} FROM orders"
Chain = list[str]
Reached = dict[str, list[tuple[str, str, str, int]]]


@pytest.fixture
def client(rest: Rest) -> httpx.Client:
    return rest.client()


@pytest.fixture
def chain(client: httpx.Client) -> Chain:
    """Four tables, a → b → c → d; `mail` of each is made of that of the one before, `id` of none."""
    wide(client, *"abcd")
    ids = [assets(client)[name]["id"] for name in "abcd"]
    for upstream, downstream in pairwise(ids):
        edge(client, downstream, upstream, mail=["mail"])
    return ids


def wide(client: httpx.Client, *names: str, columns: tuple[str, ...] = ("id", "mail")) -> None:
    """Tables with these columns and no others."""
    shape = [{"name": column, "type": "text"} for column in columns]
    lines = [{"type": "TABLE", "name": name, "qualified_name": f"x.{name}", "columns": shape} for name in names]
    ok(client.post(f"{METASTORE}/ingestion/batch", json={"assets": lines}))


def mark(client: httpx.Client, asset: str, *tags: str, column: str = "mail") -> None:
    """Put these tags on a column, and no others."""
    body = {"columns": [{"name": column, "tags": list(tags)}]}
    ok(client.put(f"{METASTORE}/assets/{asset}", json=body))


def on_columns(client: httpx.Client, *ids: str) -> list[Reached]:
    """(tag, origin's asset, its column, depth) that reached columns of each of these, by column."""
    shown = (ok(client.get(f"{METASTORE}/assets/{each}"))["schema"] for each in ids)
    return [{column["name"]: _places(column) for column in schema if column["propagated_tags"]} for schema in shown]


def _places(column: dict[str, Any]) -> list[tuple[str, str, str, int]]:
    told = column["propagated_tags"]
    return [(each["tag"], each["from_name"], each["from_column"], each["depth"]) for each in told]


def test_a_column_s_tag_goes_to_the_columns_made_of_it_and_says_from_where(client: httpx.Client, chain: Chain) -> None:
    a, b, c, _ = chain
    mark(client, a, "PII", "Gold")
    assert on_columns(client, *chain) == [{}, {}, {}, {}], "no tag spreads by itself"
    spreads(client)
    ways = [{"mail": [("PII", "a", "mail", depth)]} for depth in (1, 2, 3)]
    assert on_columns(client, *chain) == [{}, *ways]
    whole = {"tag": "PII", "from_asset": a, "from_name": "a", "from_column": "mail", "depth": 1}
    (column,) = (each for each in ok(client.get(f"{METASTORE}/assets/{b}"))["schema"] if each["name"] == "mail")
    assert (column["tags"], column["propagated_tags"]) == ([], [whole]), "people's own tags stay theirs"
    mark(client, c, "PII")
    assert on_columns(client, *chain) == [{}, ways[0], {}, {"mail": [("PII", "c", "mail", 1)]}], "the nearest is told"


def test_a_column_s_tag_is_none_of_its_table_and_a_table_s_none_of_its_columns(
    client: httpx.Client, chain: Chain
) -> None:
    spreads(client)
    mark(client, chain[0], "PII")
    assert reached(client, *chain) == [[], [], [], []]
    mark(client, chain[0])
    tag(client, chain[0], "PII")
    assert on_columns(client, *chain) == [{}, {}, {}, {}]
    assert [len(each) for each in reached(client, *chain)] == [0, 1, 1, 1]


def test_it_is_withdrawn_when_the_tag_the_edge_the_asset_or_the_setting_goes(
    client: httpx.Client, chain: Chain
) -> None:
    a, b, _, d = chain
    spreads(client)
    mark(client, a, "PII")
    assert found(client, "tag:PII") == {"a", "b", "c", "d"}
    mark(client, a)
    assert found(client, "tag:PII") == set()
    mark(client, a, "PII")
    wide(client, "e")
    extra = assets(client)["e"]["id"]
    link = edge(client, extra, d, id="mail")
    assert on_columns(client, extra) == [{"id": [("PII", "a", "mail", 4)]}], "a single name stands for a list of one"
    assert client.delete(f"{METASTORE}/relationships/{link}").status_code == 204
    assert (on_columns(client, extra), found(client, "tag:PII")) == ([{}], {"a", "b", "c", "d"})
    assert client.delete(f"{METASTORE}/assets/{b}").status_code == 204
    assert found(client, "tag:PII") == {"a"}
    ok(client.post(f"{PLATFORM}/assets/{b}/restore"))
    assert found(client, "tag:PII") == {"a", "b", "c", "d"}
    spreads(client, depth=1)
    assert found(client, "tag:PII") == {"a", "b"}
    spreads(client, propagates=None)
    assert found(client, "tag:PII") == {"a"}
    assert on_columns(client, *chain) == [{}, {}, {}, {}]


def test_it_is_withdrawn_when_the_column_goes_and_is_back_with_it(client: httpx.Client, chain: Chain) -> None:
    spreads(client)
    mark(client, chain[0], "PII")
    wide(client, "c", columns=("id",))
    assert found(client, "tag:PII") == {"a", "b"}
    wide(client, "c")
    assert found(client, "tag:PII") == {"a", "b", "c", "d"}
    wide(client, "a", columns=("id",))
    assert found(client, "tag:PII") == set()


def test_facets_lists_and_search_find_the_table_of_a_reached_column_once(client: httpx.Client, chain: Chain) -> None:
    spreads(client)
    mark(client, chain[0], "PII")
    mark(client, chain[1], "PII")
    tag(client, chain[2], "PII")
    facets = ok(client.get(f"{METASTORE}/search/facets", params={"q": ""}))["facets"]
    assert facets["tags"] == {"PII": 4}
    assert set(assets(client, tag="PII")) == set("abcd")
    listed = assets(client, tag="PII", include="columns")
    shown = {name: {each["name"]: _places(each) for each in found["schema"]} for name, found in listed.items()}
    assert shown["b"] == {"id": [], "mail": []}
    assert shown["d"] == {"id": [], "mail": [("PII", "b", "mail", 2)]}
    one = ok(client.get(f"{METASTORE}/assets/{chain[3]}"))["schema"]
    assert str(listed["d"]["schema"]) == str(one), "as the asset shows them, in the same order"
    assert {name: len(found["propagated_tags"]) for name, found in listed.items()} == {"a": 0, "b": 0, "c": 0, "d": 1}


def test_a_circle_and_a_column_of_itself_end(client: httpx.Client, chain: Chain) -> None:
    edge(client, chain[0], chain[3], mail=["mail"], id=["mail"])
    spreads(client)
    mark(client, chain[2], "PII")
    depths = [{name: way[0][3] for name, way in each.items()} for each in on_columns(client, *chain)]
    assert depths == [{"mail": 2, "id": 2}, {"mail": 3}, {}, {"mail": 1}]


def test_it_goes_through_a_table_whose_columns_nobody_knows_but_not_one_that_lacks_the_column(
    client: httpx.Client, chain: Chain
) -> None:
    between, past = made(client, "between"), made(client, "past")
    wide(client, "end", "last")
    ids = assets(client)
    edge(client, between, chain[0], passing=["mail"])
    edge(client, ids["end"]["id"], between, id=["passing"])
    edge(client, past, chain[0], passing=["mail"])
    edge(client, ids["last"]["id"], past, id=["passing"])
    wide(client, "past", columns=("other",))
    spreads(client)
    mark(client, chain[0], "PII")
    assert on_columns(client, ids["end"]["id"], ids["last"]["id"]) == [{"id": [("PII", "a", "mail", 2)]}, {}]
    assert found(client, "tag:PII") == {"a", "b", "c", "d", "end"}


@pytest.mark.parametrize("number", [1, 30])
def test_each_column_has_its_own_way_however_many_there_are(client: httpx.Client, number: int) -> None:
    names = tuple(f"c{each}" for each in range(number))
    wide(client, "from", "to", columns=(*names, "plain"))
    ids = assets(client)
    spreads(client)
    marked = [{"name": name, "tags": ["PII"]} for name in names]
    ok(client.put(f"{METASTORE}/assets/{ids['from']['id']}", json={"columns": marked}))
    mapping = {name: ["plain", names[-1 - place]] for place, name in enumerate(names)}
    edge(client, ids["to"]["id"], ids["from"]["id"], **mapping, plain=["plain"])
    wanted = {name: [("PII", "from", mapping[name][1], 1)] for name in names}
    assert on_columns(client, ids["to"]["id"]) == [wanted]


def test_a_mapping_of_odd_shape_leads_nowhere(rest: Rest, client: httpx.Client, chain: Chain) -> None:
    spreads(client)
    mark(client, chain[0], "PII")
    for odd in ('["mail"]', '"mail"', '{"mail": {"mail": 1}}', '{"mail": [["mail"], 1, null]}', '{"mail": null}', "{}"):
        with rest.platform.session() as session:
            values = {"metadata": f'{{"column_mapping": {odd}}}'}
            session.execute(text("UPDATE crosswind.relationships SET metadata = CAST(:metadata AS jsonb)"), values)
            session.commit()
        assert service.tend(rest.platform.session, everything=True) == 1
        assert found(client, "tag:PII") == {"a"}, odd


def test_it_goes_along_views_and_statements_and_is_withdrawn_when_the_mapping_goes(
    rest: Rest, client: httpx.Client
) -> None:
    crawl(rest, connection(rest), [*shop(), table("sums", "customer integer", "total numeric")])
    spreads(client)
    ids = {name: each["id"] for name, each in assets(client).items()}
    mark(client, ids["orders"], "PII", column="net_total")
    way = [("PII", "orders", "net_total", 1)]
    for column, wanted in (("total", {"total": way}), ("customer", {"customer": way})):
        body = {"sql": FILL.format(column, "net_total"), "connection_id": "shop", "save": True}
        ok(client.post(f"{METASTORE}/lineage/sql", json=body))
        assert on_columns(client, ids["totals"], ids["sums"]) == [{"total": way}, wanted]


def test_an_event_s_column_lineage_is_followed_by_housekeeping(rest: Rest, client: httpx.Client) -> None:
    spreads(client)

    def told(**made: list[tuple[str, str]]) -> None:
        after = dataset("d.s.sums", schema=schema("total numeric", "id int"), columnLineage=column_lineage(**made))
        body = event(inputs=[dataset("d.s.rows", schema=schema("mail text"))], outputs=[after])
        assert client.post(LINEAGE, json=body).status_code == 201
        service.tend(rest.platform.session, everything=True)

    told(total=[("d.s.rows", "mail")])
    ids = {name: each["id"] for name, each in assets(client).items()}
    mark(client, ids["rows"], "PII")
    assert on_columns(client, ids["sums"]) == [{"total": [("PII", "rows", "mail", 1)]}]
    told(id=[("d.s.rows", "mail")])
    assert on_columns(client, ids["sums"]) == [{"id": [("PII", "rows", "mail", 1)]}], "the mapping went"


def test_a_large_spread_and_a_crawl_are_left_to_housekeeping(
    rest: Rest, client: httpx.Client, chain: Chain, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "SMALL", 2)
    spreads(client)
    mark(client, chain[0], "PII")
    assert found(client, "tag:PII") == {"a"}
    assert service.tend(rest.platform.session, everything=False) == 1
    assert found(client, "tag:PII") == {"a", "b", "c", "d"}
    assert service.tend(rest.platform.session, everything=False) == 0
    monkeypatch.undo()
    key = connection(rest)
    crawl(rest, key, shop())
    mark(client, assets(client)["orders"]["id"], "PII", column="net_total")
    assert found(client, "tag:PII connection:shop") == {"orders", "totals"}
    crawl(rest, key, shop()[:2])
    service.tend(rest.platform.session, everything=True)
    assert found(client, "tag:PII connection:shop") == {"orders"}


@pytest.mark.parametrize("most", ["edges", "bytes"])
def test_what_is_read_of_mappings_is_bounded(
    rest: Rest, client: httpx.Client, chain: Chain, monkeypatch: pytest.MonkeyPatch, most: str
) -> None:
    if most == "bytes":
        monkeypatch.setattr(columns, "A_MAPPING", 0)
    monkeypatch.setattr(service, "SMALL", 4)
    for number in range(5 if most == "edges" else 0):
        edge(client, made(client, f"silent{number}"), chain[0], other=["id"])
    spreads(client)
    mark(client, chain[0], "PII")
    assert found(client, "tag:PII") == {"a"}
    monkeypatch.undo()
    assert service.tend(rest.platform.session, everything=False) == 1
    assert found(client, "tag:PII") == {"a", "b", "c", "d"}


def test_an_asset_that_is_being_written_is_left_to_housekeeping(rest: Rest, client: httpx.Client, chain: Chain) -> None:
    spreads(client)
    with rest.platform.session() as other:
        other.execute(text("SELECT FROM crosswind.assets WHERE name = 'b' FOR UPDATE"))
        mark(client, chain[0], "PII")
        assert found(client, "tag:PII") == {"a", "c", "d"}
    assert service.tend(rest.platform.session, everything=False) == 1
    assert found(client, "tag:PII") == {"a", "b", "c", "d"}


def test_housekeeping_repairs_what_is_stored(rest: Rest, client: httpx.Client, chain: Chain) -> None:
    spreads(client)
    mark(client, chain[0], "PII")
    wanted = on_columns(client, *chain)
    for broken in (
        "DELETE FROM crosswind.propagated_column_tags",
        "UPDATE crosswind.propagated_column_tags SET from_key = column_key, depth = 9",
        "UPDATE crosswind.assets SET propagated_tags = CASE name WHEN 'a' THEN ARRAY['PII'] ELSE '{}' END",
    ):
        with rest.platform.session() as session:
            session.execute(text(broken))
            session.commit()
        assert service.tend(rest.platform.session, everything=True) == 1
        assert (on_columns(client, *chain), found(client, "tag:PII")) == (wanted, set("abcd"))
        with rest.platform.session() as session:
            repeated = session.scalars(text("SELECT name FROM crosswind.assets WHERE propagated_tags <> '{}'")).all()
        assert set(repeated) == set("bcd")


def test_statements_depend_on_how_far_it_goes_not_on_how_many_it_reaches(
    rest: Rest, client: httpx.Client, chain: Chain
) -> None:
    spreads(client, depth=2)
    few = counted(rest, lambda: mark(client, chain[0], "PII"))
    shown = counted(rest, lambda: client.get(f"{METASTORE}/assets/{chain[1]}"))
    mark(client, chain[0])
    wide(client, *(f"wide{number}" for number in range(30)))
    for name, asset in assets(client, search="wide").items():
        edge(client, asset["id"], chain[1], id=["mail"], mail=["mail", "id"])
        assert name.startswith("wide")
    assert counted(rest, lambda: mark(client, chain[0], "PII")) == few
    assert len(found(client, "tag:PII wide")) == 20
    assert counted(rest, lambda: client.get(f"{METASTORE}/assets/{chain[1]}")) == shown


def test_a_tag_that_does_not_spread_costs_the_same_whatever_others_do(
    rest: Rest, client: httpx.Client, chain: Chain
) -> None:
    mark(client, chain[0], "Gold")
    mark(client, chain[0])
    alone = counted(rest, lambda: mark(client, chain[0], "Gold"))
    spreads(client)
    mark(client, chain[0], "PII")
    assert counted(rest, lambda: mark(client, chain[0], "PII", "Gold")) == alone


def test_a_label_and_an_event_spread_it_too(rest: Rest, client: httpx.Client, chain: Chain) -> None:
    tags = spreads(client)
    column = ok(client.get(f"{METASTORE}/assets/{chain[0]}"))["schema"][1]
    for wish, wanted in (("addTags", set("abcd")), ("removeTags", set())):
        body = {"resources": [{"type": "column", "id": column["id"]}], wish: [tags["name"]]}
        ok(client.post(f"{CONNECTIONS}/governance/apply-tags", json=body))
        assert found(client, "tag:PII") == wanted
    shape: list[dict[str, Any]] = [{"name": "id", "type": "text"}, {"name": "mail", "type": "text", "tags": ["PII"]}]
    streamed(client, "asset.updated", "a", columns=shape)
    assert found(client, "tag:PII") == set("abcd")
    streamed(client, "asset.updated", "a", columns=[*shape[:1], {**shape[1], "tags": []}])
    assert found(client, "tag:PII") == set()


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
