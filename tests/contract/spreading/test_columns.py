"""Tags that spread along column lineage, shown with where they come from, and withdrawn again."""

from __future__ import annotations

import httpx
import pytest
from sqlalchemy import text
from tests.support.app import METASTORE, PLATFORM, Rest
from tests.support.catalog import assets, ok
from tests.support.spreading import (
    Chain,
    edge,
    found,
    made,
    mark,
    on_columns,
    places,
    reached,
    spreads,
    tag,
    wide,
)

from crosswind.contexts.catalog.spreading import service


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
    shown = {name: {each["name"]: places(each) for each in found["schema"]} for name, found in listed.items()}
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
