"""Every query and mutation by a client that others wrote, over a real socket, beside what REST tells."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from gql import Client, gql
from gql.transport.exceptions import TransportQueryError
from graphql import FieldNode, OperationDefinitionNode, parse
from tests.support.app import METASTORE, PLATFORM, Rest
from tests.support.catalog import connection
from tests.support.graphql import Asking
from tests.support.runs import MadeUpRuns

from crosswind.doors.graphql.schema import GRAPH

NOBODY = "00000000-0000-4000-8000-000000000001"
Make = Callable[..., Client]


def run(client: Client, query: str, **variables: Any) -> dict[str, Any]:
    request = gql(query)
    request.variable_values = variables
    found: dict[str, Any] = client.execute(request)
    return found


def code(client: Client, query: str, **variables: Any) -> str:
    with pytest.raises(TransportQueryError) as caught:
        run(client, query, **variables)
    assert caught.value.errors is not None
    return str(caught.value.errors[0]["extensions"]["code"])


def test_an_asset_lives_through_every_mutation(gql_client: Make, rest: Rest) -> None:
    client, beside = gql_client(), rest.client()
    given = {
        "type": "TABLE", "name": "users", "qualifiedName": "prod.public.users", "description": "User table",
        "metadata": {"database": "prod", "owner": "ana"}, "tags": ["PII"],
    }  # fmt: skip
    made = run(
        client,
        """mutation($input: AssetInput!) { createAsset(input: $input) {
          id type name qualifiedName description metadata tags { id name category } schema { name }
          createdBy { id name } createdAt updatedAt version } }""",
        input=given,
    )["createAsset"]
    asset_id = made["id"]
    shown = beside.get(f"{METASTORE}/assets/{asset_id}").json()
    assert made["metadata"] == shown["metadata"] == given["metadata"]
    assert [tag["name"] for tag in made["tags"]] == shown["tags"] == ["PII"]
    assert (made["createdAt"], made["qualifiedName"]) == (shown["created_at"], shown["qualified_name"])
    assert made["createdBy"] == shown["created_by"]

    changed = run(
        client,
        """mutation($id: ID!, $input: AssetInput!) { updateAsset(id: $id, input: $input, version: 1) {
          description metadata version tags { name } } }""",
        id=asset_id,
        input={**given, "description": None, "metadata": {"owner": None, "rows": 3}, "tags": []},
    )["updateAsset"]
    assert changed == {"description": None, "metadata": {"database": "prod", "rows": 3}, "version": 2, "tags": []}
    described = 'mutation($id: ID!) { describeAsset(id: $id, input: {description: "Again"}) { description metadata } }'
    assert run(client, described, id=asset_id)["describeAsset"]["metadata"] == {"database": "prod", "rows": 3}

    tag = run(client, 'mutation { createTag(input: {name: "Gold", category: "Tier"}) { id name category } }')
    tag_id = tag["createTag"]["id"]
    put = "mutation($a: ID!, $t: ID!) { addTagToAsset(assetId: $a, tagId: $t) }"
    off = "mutation($a: ID!, $t: ID!) { removeTagFromAsset(assetId: $a, tagId: $t) }"
    assert run(client, put, a=asset_id, t=tag_id) == {"addTagToAsset": True}
    assert run(client, put, a=asset_id, t=tag_id) == {"addTagToAsset": False}
    assert beside.get(f"{METASTORE}/assets/{asset_id}").json()["tags"] == ["Gold"]
    assert run(client, off, a=asset_id, t=tag_id) == {"removeTagFromAsset": True}

    assert run(client, "mutation($id: ID!) { deleteAsset(id: $id) }", id=asset_id) == {"deleteAsset": True}
    assert code(client, "query($id: ID!) { asset(id: $id) { id } }", id=asset_id) == "ASSET_NOT_FOUND"
    back = run(client, "mutation($id: ID!) { restoreAsset(id: $id) { name } }", id=asset_id)
    assert back == {"restoreAsset": {"name": "users"}}


def test_relationships_and_the_designs_own_lineage_query(gql_client: Make, rest: Rest) -> None:
    ask, client = Asking(rest.client()), gql_client()
    source, view, board = ask.asset("users"), ask.asset("active", "VIEW"), ask.asset("board", "DASHBOARD")
    made = run(
        client,
        """mutation($from: ID!, $to: ID!) { createRelationship(input: {sourceAssetId: $from, targetAssetId: $to,
          type: DEPENDS_ON, metadata: {note: "hand made"}}) {
            id type metadata createdAt source { id name } target { id name } } }""",
        **{"from": view, "to": source},
    )["createRelationship"]
    assert (made["source"]["id"], made["target"]["id"], made["metadata"]) == (view, source, {"note": "hand made"})
    ask.edge(board, view, "USES")

    design = Path(__file__).with_name("examples.graphql").read_text(encoding="utf-8")
    first, second = design.split("# ---\n")
    shown = run(client, first.replace('"uuid"', f'"{source}"'))["asset"]
    assert [(edge["asset"]["name"], edge["relationship"]["type"]) for edge in shown["lineage"]["downstream"]] == [
        ("active", "DEPENDS_ON"), ("board", "USES"),
    ]  # fmt: skip
    assert shown["lineage"]["upstream"] == []
    found = run(client, second)["search"]
    assert [hit["asset"]["name"] for hit in found] == ["users"]

    asked = """query($id: ID!) { lineage(assetId: $id, depth: 1, direction: DOWNSTREAM) {
      asset { name } isPartial upstream { asset { id } } downstream { depth asset { name }
      relationship { id createdAt source { name } target { name } } } } }"""
    graph = run(client, asked, id=source)["lineage"]
    beside = rest.client().get(f"{METASTORE}/assets/{source}/lineage?depth=1&direction=downstream").json()
    assert graph["isPartial"] is beside["is_partial"] is True
    (edge,) = graph["downstream"]
    assert edge["relationship"] == {
        "id": made["id"], "createdAt": made["createdAt"], "source": {"name": "active"}, "target": {"name": "users"},
    }  # fmt: skip
    asked = "query($id: ID!) { impact(assetId: $id) { total unowned byDepth { name assets } } }"
    assert run(client, asked, id=source)["impact"] == {
        "total": 2, "unowned": 2, "byDepth": [{"name": "1", "assets": 1}, {"name": "2", "assets": 1}],
    }  # fmt: skip
    assert run(client, "mutation($id: ID!) { deleteRelationship(id: $id) }", id=made["id"])["deleteRelationship"]
    assert code(client, "mutation($id: ID!) { deleteRelationship(id: $id) }", id=made["id"]) == "RELATIONSHIP_NOT_FOUND"


def test_versions_are_told_compared_and_brought_back(gql_client: Make, rest: Rest) -> None:
    ask, client = Asking(rest.client()), gql_client()
    asset_id = ask.asset("users", description="First", tags=["PII"])
    write = 'mutation($id: ID!) { describeAsset(id: $id, input: {description: "Second", tags: []}) { version } }'
    run(client, write, id=asset_id)
    found = run(
        client,
        """query($id: ID!) { assetVersions(assetId: $id) { number kind at by { name } breaking changes }
             assetDiff(assetId: $id) { before after breaking tagsAdded tagsRemoved columns schema
               fields { field before after } } }""",
        id=asset_id,
    )
    last, first = found["assetVersions"]
    beside = rest.client().get(f"{PLATFORM}/assets/{asset_id}/versions").json()["data"]
    assert [each["number"] for each in found["assetVersions"]] == [each["number"] for each in beside]
    assert (last["kind"], last["breaking"], last["changes"]) == ("curated", False, beside[0]["changes"])
    assert (found["assetDiff"]["before"], found["assetDiff"]["after"]) == (first["number"], last["number"])
    assert found["assetDiff"]["tagsRemoved"] == ["PII"]
    assert {"field": "description", "before": "First", "after": "Second"} in found["assetDiff"]["fields"]
    back = (
        "mutation($id: ID!, $n: Int!) { restoreAssetVersion(assetId: $id, number: $n) { description tags { name } } }"
    )
    assert run(client, back, id=asset_id, n=first["number"])["restoreAssetVersion"] == {
        "description": "First", "tags": [{"name": "PII"}],
    }  # fmt: skip
    assert code(client, back, id=asset_id, n=-1) == "VERSION_NOT_FOUND"
    edges = "query($id: ID!) { relationships(assetId: $id, type: USES) { id type source { name } target { name } } }"
    edge = ask.edge(asset_id, ask.asset("other"), "USES")
    assert run(client, edges, id=asset_id)["relationships"] == [
        {"id": edge, "type": "USES", "source": {"name": "users"}, "target": {"name": "other"}}
    ]


def test_lists_are_filtered_paged_and_counted(gql_client: Make, rest: Rest) -> None:
    ask, client = Asking(rest.client()), gql_client()
    for number in range(7):
        ask.asset(f"t{number}", "VIEW" if number % 2 else "TABLE", tags=["Even"] if number % 2 == 0 else [])
    query = """query($filter: AssetFilter, $page: Pagination) { assets(filter: $filter, pagination: $page) {
      totalCount nodes { name } pageInfo { hasNextPage hasPreviousPage } } }"""
    first = run(client, query, filter={"type": "TABLE", "sort": "name:asc"}, page={"limit": 3})["assets"]
    assert first == {
        "totalCount": 4, "nodes": [{"name": "t0"}, {"name": "t2"}, {"name": "t4"}],
        "pageInfo": {"hasNextPage": True, "hasPreviousPage": False},
    }  # fmt: skip
    last = run(client, query, filter={"type": "TABLE", "sort": "name:asc"}, page={"limit": 3, "offset": 3})["assets"]
    assert (last["nodes"], last["pageInfo"]) == ([{"name": "t6"}], {"hasNextPage": False, "hasPreviousPage": True})
    even = next(tag["id"] for tag in ask("{ tags { id name } }")["tags"] if tag["name"] == "Even")
    for tag in ("Even", even):
        assert run(client, query, filter={"tags": [tag]})["assets"]["totalCount"] == 4
    assert run(client, query, filter={"search": "t3"})["assets"]["nodes"] == [{"name": "t3"}]
    assert run(client, query, filter={"createdAfter": "2999-01-01T00:00:00Z"})["assets"]["totalCount"] == 0
    assert len(run(client, query, filter=None, page={"limit": 100})["assets"]["nodes"]) == 7


def test_a_list_goes_on_after_a_cursor(gql_client: Make, rest: Rest) -> None:
    ask, client = Asking(rest.client()), gql_client()
    for number in range(7):
        ask.asset(f"t{number}", tags=["Odd" if number % 2 else "Even"])
    query = """query($after: String, $tags: [ID!]) {
      assets(filter: {sort: "name:asc", tags: $tags}, pagination: {limit: 3, after: $after}) {
        totalCount totalIsCapped nodes { name } pageInfo { hasNextPage hasPreviousPage endCursor } } }"""
    found: list[str] = []
    after = None
    while True:
        page = run(client, query, after=after)["assets"]
        assert (page["totalCount"], page["totalIsCapped"]) == (7, False)
        assert page["pageInfo"]["hasPreviousPage"] is bool(found)
        found += [node["name"] for node in page["nodes"]]
        last, after = after, page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert found == [f"t{number}" for number in range(7)]
    assert code(client, query, after=last, tags=["Odd"]) == "INVALID_REQUEST"
    assert code(client, query, after="nonsense") == "INVALID_REQUEST"
    both = run(client, query, tags=["Odd", "Even"])["assets"]
    assert both["totalCount"] == 0


def test_search_tells_highlights_and_facets(gql_client: Make, rest: Rest) -> None:
    ask, client = Asking(rest.client()), gql_client()
    ask.asset("orders", description="Orders of shops", tags=["Gold"])
    ask.asset("order_lines")
    found = run(
        client,
        """{ search(query: "orders") { asset { id name createdAt } score highlights { field fragments } }
             facets(query: "orders") { total totalIsCapped facets { name values { value count } } } }""",
    )
    best = found["search"][0]
    assert best["asset"]["name"] == "orders"
    assert {each["field"]: each["fragments"] for each in best["highlights"]}["name"] == ["<em>orders</em>"]
    facets = {each["name"]: each["values"] for each in found["facets"]["facets"]}
    assert facets["tags"] == [{"value": "Gold", "count": 1}]
    assert found["facets"]["total"] == len(found["search"])


def test_a_page_of_a_search_says_what_its_text_was_read_as(gql_client: Make, rest: Rest) -> None:
    ask, client = Asking(rest.client()), gql_client()
    for name in ("orders", "order_lines", "order_sums"):
        ask.asset(name)
    query = """query($q: String!, $at: Int) { searchPage(query: $q, pagination: {limit: 2, offset: $at}) {
      total words hints filters { name values } results { asset { name tags { name } } } } }"""
    first, second = (run(client, query, q="type:TABLE order", at=at)["searchPage"] for at in (0, 2))
    assert (first["total"], first["words"], first["hints"]) == (3, "order", [])
    assert first["filters"] == [{"name": "type", "values": ["TABLE"]}]
    names = [each["asset"]["name"] for page in (first, second) for each in page["results"]]
    assert (len(first["results"]), sorted(names)) == (2, ["order_lines", "order_sums", "orders"])
    (hint,) = run(client, query, q="type:KING order")["searchPage"]["hints"]
    assert "'type:KING' is looked for as words" in hint


def test_a_task_is_made_followed_and_cancelled(gql_client: Make, rest: Rest) -> None:
    rest.platform.__dict__["runs"] = MadeUpRuns()
    connection(rest)
    client = gql_client()
    made = run(
        client,
        """mutation { createTask(input: {type: CRAWL, priority: 7, payload: {connection_id: "shop"}}) {
          id type status priority progress connectionId payload result error createdAt startedAt } }""",
    )["createTask"]
    assert (made["type"], made["status"], made["priority"], made["connectionId"]) == ("CRAWL", "PENDING", 7, "shop")
    beside = rest.client().get(f"{METASTORE}/tasks/{made['id']}").json()
    assert (beside["created_at"], beside["payload"]) == (made["createdAt"], made["payload"])
    query = (
        "query($id: ID!, $filter: TaskFilter) { task(id: $id) { id status } tasks(filter: $filter) { id priority } }"
    )
    found = run(client, query, id=made["id"], filter={"type": "CRAWL"})
    assert found["task"] == {"id": made["id"], "status": "PENDING"}
    assert found["tasks"] == [{"id": made["id"], "priority": 7}]
    assert run(client, query, id=made["id"], filter={"status": "FAILED"})["tasks"] == []
    assert run(client, query, id=made["id"], filter={"priority": 7})["tasks"] == found["tasks"]
    assert run(client, query, id=made["id"], filter={"priority": 6})["tasks"] == []
    assert code(client, query, id=made["id"], filter={"priority": 11}) == "INVALID_REQUEST"
    assert run(client, "mutation($id: ID!) { cancelTask(id: $id) }", id=made["id"]) == {"cancelTask": True}
    assert run(client, query, id=made["id"])["task"]["status"] == "CANCELLED"
    assert code(client, 'query { task(id: "no-such") { id } }') == "TASK_NOT_FOUND"


def test_every_field_of_the_roots_is_asked_for_here() -> None:
    tree = ast.parse(Path(__file__).read_text(encoding="utf-8"))
    strings = [each.value for each in ast.walk(tree) if isinstance(each, ast.Constant) and isinstance(each.value, str)]
    documents = [each for each in strings if re.match(r"\s*(query|mutation|\{)[^\w]", each)]
    documents.append(Path(__file__).with_name("examples.graphql").read_text())
    asked = {name for document in documents for name in _selected(document)}
    roots = (GRAPH.query_type, GRAPH.mutation_type)
    assert [name for root in roots if root for name in root.fields if name not in asked] == []


def _selected(document: str) -> set[str]:
    """Which fields of the roots a document asks for."""
    operations = [each for each in parse(document).definitions if isinstance(each, OperationDefinitionNode)]
    selections = [field for each in operations for field in each.selection_set.selections]
    return {each.name.value for each in selections if isinstance(each, FieldNode)}
