"""What a query costs: a constant number of statements for any number of assets, and limits that say what they are."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from time import process_time
from typing import Any

import pytest
from graphql import get_introspection_query
from sqlalchemy import event
from tests.support.app import Rest
from tests.support.catalog import connection, crawl, table
from tests.support.graphql import Asking

WIDE = """query($limit: Int) { assets(pagination: {limit: $limit}) { totalCount nodes {
  id name metadata createdBy { id name } tags { id name category }
  schema { name type tags { name } } owners { name } propagatedTags { tag }
  lineage(depth: 2, limit: 20) {
    upstream { asset { name tags { name } createdAt } relationship { type source { name } target { name } } }
    downstream { asset { name schema { name } } depth } } } }
  search(query: "t", pagination: {limit: $limit}) { asset { id createdAt metadata tags { name } } highlights { field } }
  searchPage(query: "t", pagination: {limit: $limit}) { hints results { asset { tags { name } } } }
}"""


@contextmanager
def statements(rest: Rest) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        seen.append(statement)

    event.listen(rest.platform.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(rest.platform.engine, "before_cursor_execute", note)


def test_a_query_over_assets_costs_a_constant_number_of_statements(rest: Rest) -> None:
    ask = Asking(rest.client())
    found = [table(f"t{number:02}", "id integer", f"c{number} text") for number in range(60)]
    crawl(rest, connection(rest), found)
    nodes = ask('{ assets(pagination: {limit: 100}, filter: {sort: "name:asc"}) { nodes { id } } }')["assets"]["nodes"]
    ids = [node["id"] for node in nodes]
    for source, target in pairwise(ids):
        ask.edge(target, source)
    for asset_id in ids:
        ask("mutation($id: ID!, $t: [ID!]) { describeAsset(id: $id, input: {tags: $t}) { id } }",
            id=asset_id, t=["Gold"])  # fmt: skip
    counted: dict[int, int] = {}
    for limit in (5, 50):
        ask(WIDE, limit=limit)
        with statements(rest) as seen:
            shown = ask(WIDE, limit=limit)["assets"]
        counted[limit] = len(seen)
        assert len(shown["nodes"]) == limit
        assert all(node["tags"] and len(node["schema"]) == 2 for node in shown["nodes"])
        assert sum(len(node["lineage"]["upstream"]) for node in shown["nodes"]) >= limit
    assert counted[5] == counted[50] <= 30, counted


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("{" + "a:__typename " * 501 + "}", "fields"),
        ("{" + " ".join(f"a{n}: __typename" for n in range(51)) + "}", "aliases"),
        (
            "{ assets(pagination: {limit: 1}) { nodes { "
            + "lineage(limit: 1) { asset { " * 6
            + "id"
            + " } }" * 6
            + " } } }",
            "levels",
        ),
        (
            "{ assets(pagination: {limit: 100}) { nodes { lineage { upstream { asset { lineage { upstream { asset { id "
            "} } } } } } } } }",
            "objects",
        ),
    ],
)
def test_what_asks_for_too_much_is_refused_with_the_figure(rest: Rest, query: str, told: str) -> None:
    answer = Asking(rest.client()).raw(query)
    (error,) = answer.json()["errors"]
    assert (answer.status_code, error["extensions"]["code"]) == (400, "INVALID_REQUEST")
    assert told in error["message"]
    assert error["extensions"]["details"]["most"] >= 12


def test_the_cost_counts_what_variables_and_defaults_ask_for(rest: Rest) -> None:
    ask = Asking(rest.client())
    query = """query($limit: Int%s) { assets(pagination: {limit: $limit}) { nodes {
      lineage(limit: 200) { upstream { asset { id } } downstream { asset { id } } } } } }"""
    (error,) = ask.raw(query % "", limit=100).json()["errors"]
    assert error["extensions"]["details"]["cost"] > error["extensions"]["details"]["most"] == 50_000
    assert ask.raw(query % " = 100").status_code == 400
    assert ask(query % "", limit=10) == {"assets": {"nodes": []}}
    fragments = "query($p: Pagination) { ...A } fragment A on Query { assets(pagination: $p) { ...B } } "
    fragments += "fragment B on AssetConnection { nodes { lineage(limit: 5000) { upstream { asset { id } } } } }"
    assert ask.raw(fragments, p={"limit": 100}).status_code == 400
    assert ask(fragments, p={"limit": 1})


def test_documents_that_nest_or_repeat_without_end_are_refused_soon(rest: Rest) -> None:
    ask = Asking(rest.client())
    for query in (
        "{" * 4000,
        "query($a: " + "[" * 3000 + "ID" + "]" * 3000 + ") { __typename }",
        "{ asset(id: " + "[" * 2400 + "]" * 2400 + ") { id } }",
        "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }",
        "{" + "x " * 6000 + "}",
        "{" + "__typename @skip(if: true) " * 900 + "}",
        "{ __schema { types " + "{ fields { type " * 4 + "{ name }" + " } }" * 4 + " } }",
        "".join(f"fragment F{n} on Query {{ ...F{n + 1} ...F{n + 1} }} " for n in range(30))
        + "fragment F30 on Query { __typename } { ...F0 }",
    ):
        began = process_time()
        answer = ask.raw(query)
        assert answer.status_code == 400
        assert process_time() - began < 10
        assert answer.json()["errors"][0]["extensions"]["code"] == "INVALID_REQUEST"


def test_pages_are_bounded_and_tools_can_introspect(rest: Rest) -> None:
    ask = Asking(rest.client())
    for limit in (0, -1, 101, 2**31 - 1):
        assert ask.code("query($l: Int) { assets(pagination: {limit: $l}) { totalCount } }", l=limit) == (
            "INVALID_REQUEST"
        )
    assert ask.code("{ assets(pagination: {offset: -1}) { totalCount } }") == "INVALID_REQUEST"
    assert ask.code('{ lineage(assetId: "00000000-0000-4000-8000-000000000001", depth: 11) { isPartial } }') == (
        "INVALID_REQUEST"
    )
    assert ask(get_introspection_query(input_value_deprecation=True, specified_by_url=True))
