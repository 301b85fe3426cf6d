"""Rights by field, tenants apart, attributes, versions, and mutations that are done whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from graphql import GraphQLNonNull, get_named_type
from tests.support.app import Rest
from tests.support.catalog import connection, crawl, table
from tests.support.graphql import Asking

from crosswind.doors.graphql.schema import GRAPH

NOBODY = "00000000-0000-4000-8000-000000000001"
VALUES: dict[str, Any] = {
    "ID": NOBODY, "Int": 1, "String": "x", "AssetInput": {"type": "TABLE", "name": "n", "qualifiedName": "q"},
    "AssetDescription": {}, "TagInput": {"name": "T"},
    "RelationshipInput": {"sourceAssetId": NOBODY, "targetAssetId": NOBODY, "type": "USES"},
    "TaskInput": {"type": "CRAWL", "payload": {"connection_id": "x"}},
}  # fmt: skip


class Field(NamedTuple):
    """A field of the roots, its permission, and a document that asks for it."""

    name: str
    permission: str
    document: str
    variables: dict[str, Any]


def fields() -> Iterator[Field]:
    for kind, root in (("query", GRAPH.query_type), ("mutation", GRAPH.mutation_type)):
        assert root is not None
        for name, field in root.fields.items():
            needed = {key: arg for key, arg in field.args.items() if isinstance(arg.type, GraphQLNonNull)}
            heads = ", ".join(f"${key}: {arg.type}" for key, arg in needed.items())
            given = ", ".join(f"{key}: ${key}" for key in needed)
            inner = " { __typename }" if hasattr(get_named_type(field.type), "fields") else ""
            document = f"{kind}{f'({heads})' if heads else ''} {{ {name}{f'({given})' if given else ''}{inner} }}"
            variables = {key: VALUES[get_named_type(arg.type).name] for key, arg in needed.items()}
            permission = str(field.description).rpartition("Needs `")[2].removesuffix("`.")
            yield Field(name, permission, document, variables)


def test_each_field_takes_its_permission_and_no_other(rest: Rest) -> None:
    nobody, holders = Asking(rest.client(scopes=["me:read", "health:read"])), {}
    for each in fields():
        (told,) = nobody.raw(each.document, **each.variables).json()["errors"]
        lacking = {"permission": each.permission}
        assert told["path"] == [each.name]
        assert (told["extensions"]["code"], told["extensions"]["details"]) == ("FORBIDDEN", lacking), each.name
        if each.permission not in holders:
            holders[each.permission] = Asking(rest.client(scopes=[each.permission]))
        for error in holders[each.permission].raw(each.document, **each.variables).json().get("errors", []):
            assert error["extensions"].get("details") != lacking, each.name
    rest.platform.denials.flush()
    assert "GraphQL Mutation.createTag" in rest.stored("audit")


def test_one_refused_field_leaves_the_others(rest: Rest) -> None:
    ask = Asking(rest.client(scopes=["asset:read"]))
    answer = ask.raw("{ assets { totalCount } tags { name } }").json()
    assert answer["data"] == {"assets": {"totalCount": 0}, "tags": None}
    assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"


def test_what_a_tag_means_takes_the_right_to_read_tags(rest: Rest) -> None:
    asset_id = Asking(rest.client()).asset("users", tags=["PII"])
    query = "query($id: ID!) { asset(id: $id) { tags { name category } } }"
    answer = Asking(rest.client(scopes=["asset:read"])).raw(query, id=asset_id).json()
    assert answer["data"]["asset"]["tags"] == [{"name": "PII", "category": None}]
    assert answer["errors"][0]["path"] == ["asset", "tags", 0, "category"]


def test_whoever_may_only_write_is_shown_no_other_assets(rest: Rest) -> None:
    ask = Asking(rest.client())
    users, view = ask.asset("users"), ask.asset("active", "VIEW")
    ask.edge(view, users)
    writer = Asking(rest.client(scopes=["asset:update", "relationship:create"]))
    lineage = """mutation($id: ID!) { describeAsset(id: $id, input: {description: "x"}) {
      description lineage { downstream { asset { name } } } } }"""
    answer = writer.raw(lineage, id=users).json()
    assert answer["data"] == {"describeAsset": {"description": "x", "lineage": None}}
    assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    edge = """mutation($a: ID!, $b: ID!) {
      createRelationship(input: {sourceAssetId: $a, targetAssetId: $b, type: USES}) { source { name } } }"""
    answer = writer.raw(edge, a=users, b=view).json()
    assert answer["data"] == {"createRelationship": None}
    assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"


def test_tenants_are_apart(rest: Rest) -> None:
    ours, theirs = Asking(rest.client(tenant="acme")), Asking(rest.client(tenant="globex"))
    asset_id = ours.asset("users", tags=["PII"])
    tag_id = ours("{ tags { id } }")["tags"][0]["id"]
    assert theirs("{ assets { totalCount } tags { name } search(query: \"users\") { score } tasks { id } }") == {
        "assets": {"totalCount": 0}, "tags": [], "search": [], "tasks": [],
    }  # fmt: skip
    for query in (
        "query($id: ID!) { asset(id: $id) { id } }",
        "query($id: ID!) { lineage(assetId: $id) { isPartial } }",
        "mutation($id: ID!) { deleteAsset(id: $id) }",
        "mutation($id: ID!) { describeAsset(id: $id, input: {}) { id } }",
        f'mutation($id: ID!) {{ addTagToAsset(assetId: $id, tagId: "{tag_id}") }}',
    ):
        assert theirs.code(query, id=asset_id) == "ASSET_NOT_FOUND"
    own = theirs.asset("users")
    assert theirs.code("mutation($a: ID!, $t: ID!) { addTagToAsset(assetId: $a, tagId: $t) }", a=own, t=tag_id) == (
        "TAG_NOT_FOUND"
    )
    edge = """mutation($a: ID!, $b: ID!) {
      createRelationship(input: {sourceAssetId: $a, targetAssetId: $b, type: USES}) { id } }"""
    assert theirs.code(edge, a=own, b=asset_id) == "ASSET_NOT_FOUND"


def test_attributes_narrow_what_is_seen(rest: Rest) -> None:
    crawl(rest, connection(rest, "prod", environment="prod"), [table("secrets")])
    query = '{ assets { totalCount nodes { name } } search(query: "secrets") { asset { name } } }'
    assert Asking(rest.client("viewer"))(query)["assets"] == {"totalCount": 1, "nodes": [{"name": "secrets"}]}
    narrowed = Asking(rest.client("viewer", attributes={"environment": ["dev"]}))
    assert narrowed(query) == {"assets": {"totalCount": 0, "nodes": []}, "search": []}


def test_a_stale_version_changes_nothing(rest: Rest) -> None:
    ask = Asking(rest.client())
    asset_id = ask.asset("users")
    write = 'mutation($id: ID!, $v: Int) { describeAsset(id: $id, version: $v, input: {description: "x"}) { version } }'
    assert ask(write, id=asset_id, v=1) == {"describeAsset": {"version": 2}}
    (told,) = ask.raw(write.replace('"x"', '"y"'), id=asset_id, v=1).json()["errors"]
    assert told["extensions"]["code"] == "VERSION_CONFLICT"
    assert told["extensions"]["details"]["version"] == 2
    assert ask.code("mutation($id: ID!) { deleteAsset(id: $id, version: 7) }", id=asset_id) == "VERSION_CONFLICT"
    assert ask("query($id: ID!) { asset(id: $id) { description } }", id=asset_id) == {"asset": {"description": "x"}}


STALE = {
    "updateAsset": 'updateAsset(id: $id, version: 1, input: {type: TABLE, name: "n", qualifiedName: "n"}) { id }',
    "addTagToAsset": "addTagToAsset(assetId: $id, tagId: $tag, version: 1)",
    "removeTagFromAsset": "removeTagFromAsset(assetId: $id, tagId: $tag, version: 1)",
    "restoreAsset": "restoreAsset(id: $id, version: 1) { id }",
    "restoreAssetVersion": "restoreAssetVersion(assetId: $id, number: 1, version: 1) { id }",
}


@pytest.mark.parametrize("field", STALE)
def test_every_write_refuses_a_stale_version(rest: Rest, field: str) -> None:
    ask = Asking(rest.client())
    asset_id = ask.asset("users", tags=["PII"])
    shown = ask('mutation($id: ID!) { describeAsset(id: $id, input: {description: "x"}) { version } }', id=asset_id)
    assert shown == {"describeAsset": {"version": 2}}
    tag = ask("{ tags { id } }")["tags"][0]["id"]
    given = "$id: ID!, $tag: ID!" if "$tag" in STALE[field] else "$id: ID!"
    (told,) = ask.raw(f"mutation({given}) {{ {STALE[field]} }}", id=asset_id, tag=tag).json()["errors"]
    assert (told["extensions"]["code"], told["extensions"]["details"]["version"]) == ("VERSION_CONFLICT", 2)
    kept = ask("query($id: ID!) { asset(id: $id) { version description tags { name } } }", id=asset_id)["asset"]
    assert kept == {"version": 2, "description": "x", "tags": [{"name": "PII"}]}


def test_a_field_that_fails_leaves_no_half_and_the_others_whole(rest: Rest) -> None:
    ask = Asking(rest.client())
    first = ask.asset("taken")
    answer = ask.raw(
        """mutation($id: ID!) {
          one: createAsset(input: {type: TABLE, name: "one", qualifiedName: "one", tags: ["One"]}) {
            name tags { name } }
          two: createAsset(input: {type: TABLE, name: "two", qualifiedName: "two", tags: ["Two"],
                                   classification: "No such"}) { name }
          three: describeAsset(id: $id, input: {description: "Three", tags: ["Three"]}) { tags { name } }
          four: createAsset(input: {type: TABLE, name: "taken", qualifiedName: "prod.public.taken"}) { name } }""",
        id=first,
    ).json()
    assert answer["data"] == {
        "one": {"name": "one", "tags": [{"name": "One"}]}, "two": None,
        "three": {"tags": [{"name": "Three"}]}, "four": None,
    }  # fmt: skip
    assert {each["path"][0]: each["extensions"]["code"] for each in answer["errors"]} == {
        "two": "INVALID_REQUEST", "four": "ALREADY_EXISTS",
    }  # fmt: skip
    assert [tag["name"] for tag in ask("{ tags { name } }")["tags"]] == ["One", "Three"]
    audited = rest.stored("audit")
    assert '"qualified_name": "one"' in audited
    assert '"qualified_name": "two"' not in audited
