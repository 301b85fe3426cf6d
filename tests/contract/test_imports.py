"""Files into the catalog over REST: sent, asked for as a task, stored block by block."""

from __future__ import annotations

import gzip
from typing import Any

import httpx
import pytest
from sqlalchemy import text
from tests.support.app import METASTORE, PLATFORM, Rest
from tests.support.catalog import assets, ok, writes
from tests.support.imports import DAG, Import, asset, edge, jsonl, upload
from tests.support.runs import MadeUpRuns, govern

TASKS = f"{METASTORE}/tasks"


@pytest.fixture
def runs(rest: Rest) -> MadeUpRuns:
    """Airflow's side, played by the test."""
    made = MadeUpRuns()
    rest.platform.__dict__["runs"] = made
    return made


@pytest.fixture
def engineer(rest: Rest) -> httpx.Client:
    return rest.client("data_engineer")


def counts(response: httpx.Response) -> dict[str, int]:
    return {name: count for name, count in ok(response)["counts"].items() if count}


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


BAD = [
    (b"nope", ""),
    (b'{"kind":"asset","type":"NOTHING","name":"x","qualified_name":"x"}', "type"),
    (b'{"kind":"asset","type":"TABLE","name":"x"}', "qualified_name"),
    (b'{"kind":"asset","type":"TABLE","name":"x","qualified_name":"x","wrong":1}', "wrong"),
    (b'{"kind":"nothing","name":"x"}', "kind"),
    (b'{"kind":"asset","type":"TABLE","name":"a\\u0000b","qualified_name":"x"}', "body.name"),
    (b'{"kind":"asset","type":"TABLE","name":"a\\u202eb","qualified_name":"x"}', "name"),
    (b'{"kind":"asset","type":"TABLE","name":"a\\nb","qualified_name":"x"}', "name"),
    ('{"kind":"asset","type":"TABLE","name":"a\u202eb","qualified_name":"x"}'.encode(), "name"),
    (b'{"kind":"asset","type":"TABLE","name":"x","qualified_name":"x","metadata":{"a":"\\ud800"}}', ""),
    (b'{"kind":"asset","type":"TABLE","name":"x","qualified_name":"x","metadata":{"a":NaN}}', ""),
    (b'{"kind":"asset","type":"TABLE","name":"x","qualified_name":"x","metadata":{"a":1e400}}', "metadata[...]"),
    (b'{"kind":"asset","type":"TABLE","name":"x","qualified_name":"x","metadata":{"a":99999999999999999999}}',
     "metadata"),
    (b'{"kind":"asset","type":"TABLE","name":"x","qualified_name":"x","metadata":' + b'{"a":' * 500 + b"1" + b"}" * 501,
     "body"),
    (b'{"kind":"asset","type":"TABLE","name":"x","qualified_name":"x","classification":"unheard"}', "classification"),
    (b'{"kind":"asset","type":"TABLE","name":"x","qualified_name":"x","columns":[{"name":"a"},{"name":"a"}]}',
     "columns[1].name"),
    (b'{"kind":"relationship","type":"USES","source":"a","target":"a"}', "target"),
    (b'{"kind":"relationship","type":"USES","source":"prod.public.good","target":"away"}', "target"),
    (b"\xff\xfe", ""),
    (b"[1, 2]", ""),
]  # fmt: skip


@pytest.mark.parametrize(("line", "field"), BAD)
def test_a_bad_line_is_told_with_its_number_and_hinders_no_other(
    rest: Rest, runs: MadeUpRuns, engineer: httpx.Client, line: bytes, field: str
) -> None:
    work = Import(rest, runs, engineer)
    ok(work.begin())
    answer = counts(work.block([asset("good"), b"", line, asset("better")]))
    assert answer == {"created": 2, "errors": 1}
    (problem,) = ok(engineer.get(f"{PLATFORM}/imports/{work.id}/errors"))["data"]
    assert problem["line"] == 3
    assert problem["message"]
    if field:
        assert problem["field"] == field
    assert set(assets(engineer)) == {"good", "better"}


def test_with_validate_the_first_bad_block_ends_it_and_stores_nothing_of_itself(
    rest: Rest, runs: MadeUpRuns, engineer: httpx.Client
) -> None:
    work = Import(rest, runs, engineer, validate=True)
    ok(work.begin())
    ok(work.block([asset("first")]))
    refused = work.block([asset("good"), b"nope"], 2, 2)
    assert refused.status_code == 400
    error = refused.json()["error"]
    assert "line 3" in error["message"]
    assert error["details"]["errors"][0]["line"] == 3
    assert set(assets(engineer)) == {"first"}


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


def test_a_new_try_goes_on_after_the_last_block_and_the_old_one_is_fenced(
    rest: Rest, runs: MadeUpRuns, engineer: httpx.Client
) -> None:
    work = Import(rest, runs, engineer)
    assert ok(work.begin()) == {"sequence": 0, "lines": 0, "completed": False}
    ok(work.block([asset("users"), asset("orders")]))
    old = work.client
    work.next_try()
    assert work.begin("another").status_code == 409
    assert ok(work.begin()) == {"sequence": 1, "lines": 2, "completed": False}
    late = old.post(f"{PLATFORM}/imports/{work.id}/blocks", content=jsonl({"sequence": 2, "first": 3}, asset("late")))
    assert late.status_code == 409
    ok(work.block([asset("third")], 2, 3))
    ok(work.complete())
    assert ok(work.begin())["completed"] is True
    assert set(assets(engineer)) == {"users", "orders", "third"}


def test_a_lease_is_for_its_own_import_and_ends_with_a_cancel(
    rest: Rest, runs: MadeUpRuns, engineer: httpx.Client
) -> None:
    work, other = Import(rest, runs, engineer), Import(rest, runs, engineer)
    ok(work.begin())
    body = jsonl({"sequence": 1, "first": 1}, asset("users"))
    assert work.client.post(f"{PLATFORM}/imports/{other.id}/blocks", content=body).status_code == 403
    assert engineer.post(f"{PLATFORM}/imports/{work.id}/blocks", content=body).status_code == 403
    assert ok(engineer.delete(f"{TASKS}/{work.id}"))["status"] == "CANCELLED"
    assert work.block([asset("users")]).status_code == 409
    assert assets(engineer) == {}


def test_an_import_writes_what_its_asker_may_and_sees_what_its_asker_sees(rest: Rest, runs: MadeUpRuns) -> None:
    govern(rest, "shop", environment="prod")
    with rest.platform.session() as session:
        session.execute(text(
            "INSERT INTO crosswind.assets (tenant, connection_key, type, name, qualified_name) "
            "SELECT tenant, key, 'TABLE', 'secret', 'prod.public.secret' FROM crosswind.connections"
        ))  # fmt: skip
        session.commit()
    narrow = rest.client("data_engineer", attributes={"environment": ["dev"]})
    work = Import(rest, runs, narrow)
    ok(work.begin())
    lines = [asset("secret", description="taken"), asset("mine"), edge("mine", "secret")]
    assert counts(work.block(lines)) == {"created": 1, "errors": 2}
    problems = ok(narrow.get(f"{PLATFORM}/imports/{work.id}/errors"))["data"]
    assert [(each["line"], each["field"]) for each in problems] == [(1, "qualified_name"), (3, "target")]
    assert assets(rest.client())["secret"]["description"] is None


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


def test_the_designs_own_body_is_taken_where_one_connection_is_to_the_bucket(
    rest: Rest, runs: MadeUpRuns, engineer: httpx.Client
) -> None:
    body: dict[str, Any] = {
        "type": "BULK_INGESTION",
        "priority": 5,
        "payload": {"source": "s3://bucket/metadata.json", "format": "json"},
    }
    refused = engineer.post(TASKS, json=body)
    assert refused.status_code == 400
    assert refused.json()["error"]["details"]["field"] == "payload.source"


@pytest.mark.parametrize(
    ("payload", "field"),
    [
        ({}, "payload.source"),
        ({"source": "file:///etc/passwd"}, "payload.source"),
        ({"source": "s3://bucket/"}, "payload.source"),
        ({"source": "upload:11111111-1111-1111-1111-111111111111"}, "payload.source"),
        ({"source": "s3://bucket/a", "format": "xml"}, "payload.format"),
        ({"source": "s3://bucket/a", "include": []}, "payload.include"),
        ({"source": "s3://bucket/a", "options": {"upsert": "maybe"}}, "payload.options.upsert"),
    ],
)
def test_a_file_that_cannot_be_taken_is_refused_with_its_field(
    rest: Rest, runs: MadeUpRuns, engineer: httpx.Client, payload: dict[str, Any], field: str
) -> None:
    answer = engineer.post(TASKS, json={"type": "BULK_INGESTION", "payload": payload})
    assert answer.status_code == 400
    assert answer.json()["error"]["details"]["field"] == field


def test_a_task_on_no_connection_is_its_tenants(rest: Rest, runs: MadeUpRuns, engineer: httpx.Client) -> None:
    work = Import(rest, runs, engineer)
    shown = ok(engineer.get(f"{TASKS}/{work.id}"))
    assert (shown["type"], shown["connection_id"], shown["status"]) == ("BULK_INGESTION", None, "RUNNING")
    assert runs.runs[DAG, work.id].conf == {"priority": 5, "source": shown["payload"]["source"], "format": "json"}
    (run,) = ok(engineer.get(f"{PLATFORM}/runs", params={"type": "BULK_INGESTION"}))["data"]
    assert (run["id"], run["connectionId"], run["connectionName"]) == (work.id, None, None)
    other = rest.client("data_engineer", tenant="other")
    assert other.get(f"{TASKS}/{work.id}").status_code == 404
    assert other.get(f"{PLATFORM}/imports/{work.id}").status_code == 404
    assert ok(other.get(f"{PLATFORM}/runs"))["data"] == []
    stolen = {"type": "BULK_INGESTION", "payload": shown["payload"]}
    assert other.post(TASKS, json=stolen).status_code == 400
    assert rest.client("viewer").post(TASKS, json=stolen).status_code == 403


def test_an_import_tells_how_its_file_is_called_also_when_the_file_is_gone(
    rest: Rest, runs: MadeUpRuns, engineer: httpx.Client
) -> None:
    sent = {"content": jsonl(asset("users")), "headers": {"Content-Type": "application/octet-stream"}}
    file = ok(engineer.post(f"{PLATFORM}/uploads", params={"name": "shops.jsonl"}, **sent))
    ask = {"type": "BULK_INGESTION", "payload": {"source": file["source"]}}
    task = ok(engineer.post(TASKS, json=ask))
    assert (task["payload"]["source"], task["payload"]["name"]) == (file["source"], "shops.jsonl")
    again = {"type": "BULK_INGESTION", "payload": {**task["payload"], "name": "second.jsonl"}}
    assert ok(engineer.post(TASKS, json=again))["payload"]["name"] == "second.jsonl"
    nameless = Import(rest, runs, engineer)
    assert engineer.delete(f"{PLATFORM}/uploads/{file['id']}").status_code == 204
    assert ok(engineer.get(f"{TASKS}/{task['id']}"))["payload"]["name"] == "shops.jsonl"
    listed = ok(engineer.get(f"{PLATFORM}/runs", params={"type": "BULK_INGESTION"}))["data"]
    assert [each["fileName"] for each in listed] == [None, "second.jsonl", "shops.jsonl"]
    assert listed[0]["id"] == nameless.id
    ask["payload"]["name"] = "in\u202evoice"
    assert engineer.post(TASKS, json=ask).json()["error"]["details"]["field"] == "payload.name"


def test_a_file_is_kept_in_parts_and_goes_when_it_was_taken_in(
    rest: Rest, runs: MadeUpRuns, engineer: httpx.Client
) -> None:
    content = gzip.compress(jsonl(asset("users")) + b" " * 100, 0) + bytes(9_000_000)
    work = Import(rest, runs, engineer, content)
    assert ok(work.client.get(f"{PLATFORM}/imports/{work.id}/source"))["size"] == len(content)
    parts = [work.client.get(f"{PLATFORM}/imports/{work.id}/parts/{number}") for number in range(4)]
    assert b"".join(part.content for part in parts) == content
    assert [part.status_code for part in parts] == [200, 200, 200, 204]
    ok(work.begin())
    ok(work.complete())
    assert work.client.get(f"{PLATFORM}/imports/{work.id}/source").status_code == 404
    assert rest.stored("upload_parts") == ""


def test_a_file_can_be_looked_at_and_let_go(rest: Rest, engineer: httpx.Client) -> None:
    identifier = upload(engineer, b"{}").removeprefix("upload:")
    assert ok(engineer.get(f"{PLATFORM}/uploads/{identifier}"))["size"] == 2
    assert rest.client(tenant="other").get(f"{PLATFORM}/uploads/{identifier}").status_code == 404
    assert rest.client("viewer").get(f"{PLATFORM}/uploads/{identifier}").status_code == 403
    assert engineer.delete(f"{PLATFORM}/uploads/{identifier}").status_code == 204
    assert engineer.get(f"{PLATFORM}/uploads/{identifier}").status_code == 404
    assert rest.client("viewer").post(f"{PLATFORM}/uploads", content=b"{}").status_code == 403
    assert engineer.post(f"{PLATFORM}/uploads", content=b"").status_code == 400


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
