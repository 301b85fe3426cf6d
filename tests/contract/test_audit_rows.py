"""The audit exported as a stream and searched, over HTTP."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from contextlib import ExitStack, closing
from datetime import UTC, datetime, timedelta
from time import monotonic, sleep
from typing import Any

import httpx
import pytest
from sqlalchemy import event, text
from tests.support.app import CONNECTIONS, Rest
from tests.support.catalog import connection, ok
from tests.support.listening import Listening

from crosswind.doors.rest import streams

AUDIT = f"{CONNECTIONS}/governance/audit"
EXPORT = f"{AUDIT}/export"
SEARCH = f"{AUDIT}/search"
_FILL = """
INSERT INTO crosswind.audit (tenant, at, actor, actor_kind, action, outcome, entity_type, entity_id, connection_id,
                             before, after, request_id)
SELECT :tenant, CAST(:start AS timestamptz) + n * interval '1 second', 'actor-' || n % 3,
       CASE n % 2 WHEN 0 THEN 'user' ELSE 'key' END, CASE n % 4 WHEN 0 THEN 'delete' ELSE 'update' END,
       CASE n % 5 WHEN 0 THEN 'denied' ELSE 'success' END, 'asset', 'asset-' || n,
       CASE n % 2 WHEN 0 THEN 'shop' END, NULL, jsonb_build_object('number', n), 'req-' || n
  FROM generate_series(1, :rows) AS n
"""
START = datetime(2026, 1, 1, tzinfo=UTC)


def fill(rest: Rest, rows: int, tenant: str = "default") -> None:
    with rest.platform.session() as session:
        session.execute(text(_FILL), {"tenant": tenant, "start": START, "rows": rows})
        session.commit()


def exported(response: httpx.Response) -> list[dict[str, Any]]:
    assert response.status_code == 200, response.text
    return [json.loads(line) for line in response.text.splitlines()]


def search(client: httpx.Client, **body: Any) -> Any:
    return ok(client.post(SEARCH, json=body))


def ids(found: Any) -> list[str]:
    return [entry["entityId"] for entry in found["data"]]


def test_an_export_has_every_entry_once_newest_first(rest: Rest) -> None:
    fill(rest, 2500)
    answer = rest.client("security_admin").get(EXPORT, params={"entityType": "asset"})
    rows = exported(answer)
    assert [row["after"]["number"] for row in rows] == list(range(2500, 0, -1))
    assert answer.headers["content-type"] == "application/x-ndjson"
    assert answer.headers["content-disposition"] == 'attachment; filename="audit.jsonl"'
    assert rows[0] == ok(rest.client().get(AUDIT, params={"entityType": "asset"}))["data"][0]


def test_an_export_goes_on_where_its_limit_cut_it(rest: Rest) -> None:
    fill(rest, 30)
    client, asked = rest.client(), {"entityType": "asset", "limit": "20"}
    first = exported(client.get(EXPORT, params=asked))
    second = exported(client.get(EXPORT, params={**asked, "before": first[-1]["id"]}))
    assert [row["after"]["number"] for row in first + second] == list(range(30, 0, -1))


@pytest.mark.parametrize("rows", [0, 1, 999, 1000, 1001, 2000])
def test_an_export_ends_with_the_last_entry(rest: Rest, rows: int) -> None:
    fill(rest, rows)
    assert len(exported(rest.client().get(EXPORT, params={"entityType": "asset"}))) == rows


def test_an_export_takes_the_filters_of_the_list(rest: Rest) -> None:
    connection(rest)
    fill(rest, 40)
    client = rest.client()
    start = START.isoformat()
    for query in (
        {"actor": "actor-1", "action": "delete"},
        {"outcome": "denied", "connectionId": "shop"},
        {"entityId": "asset-7"},
        {"requestId": "req-9"},
        {"from": start, "to": (START + timedelta(seconds=11)).isoformat()},
    ):
        listed = ok(client.get(AUDIT, params={**query, "pageSize": 100}))["data"]
        assert listed
        assert exported(client.get(EXPORT, params=query)) == listed


@pytest.mark.parametrize(
    ("query", "accept", "kind"),
    [
        ({"format": "csv"}, "application/json", "text/csv"),
        ({}, "text/csv", "text/csv"),
        ({}, "text/html, text/csv;q=0.9, */*", "text/csv"),
        ({}, "application/json, text/csv", "application/x-ndjson"),
        ({"format": "jsonl"}, "text/csv", "application/x-ndjson"),
        ({}, "", "application/x-ndjson"),
    ],
)
def test_the_format_is_asked_for_by_name_or_by_accept(
    rest: Rest, query: dict[str, str], accept: str, kind: str
) -> None:
    answer = rest.client().get(EXPORT, params=query, headers={"Accept": accept})
    assert answer.headers["content-type"].partition(";")[0] == kind


def test_csv_has_a_head_and_runs_nothing_in_a_spreadsheet(rest: Rest) -> None:
    fill(rest, 2)
    with rest.platform.session() as session:
        session.execute(
            text("INSERT INTO crosswind.audit (tenant, actor, actor_kind, action, outcome, entity_type, entity_id, "
                 "after, request_id) VALUES ('default', '=cmd|calc', 'user', 'update', 'success', 'asset', :name, "
                 "'{\"a\": \"x,\\\"y\"}', '-1+1')"),
            {"name": 'a "b",\n c'},
        )  # fmt: skip
        session.commit()
    answer = rest.client().get(EXPORT, params={"format": "csv", "entityType": "asset"})
    rows = list(csv.DictReader(io.StringIO(answer.text, newline="")))
    assert [row["entityId"] for row in rows] == ['a "b",\n c', "asset-2", "asset-1"]
    assert (rows[0]["actor"], rows[0]["requestId"]) == ("'=cmd|calc", "'-1+1")
    assert json.loads(rows[0]["after"]) == {"a": 'x,"y'}
    assert rows[1]["before"] == ""


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"format": "xml"}, "format"),
        ({"limit": "0"}, "limit"),
        ({"limit": "1000001"}, "limit"),
        ({"before": "x"}, "before"),
        ({"before": str(2**63)}, "before"),
        ({"outcome": "maybe"}, "outcome"),
        ({"from": "2026-01-01T00:00:00"}, "from"),
        ({"from": "2026-01-02T00:00:00Z", "to": "2026-01-01T00:00:00Z"}, "query"),
        ({"page": "2"}, "page"),
        ({"actor": "a\u202eb"}, "actor"),
    ],
)
def test_what_cannot_be_exported_is_refused(rest: Rest, query: dict[str, str], field: str) -> None:
    error = rest.client().get(EXPORT, params=query)
    assert (error.status_code, error.json()["error"]["details"]["field"]) == (400, field)


def test_an_export_is_itself_audited(rest: Rest) -> None:
    client = rest.client()
    client.get(EXPORT, params={"actor": "nobody", "format": "csv", "limit": 5})
    told = search(client, actions=["EXPORT"])["data"]
    assert [entry["after"] for entry in told] == [{"actor": "nobody", "format": "csv", "limit": 5}]
    assert told[0]["entityType"] == "AUDIT"
    assert client.request("HEAD", EXPORT).status_code == 405
    assert len(search(client, actions=["EXPORT"])["data"]) == 1


@pytest.mark.parametrize("ask", [lambda client: client.get(EXPORT), lambda client: client.post(SEARCH, json={})])
def test_tenants_attributes_and_roles_hold(rest: Rest, ask: Any) -> None:
    connection(rest, "shop", environment="prod")
    fill(rest, 10)
    fill(rest, 3, tenant="elsewhere")
    assert ask(rest.client("viewer")).status_code == 403
    assert ask(rest.anonymous()).status_code == 401

    def assets(client: httpx.Client) -> int:
        answer = ask(client)
        rows = exported(answer) if "ndjson" in answer.headers["content-type"] else answer.json()["data"]
        return len([row for row in rows if row["entityType"] == "asset"])

    assert assets(rest.client(attributes={"environment": ["prod"]})) == 5
    assert assets(rest.client(attributes={"environment": ["test"]})) == 0
    assert assets(rest.client(tenant="elsewhere")) == 3


def test_a_search_needs_all_that_is_given_and_one_of_each_list(rest: Rest) -> None:
    fill(rest, 40)
    client = rest.client()
    found = search(client, actors=["actor-1", "actor-2"], actions=["delete"], actorKinds=["user"], pageSize=100)
    assert ids(found) == [f"asset-{n}" for n in range(40, 0, -1) if n % 4 == 0 and n % 3 in {1, 2}]
    assert ids(search(client, entityIds=["asset-3", "asset-5", "nope"], sort="timestamp")) == ["asset-3", "asset-5"]
    assert ids(search(client, connectionIds=["shop"], outcomes=["denied"])) == [f"asset-{n}" for n in (40, 30, 20, 10)]
    assert ids(search(client, requestIds=["req-7"])) == ["asset-7"]
    window = {"from": START.isoformat(), "to": (START + timedelta(seconds=3)).isoformat()}
    assert ids(search(client, **window)) == ["asset-2", "asset-1"]


def test_text_is_found_in_who_what_and_what_changed_and_is_no_pattern(rest: Rest) -> None:
    fill(rest, 20)
    client = rest.client()
    assert ids(search(client, text="ASSET-17")) == ["asset-17"]
    assert ids(search(client, text='"number": 13')) == ["asset-13"]
    assert ids(search(client, text="req-19")) == ["asset-19"]
    assert search(client, text="asset-1_", entityTypes=["asset"])["data"] == []
    assert search(client, text="%%", entityTypes=["asset"])["data"] == []


def test_a_search_pages_by_number_and_by_cursor(rest: Rest) -> None:
    fill(rest, 25)
    client, everything = rest.client(), [f"asset-{n}" for n in range(25, 0, -1)]
    by_number = [search(client, entityTypes=["asset"], page=number, pageSize=10) for number in (1, 2, 3, 4)]
    assert [each for found in by_number for each in ids(found)] == everything
    assert [found["pagination"]["hasNext"] for found in by_number] == [True, True, False, False]
    assert {found["pagination"]["totalCount"] for found in by_number} == {25}
    for sort, expected in (("-timestamp", everything), ("timestamp", everything[::-1])):
        found = search(client, entityTypes=["asset"], pageSize=10, sort=sort)
        walked = ids(found)
        while cursor := found["pagination"]["nextCursor"]:
            found = search(client, entityTypes=["asset"], pageSize=10, sort=sort, cursor=cursor)
            walked += ids(found)
        assert walked == expected
        assert found["pagination"]["totalCount"] is None


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"actor": "x"}, "actor"),
        ({"actors": "x"}, "actors"),
        ({"actors": [""]}, "actors.0"),
        ({"actors": [["x"]]}, "actors.0"),
        ({"actors": ["x"] * 101}, "actors"),
        ({"actorKinds": ["robot"]}, "actorKinds.0"),
        ({"outcomes": ["maybe"]}, "outcomes.0"),
        ({"text": "x"}, "text"),
        ({"text": "x" * 201}, "text"),
        ({"text": "a\u0000b"}, "body.text"),
        ({"from": "yesterday"}, "from"),
        ({"from": "2026-01-01T00:00:00"}, "from"),
        ({"from": "2026-01-02T00:00:00Z", "to": "2026-01-01T00:00:00Z"}, "body"),
        ({"sort": "actor"}, "sort"),
        ({"page": 0}, "page"),
        ({"page": "1"}, "page"),
        ({"pageSize": 101}, "pageSize"),
        ({"cursor": "abc"}, "cursor"),
        ({"cursor": "1", "page": 1}, "body"),
        ([], "body"),
    ],
)
def test_a_search_that_cannot_be_names_its_field(rest: Rest, body: Any, field: str) -> None:
    answer = rest.client().post(SEARCH, json=body)
    assert (answer.status_code, answer.json()["error"]["details"]["field"]) == (400, field), answer.text


def test_literal_paths_are_no_connections(rest: Rest) -> None:
    client = rest.client()
    assert client.get(EXPORT).headers["content-type"] == "application/x-ndjson"
    assert client.get(SEARCH).status_code == 404
    assert client.get(f"{AUDIT}/nope").status_code == 404


@pytest.fixture
def listening(rest: Rest) -> Iterator[Listening]:
    with closing(Listening(rest.app)) as server:
        yield server


def key_of(rest: Rest) -> dict[str, str]:
    return {"X-API-Key": rest.key("platform_admin")}


def statements(rest: Rest) -> list[str]:
    seen: list[str] = []
    event.listen(rest.platform.engine, "before_cursor_execute", lambda *given: seen.append(given[2]))
    return seen


def test_an_export_starts_before_it_is_all_read_and_stops_when_the_client_leaves(
    rest: Rest, listening: Listening
) -> None:
    fill(rest, 100_000)
    seen = statements(rest)
    with httpx.stream("GET", listening.url + EXPORT, headers=key_of(rest), timeout=30) as answer:
        first = next(answer.iter_lines())
        assert json.loads(first)["id"]
    deadline, before = monotonic() + 15, -1
    while before != len(seen) and monotonic() < deadline:
        before = len(seen)
        sleep(1)
    assert before == len(seen)
    assert before < 60, "an export that nobody reads went on"
    assert not +streams.Stream._running
    assert len(exported(httpx.get(listening.url + EXPORT, headers=key_of(rest), params={"limit": 5}))) == 5


def test_an_export_holds_no_thread_while_it_is_not_read(rest: Rest, listening: Listening) -> None:
    fill(rest, 50_000)
    readers = [key_of(rest) for _ in range(streams.MOST_AT_ONCE // streams.MOST_OF_ONE)]
    with httpx.Client(timeout=60) as client, ExitStack() as open_:
        for headers in readers * streams.MOST_OF_ONE:
            answer = open_.enter_context(client.stream("GET", listening.url + EXPORT, headers=headers))
            assert answer.status_code == 200
        busy = client.get(listening.url + EXPORT, headers=key_of(rest))
        assert (busy.status_code, busy.json()["error"]["code"]) == (503, "GEN_503")
        assert busy.headers["retry-after"] == "10"
        assert client.get(listening.url + AUDIT, params={"pageSize": 1}, headers=readers[0]).status_code == 200
        until = monotonic() + 20
        while (held := rest.platform.engine.pool.checkedout()) and monotonic() < until:  # type: ignore[attr-defined]
            sleep(0.1)
        assert held == 0


def test_one_caller_keeps_nobody_out(rest: Rest, listening: Listening) -> None:
    fill(rest, 50_000)
    slow = key_of(rest)
    with httpx.Client(timeout=60) as client, ExitStack() as open_:
        for _ in range(streams.MOST_OF_ONE):
            open_.enter_context(client.stream("GET", listening.url + EXPORT, headers=slow))
        again = client.get(listening.url + EXPORT, headers=slow)
        assert (again.status_code, again.json()["error"]["code"]) == (429, "GEN_429")
        assert again.headers["retry-after"] == "10"
        assert client.get(listening.url + EXPORT, headers=key_of(rest), params={"limit": 1}).status_code == 200


def test_an_export_that_cannot_end_breaks_off(
    rest: Rest, listening: Listening, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(rest, 5_000)
    monkeypatch.setattr(streams, "LONGEST", -1.0)
    with pytest.raises(httpx.RemoteProtocolError):
        httpx.get(listening.url + EXPORT, headers=key_of(rest))
