"""Files into the catalog over REST, block by block: found at once, versioned, told and audited."""

from __future__ import annotations

import time

import httpx
from sqlalchemy import text
from tests.support.app import METASTORE, PLATFORM, Rest
from tests.support.catalog import assets, ok, writes
from tests.support.imports import Import, asset, counts, edge
from tests.support.runs import MadeUpRuns


def test_a_block_is_in_the_very_next_search_with_its_edges_columns_and_tags(
    rest: Rest, runs: MadeUpRuns, engineer: httpx.Client
) -> None:
    columns = [{"name": "id", "type": "uuid", "nullable": False}, {"name": "mail", "tags": ["PII"]}]
    users = asset("users", description="Who we know", tags=["gold"], metadata={"tier": 1}, columns=columns,
                  source={"database": "prod", "schema": "public", "comment": "People", "row_count": 12})  # fmt: skip
    work = Import(rest, runs, engineer)
    ok(work.begin())
    lines = [{"kind": "tag", "name": "PII", "category": "Sensitive"}, users, asset("orders"), edge("orders", "users")]
    assert counts(work.block(lines)) == {"created": 2, "relationships_created": 1, "tags": 1}
    found = ok(engineer.get(f"{METASTORE}/search", params={"q": "mail"}))["results"]
    assert [hit["asset"]["name"] for hit in found] == ["users"]
    shown = ok(engineer.get(f"{METASTORE}/assets/{found[0]['asset']['id']}"))
    assert [column["name"] for column in shown["schema"]] == ["id", "mail"]
    assert (shown["description"], shown["tags"], shown["metadata"]["tier"]) == ("Who we know", ["gold"], 1)
    assert (shown["metadata"]["row_count"], shown["metadata"]["schema"]) == (12, "public")
    lineage = ok(engineer.get(f"{METASTORE}/assets/{shown['id']}/lineage"))
    assert [entry["asset"]["name"] for entry in lineage["downstream"]] == ["orders"]
    done = ok(work.complete())
    assert (done["status"], done["lines"], done["blocks"]) == ("COMPLETED", 4, 1)
    tags = {tag["name"]: tag["category"] for tag in ok(engineer.get(f"{METASTORE}/tags"))["data"]}
    assert tags == {"PII": "Sensitive", "gold": None}


def test_the_same_again_writes_nothing_and_a_change_keeps_its_version(
    rest: Rest, runs: MadeUpRuns, engineer: httpx.Client
) -> None:
    lines = [asset("users", description="One", columns=[{"name": "id"}]), asset("orders"), edge("orders", "users")]
    first = Import(rest, runs, engineer)
    ok(first.begin())
    ok(first.block(lines))
    again = Import(rest, runs, engineer)
    ok(again.begin())
    before = writes(rest, "assets", "columns", "relationships", "asset_versions", "outbox")
    told = rest.stored("audit").count("IMPORT")
    assert counts(again.block(lines)) == {"unchanged": 2}
    assert writes(rest, *before) == before
    assert rest.stored("audit").count("IMPORT") == told
    lines[0]["description"] = "Two"
    assert counts(again.block(lines, 2, 4)) == {"unchanged": 3, "updated": 1}
    assert assets(engineer)["users"]["description"] == "Two"
    with rest.platform.session() as session:
        kept = session.execute(text("SELECT number, before FROM crosswind.asset_versions")).all()
    assert [tuple(row) for row in kept] == [(2, {"description": "One"})]
    place = f"{PLATFORM}/assets/{assets(engineer)['users']['id']}"
    made, _ = ok(engineer.get(f"{place}/versions"))["data"]
    assert (made["number"], made["changes"]) == (2, ["description changed"])
    assert made["by"]["id"] == ok(engineer.get(f"{PLATFORM}/imports/{again.id}"))["requestedBy"]
    (change,) = ok(engineer.get(f"{place}/diff", params={"to": 2}))["fields"]
    assert (change["field"], change["before"], change["after"]) == ("description", "One", "Two")


def test_each_change_is_in_the_outbox_once_and_a_block_in_the_audit_once(
    rest: Rest, runs: MadeUpRuns, engineer: httpx.Client
) -> None:
    work = Import(rest, runs, engineer)
    ok(work.begin())
    ok(work.block([asset("users"), asset("orders"), edge("orders", "users")]))
    with rest.platform.session() as session:
        found = session.execute(text("SELECT type FROM crosswind.outbox WHERE entity_type <> 'task' ORDER BY id"))
        assert [row.type for row in found if not row.type.startswith("task")] == [
            "asset.created", "asset.created", "relationship.created",
        ]  # fmt: skip
        told = session.execute(text("SELECT after FROM crosswind.audit WHERE action = 'IMPORT'")).scalars().all()
    assert len(told) == 1
    assert told[0]["qualified_names"] == ["prod.public.users", "prod.public.orders"]


def test_a_block_that_comes_again_gives_the_same_answer_and_one_out_of_order_is_refused(
    rest: Rest, runs: MadeUpRuns, engineer: httpx.Client
) -> None:
    work = Import(rest, runs, engineer)
    ok(work.begin())
    first = ok(work.block([asset("users")]))
    assert ok(work.block([asset("users")])) == first
    assert work.block([asset("others")]).status_code == 409
    assert work.block([asset("others")], 2, 7).status_code == 409
    assert ok(work.block([asset("others")], 2, 2))["lines"] == 2
    assert set(assets(engineer)) == {"users", "others"}


def test_without_upsert_what_is_there_stays(rest: Rest, runs: MadeUpRuns, engineer: httpx.Client) -> None:
    first = Import(rest, runs, engineer)
    ok(first.begin())
    ok(first.block([asset("users", description="One")]))
    second = Import(rest, runs, engineer, upsert=False)
    ok(second.begin())
    assert counts(second.block([asset("users", description="Two"), asset("new"), asset("new")])) == {
        "created": 1, "errors": 2,
    }  # fmt: skip
    assert assets(engineer)["users"]["description"] == "One"


def test_lines_of_one_asset_in_one_block_are_as_if_they_came_one_after_the_other(
    rest: Rest, runs: MadeUpRuns, engineer: httpx.Client
) -> None:
    work = Import(rest, runs, engineer)
    ok(work.begin())
    ok(work.block([asset("users", description="One", tags=["a"]), asset("users", tags=["b"])]))
    found = assets(engineer)["users"]
    assert (found["description"], found["tags"]) == ("One", ["b"])


def test_the_words_of_a_line_are_those_of_what_is_stored_in_the_end(
    rest: Rest, runs: MadeUpRuns, engineer: httpx.Client
) -> None:
    work = Import(rest, runs, engineer)
    ok(work.begin())
    ok(work.block([asset("users", description="Walnut", tags=["gold"]), asset("users", description="Maple")]))
    ok(work.block([asset("users"), asset("users", tags=["tin"]), asset("orders", description="Cedar")], 2, 3))

    def hits(word: str) -> list[str]:
        return [hit["asset"]["name"] for hit in ok(engineer.get(f"{METASTORE}/search", params={"q": word}))["results"]]

    assert {word: hits(word) for word in ("walnut", "maple", "gold", "tin", "cedar")} == {
        "walnut": [], "maple": ["users"], "gold": [], "tin": ["users"], "cedar": ["orders"],
    }  # fmt: skip


def test_a_term_that_is_only_related_otherwise_has_a_new_version(rest: Rest, runs: MadeUpRuns) -> None:
    client = rest.client()
    work = Import(rest, runs, client)
    ok(work.begin())
    churn = {"kind": "term", "name": "Churn", "related": ["Loss"]}
    lines = [churn, {"kind": "term", "name": "Revenue", "description": "Old"}]
    assert counts(work.block(lines)) == {"terms": 3}
    terms = {each["name"]: each for each in ok(client.get(f"{PLATFORM}/terms"))["data"]}
    assert {each["version"] for each in terms.values()} == {1}
    lines = [{**churn, "related": ["Revenue"]}, {"kind": "term", "name": "Revenue", "description": "New"}]
    for sequence in (2, 3):
        ok(work.block(lines, sequence, 2 * sequence - 1))
        found = {each["name"]: each for each in ok(client.get(f"{PLATFORM}/terms"))["data"]}
        assert (found["Churn"]["version"], found["Churn"]["related"]) == (2, ["Revenue"])
        assert found["Revenue"]["version"] == 2
    path = f"{PLATFORM}/terms/{terms['Churn']['id']}"
    assert client.put(path, json={"related": []}, headers={"If-Match": '"1"'}).status_code in (409, 412)
    asked = {"entity_type": "TERM", "entity_id": terms["Churn"]["id"]}
    (change, _) = ok(client.get(f"{METASTORE}/audits", params=asked))["data"]
    assert (change["before_state"], change["after_state"]) == ({"related": ["Loss"]}, {"related": ["Revenue"]})


def test_a_block_takes_no_longer_where_the_store_knows_only_how_little_there_was(
    rest: Rest, runs: MadeUpRuns, engineer: httpx.Client
) -> None:
    before = Import(rest, runs, engineer)
    ok(before.begin())
    ok(before.block([asset("first", columns=[{"name": "id", "type": "int"}])]))
    with rest.platform.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as link:
        for table in ("assets", "columns"):
            link.execute(text(f"ALTER TABLE crosswind.{table} SET (autovacuum_enabled = off)"))
            link.execute(text(f"ANALYZE crosswind.{table}"))
    columns = [{"name": "id", "type": "int"}, {"name": "name", "type": "text"}]
    lines = [asset(f"t{number}", columns=columns) for number in range(4_000)]
    for expected in ({"created": 4_000}, {"unchanged": 4_000}):
        work, since = Import(rest, runs, engineer), time.monotonic()
        ok(work.begin())
        assert counts(work.block(lines)) == expected
        assert time.monotonic() - since < 12
