"""Lineage over HTTP: bounds, filters, columns, many assets at once, and what breaks downstream."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import event, text
from tests.support.app import METASTORE, PLATFORM, Rest
from tests.support.catalog import connection, ok

from crosswind.contexts.catalog.schemas.lineage import LineageQuery
from crosswind.kit.actor import DEFAULT_TENANT, Actor

Edge = tuple[str, str, str, dict[str, Any]]


def grow(rest: Rest, names: list[str], edges: list[Edge], *, connection_key: int | None = None) -> dict[str, UUID]:
    """Assets and edges as given (`source`, `type`, `target`, metadata); returns ids by name."""
    make = text(
        "INSERT INTO crosswind.assets (tenant, connection_key, type, name, qualified_name) "
        "VALUES (:tenant, :connection, :type, :name, :name) RETURNING id"
    )
    join = text(
        "INSERT INTO crosswind.relationships (tenant, type, source_key, target_key, target_name, metadata) "
        "SELECT s.tenant, :type, s.key, t.key, t.qualified_name, CAST(:metadata AS jsonb) "
        "FROM crosswind.assets s, crosswind.assets t WHERE s.name = :source AND t.name = :target"
    )
    import json

    with rest.platform.session() as session:
        ids = {}
        for name in names:
            kind = {"p": "PIPELINE", "d": "DASHBOARD"}.get(name[0], "TABLE")
            values = {"tenant": DEFAULT_TENANT, "connection": connection_key, "type": kind, "name": name}
            ids[name] = session.execute(make, values).scalar_one()
        for source, kind, target, metadata in edges:
            values = {"source": source, "type": kind, "target": target, "metadata": json.dumps(metadata)}
            session.execute(join, values)
        session.commit()
    return ids


def maps(**columns: list[str]) -> dict[str, Any]:
    return {"column_mapping": columns, "column_lineage": "parsed"}


def lineage(client: httpx.Client, identifier: UUID, **query: Any) -> dict[str, Any]:
    found: dict[str, Any] = ok(client.get(f"{METASTORE}/assets/{identifier}/lineage", params=query))
    return found


def _lineage(by: dict[str, str], client: httpx.Client, identifier: UUID, **query: Any) -> dict[str, Any]:
    return lineage(client, identifier, **by, **query)


def names(entries: list[dict[str, Any]]) -> list[str]:
    return [entry["asset"]["name"] for entry in entries]


CHAIN: list[Edge] = [
    ("b", "DEPENDS_ON", "a", maps(x=["i"], y=["i", "j"])),
    ("c", "DEPENDS_ON", "b", maps(z=["x"])),
    ("dash", "USES", "c", {}),
    ("p1", "USES", "a", {}),
    ("p1", "PRODUCES", "e", {}),
]


@pytest.fixture
def ids(rest: Rest) -> dict[str, UUID]:
    return grow(rest, ["a", "b", "c", "dash", "p1", "e"], CHAIN)


def test_edges_flow_by_their_type_and_the_filters_narrow_them(rest: Rest, ids: dict[str, UUID]) -> None:
    client = rest.client("viewer")
    everything = lineage(client, ids["a"], depth=5)
    assert sorted(names(everything["downstream"])) == ["b", "c", "dash", "e", "p1"]
    assert not everything["is_partial"]
    assert not lineage(client, ids["a"], depth=3)["is_partial"]
    assert lineage(client, ids["a"], depth=2)["is_partial"]
    depends = lineage(client, ids["a"], depth=5, relationship_type="DEPENDS_ON")
    assert names(depends["downstream"]) == ["b", "c"]
    shown = lineage(client, ids["a"], depth=5, asset_type=["DASHBOARD", "PIPELINE"])
    assert sorted(names(shown["downstream"])) == ["dash", "p1"]
    produced = lineage(client, ids["e"], depth=5)["upstream"]
    assert [(entry["asset"]["name"], entry["relationship"]["type"]) for entry in produced] == [
        ("p1", "PRODUCES"),
        ("a", "USES"),
    ]
    edge = produced[0]["relationship"]
    assert (edge["source_asset_id"], edge["target_asset_id"]) == (str(ids["p1"]), str(ids["e"]))


@pytest.mark.parametrize(
    "query",
    [{"limit": 0}, {"limit": 5001}, {"relationship_type": "CONTAINS"}, {"asset_type": "COLUMN"}, {"column": ""}],
)
def test_what_lineage_does_not_take_is_named(rest: Rest, ids: dict[str, UUID], query: dict[str, Any]) -> None:
    answer = rest.client("viewer").get(f"{METASTORE}/assets/{ids['a']}/lineage", params=query)
    assert (answer.status_code, answer.json()["error"]["details"]["field"].partition(".")[0]) == (
        400,
        next(iter(query)),
    )


def test_a_column_is_followed_through_what_edges_say_of_columns(rest: Rest, ids: dict[str, UUID]) -> None:
    client = rest.client("viewer")
    down = lineage(client, ids["a"], column="i", depth=5)
    assert [(entry["asset"]["name"], entry["relationship"]["columns"]) for entry in down["downstream"]] == [
        ("b", [{"upstream": "i", "downstream": "x"}, {"upstream": "i", "downstream": "y"}]),
        ("c", [{"upstream": "x", "downstream": "z"}]),
    ]
    assert down["is_partial"], "edges that say nothing of columns may go on"
    other = lineage(client, ids["a"], column="j", depth=5, relationship_type="DEPENDS_ON")
    assert (names(other["downstream"]), other["is_partial"]) == (["b"], False)
    up = lineage(client, ids["c"], column="z", depth=5, direction="upstream")
    assert (names(up["upstream"]), up["is_partial"]) == (["b", "a"], False)


def test_a_column_that_is_not_there_is_told(rest: Rest, ids: dict[str, UUID]) -> None:
    with rest.platform.session() as session:
        session.execute(
            text(
                "INSERT INTO crosswind.columns (tenant, asset_key, name, position, data_type, nullable) "
                "SELECT tenant, key, 'i', 1, 'int', true FROM crosswind.assets WHERE name = 'a'"
            )
        )
        session.commit()
    client = rest.client("viewer")
    assert lineage(client, ids["a"], column="i")["downstream"]
    wrong = client.get(f"{METASTORE}/assets/{ids['a']}/lineage", params={"column": "nope"})
    assert (wrong.status_code, wrong.json()["error"]["details"]["field"]) == (400, "column")


def test_what_people_wrote_as_a_mapping_breaks_nothing(rest: Rest) -> None:
    odd: list[Any] = [[], "x", 7, {"k": "i"}, {"k": {"i": 1}}, {"k": [1, None, "i"]}]
    targets = [f"t{number}" for number in range(len(odd))]
    edges: list[Edge] = [
        (name, "DEPENDS_ON", "a", {"column_mapping": each}) for name, each in zip(targets, odd, strict=True)
    ]
    ids = grow(rest, ["a", *targets], edges)
    client = rest.client("viewer")
    assert names(lineage(client, ids["a"], column="i")["downstream"]) == ["t3", "t5"]
    for name in targets:
        lineage(client, ids[name], column="k")


BY: Any = pytest.mark.parametrize("by", [{}, {"column": "i"}], ids=["by asset", "by column"])
"""The store walks by asset, this process by column: both mean the same."""


@BY
def test_both_ways_share_the_limit_and_neither_starves(rest: Rest, by: dict[str, str]) -> None:
    above, below = [f"u{n}" for n in range(30)], [f"w{n}" for n in range(30)]
    edges: list[Edge] = [("a", "DEPENDS_ON", name, maps(i=["i"])) for name in above]
    edges += [(name, "DEPENDS_ON", "a", maps(i=["i"])) for name in below]
    ids = grow(rest, ["a", *above, *below], edges)
    client = rest.client("viewer")
    lineage = partial(_lineage, by)
    cut = lineage(client, ids["a"], limit=20)
    assert (len(cut["upstream"]), len(cut["downstream"]), cut["is_partial"]) == (10, 10, True)
    assert lineage(client, ids["a"], limit=1)["is_partial"]
    whole = lineage(client, ids["a"], limit=100)
    assert (len(whole["upstream"]), len(whole["downstream"]), whole["is_partial"]) == (30, 30, False)
    one_way = lineage(client, ids["u0"], limit=31, depth=2)
    assert (len(one_way["downstream"]), one_way["is_partial"]) == (31, False)


@BY
def test_a_walk_neither_shows_nor_passes_what_may_not_be_seen(rest: Rest, by: dict[str, str]) -> None:
    lineage = partial(_lineage, by)
    seen, hidden = (connection(rest, name, environment=name) for name in ("prod", "dev"))
    near = grow(rest, ["a"], [], connection_key=seen)["a"]
    grow(rest, ["hidden"], [("hidden", "DEPENDS_ON", "a", maps(i=["i"]))], connection_key=hidden)
    far = grow(rest, ["c"], [("c", "DEPENDS_ON", "hidden", maps(i=["i"]))], connection_key=seen)["c"]
    assert names(lineage(rest.client("viewer"), near)["downstream"]) == ["hidden", "c"]
    narrowed = rest.client("viewer", attributes={"environment": ["prod"]})
    for identifier, side in ((near, "downstream"), (far, "upstream")):
        found = lineage(narrowed, identifier)
        assert (found[side], found["is_partial"]) == ([], False)
    with rest.platform.session() as session:
        session.execute(text("UPDATE crosswind.assets SET deleted_at = now() WHERE name = 'hidden'"))
        session.commit()
    assert lineage(rest.client("viewer"), near)["downstream"] == []


def test_what_the_store_writes_is_what_objects_would_say(rest: Rest, ids: dict[str, UUID]) -> None:
    odd = 'tab\t "quote" \\back\\ \x01 \u2028 élan 🐙'
    with rest.platform.session() as session:
        values = {"odd": odd, "tags": [odd, "b"], "key": connection(rest, "shop")}
        session.execute(text("UPDATE crosswind.assets SET name = :odd, description = :odd, tags = :tags, "
                             "classification = :odd, database = :odd, schema = :odd, connection_key = :key, "
                             "removed_at = now() WHERE name = 'b'"), values)  # fmt: skip
        session.execute(text("UPDATE crosswind.relationships SET metadata = metadata || jsonb_build_object('k', CAST("
                             ":odd AS text), 'n', 12345678901234567890.5, 'l', ARRAY[1, null])"), values)  # fmt: skip
        session.commit()
    viewer = rest.client("viewer")
    plain = lineage(viewer, ids["a"], depth=5, relationship_type="DEPENDS_ON")
    by_column = lineage(viewer, ids["a"], depth=5, relationship_type="DEPENDS_ON", column="i")
    for entry in by_column["downstream"]:
        assert entry["relationship"].pop("columns")
    assert plain == by_column
    shown = plain["downstream"][0]["asset"]
    assert (shown["name"], shown["tags"], shown["schema"]) == (odd, [odd, "b"], odd)
    assert (shown["connection_id"], shown["removed_at"][-1:]) == ("shop", "Z")
    listed = ok(viewer.get(f"{METASTORE}/assets/{ids['b']}"))
    same = listed.keys() & shown.keys() - {"schema"}
    assert {name: listed[name] for name in same} == {name: shown[name] for name in same}


@BY
def test_an_asset_is_left_once_and_a_circle_ends(rest: Rest, by: dict[str, str]) -> None:
    pairs = ["ba", "ca", "db", "dc", "ad"]
    ids = grow(rest, ["a", "b", "c", "d"], [(pair[0], "DEPENDS_ON", pair[1], maps(i=["i"])) for pair in pairs])
    found = lineage(rest.client("viewer"), ids["a"], depth=10, **by)
    assert names(found["downstream"]) == ["b", "c", "d", "d", "a"]
    assert [entry["relationship"]["depth"] for entry in found["downstream"]] == [1, 1, 2, 2, 3]
    assert names(found["upstream"]) == ["d", "b", "c", "a", "a"]
    assert not found["is_partial"]


@pytest.mark.parametrize("column", [None, "i"])
def test_many_assets_cost_the_statements_of_one(rest: Rest, ids: dict[str, UUID], column: str | None) -> None:
    reader = Actor("tests", "tests", DEFAULT_TENANT, permissions=frozenset({"asset:read"}))
    query = LineageQuery(depth=3, column=column)
    walking = "walk_lineage" if column is None else "json_to_recordset"

    def asked(wanted: list[UUID]) -> tuple[int, dict[UUID, Any]]:
        seen: list[str] = []
        listener = lambda *arguments: seen.append(arguments[2])  # noqa: E731
        with rest.acting(reader) as services:
            event.listen(rest.platform.engine, "before_cursor_execute", listener)
            found = services.lineages.of_many(wanted, query)
            event.remove(rest.platform.engine, "before_cursor_execute", listener)
        return sum(walking in each for each in seen), found

    few, _ = asked([ids["a"], ids["e"], ids["dash"]])
    many, found = asked([*ids.values(), ids["a"], UUID(int=0)])
    assert 0 < few <= many <= (1 if column is None else 2 * query.depth + 2)
    assert set(found) == set(ids.values())
    with rest.acting(reader) as services:
        assert found[ids["b"]] == services.lineages.of(ids["b"], query)
        assert services.lineages.of_many([], query) == {}


def test_impact_names_what_breaks_nearest_first_and_whom_to_tell(rest: Rest, ids: dict[str, UUID]) -> None:
    admin = rest.client()
    ok(admin.put(f"{METASTORE}/assets/{ids['b']}", json={"metadata": {"owner": "ana"}}))
    ok(admin.put(f"{METASTORE}/assets/{ids['c']}", json={"metadata": {"owners": ["ana", {"name": "ben"}, 7]}}))
    viewer = rest.client("viewer")
    found = ok(viewer.get(f"{PLATFORM}/assets/{ids['a']}/impact"))
    assert [(each["name"], each["depth"], each["owners"]) for each in found["affected"]] == [
        ("b", 1, ["ana"]),
        ("p1", 1, []),
        ("c", 2, ["ana", "ben"]),
        ("e", 2, []),
        ("dash", 3, []),
    ]
    assert (found["total"], found["unowned"], found["isPartial"]) == (5, 3, False)
    assert found["byDepth"] == {"1": 2, "2": 2, "3": 1}
    assert found["byType"] == {"DASHBOARD": 1, "PIPELINE": 1, "TABLE": 3}
    assert found["owners"] == [{"owner": "ana", "assets": 2}, {"owner": "ben", "assets": 1}]


def test_impact_names_an_asset_once_at_its_least_distance(rest: Rest) -> None:
    edges: list[Edge] = [("b", "DEPENDS_ON", "a", {}), ("c", "DEPENDS_ON", "a", {}), ("c", "USES", "b", {})]
    ids = grow(rest, ["a", "b", "c"], edges)
    found = ok(rest.client("viewer").get(f"{PLATFORM}/assets/{ids['a']}/impact"))
    assert [(each["name"], each["depth"], each["via"]) for each in found["affected"]] == [
        ("b", 1, ["DEPENDS_ON"]),
        ("c", 1, ["DEPENDS_ON", "USES"]),
    ]


def test_impact_tells_the_owners_that_an_asset_has_before_what_its_metadata_says(
    rest: Rest, ids: dict[str, UUID]
) -> None:
    admin = rest.client()
    ok(admin.put(f"{METASTORE}/assets/{ids['b']}", json={"metadata": {"owner": "ana"}}))
    owners = {"owners": [{"name": "ben", "role": "technical"}, {"name": "ben", "role": "business"}, {"name": "eve"}]}
    ok(admin.put(f"{PLATFORM}/assets/{ids['b']}/owners", json=owners))
    found = ok(rest.client("viewer").get(f"{PLATFORM}/assets/{ids['a']}/impact"))
    assert found["affected"][0]["owners"] == ["ben", "eve"]


def test_impact_of_a_column_names_the_columns_made_of_it(rest: Rest, ids: dict[str, UUID]) -> None:
    found = ok(rest.client("viewer").get(f"{PLATFORM}/assets/{ids['a']}/impact", params={"column": "i"}))
    assert [(each["name"], each["columns"]) for each in found["affected"]] == [("b", ["x", "y"]), ("c", ["z"])]


def test_impact_means_the_same_in_graphql(rest: Rest, ids: dict[str, UUID]) -> None:
    ok(rest.client().put(f"{METASTORE}/assets/{ids['b']}", json={"metadata": {"owner": "ana"}}))
    viewer = rest.client("viewer")
    asked = """query($id: ID!, $column: String, $types: [AssetType!]) {
      impact(assetId: $id, column: $column, assetTypes: $types) {
        total unowned isPartial byDepth { name assets } byType { name assets } owners { name assets }
        affected { asset { id name type qualifiedName } depth via owners columns } } }"""
    for narrowed in ({}, {"column": "i"}, {"types": ["TABLE"]}):
        body = {"query": asked, "variables": {"id": str(ids["a"]), **narrowed}}
        told = ok(viewer.post("/metastore/graphql", json=body))
        assert "errors" not in told, told
        shown = told["data"]["impact"]
        query = {"column": narrowed.get("column"), "assetType": narrowed.get("types")}
        params = {name: value for name, value in query.items() if value}
        beside = ok(viewer.get(f"{PLATFORM}/assets/{ids['a']}/impact", params=params))
        for name in ("total", "unowned", "isPartial"):
            assert shown[name] == beside[name]
        for name in ("byDepth", "byType"):
            assert {each["name"]: each["assets"] for each in shown[name]} == beside[name]
        assert [{"owner": each["name"], "assets": each["assets"]} for each in shown["owners"]] == beside["owners"]
        assert [
            {**{key: each["asset"][key] for key in ("id", "name", "type", "qualifiedName")},
             **{key: each[key] for key in ("depth", "via", "owners")}, "columns": each["columns"]}
            for each in shown["affected"]
        ] == [
            {key: each.get(key) for key in ("id", "name", "type", "qualifiedName", "depth", "via", "owners", "columns")}
            for each in beside["affected"]
        ]  # fmt: skip
        assert len(shown["affected"]) > 0


def test_impact_in_graphql_refuses_what_rest_refuses(rest: Rest, ids: dict[str, UUID]) -> None:
    def asked(more: str = "", **who: Any) -> tuple[Any, str | None]:
        body = {"query": f"""{{ impact(assetId: "{ids["a"]}"{more}) {{ total }} }}"""}
        answer = rest.client("viewer", **who).post("/metastore/graphql", json=body).json()
        extensions = answer["errors"][0]["extensions"] if "errors" in answer else {}
        return (answer.get("data") or {}).get("impact"), extensions.get("code")

    assert asked(", depth: 11") == (None, "INVALID_REQUEST")
    assert asked(", limit: 5001") == (None, "INVALID_REQUEST")
    assert asked(tenant="acme") == (None, "ASSET_NOT_FOUND")
    assert asked() == ({"total": 5}, None)


def test_impact_is_bounded_and_only_for_those_who_see_the_asset(rest: Rest) -> None:
    below = [f"w{n}" for n in range(30)]
    key = connection(rest, environment="prod")
    ids = grow(rest, ["a", *below], [(name, "DEPENDS_ON", "a", {}) for name in below], connection_key=key)
    path = f"{PLATFORM}/assets/{ids['a']}/impact"
    cut = ok(rest.client("viewer").get(path, params={"limit": 10}))
    assert (cut["total"], cut["isPartial"]) == (10, True)
    for stranger in (rest.client("viewer", tenant="acme"), rest.client("viewer", attributes={"environment": ["dev"]})):
        assert stranger.get(path).status_code == 404
