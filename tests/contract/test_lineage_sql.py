"""SQL lineage over HTTP: found in the catalog, kept if wanted, and never more than five seconds of anybody's time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import psutil  # type: ignore[import-untyped]
import pytest
from tests.support.app import METASTORE, Rest
from tests.support.catalog import assets, connection, crawl, ok, shop, table

from crosswind.connectors.sql import apart
from crosswind.connectors.sql.apart import SqlReader
from crosswind.connectors.sql.shapes import Ask
from crosswind.kit.errors import Invalid

PATH = f"{METASTORE}/lineage/sql"
FILL = "INSERT INTO sums SELECT customer_id, sum(net_total) FROM orders GROUP BY 1"
PATIENT = 120.0
"""Seconds for statements of which a test does not ask how long they take."""


@pytest.fixture
def client(rest: Rest) -> httpx.Client:
    crawl(rest, connection(rest), [*shop(), table("sums", "customer integer", "total numeric")])
    return rest.client("data_engineer")


def test_a_statement_is_read_in_its_connections_dialect_and_found_in_the_catalog(client: httpx.Client) -> None:
    found = ok(client.post(PATH, json={"sql": FILL, "connection_id": "shop"}))
    ids = {name: each["id"] for name, each in assets(client).items()}
    (statement,) = found["statements"]
    assert (found["dialect"], statement["kind"], statement["is_complete"]) == ("postgres", "INSERT", True)
    assert [(each["name"], each["schema"], each["asset_id"]) for each in statement["reads"]] == [
        ("orders", "public", ids["orders"])
    ]
    assert statement["columns"] == {
        "customer": [{"table": 0, "column": "customer_id"}],
        "total": [{"table": 0, "column": "net_total"}],
    }
    (edge,) = found["relationships"]
    assert (edge["id"], edge["source_asset_id"], edge["target_asset_id"]) == (None, ids["sums"], ids["orders"])
    assert edge["column_mapping"] == {"customer": ["customer_id"], "total": ["net_total"]}
    lineage = ok(client.get(f"{METASTORE}/assets/{ids['sums']}/lineage"))
    assert lineage["upstream"] == []


def test_what_is_saved_is_lineage_once(client: httpx.Client, rest: Rest) -> None:
    body = {"sql": f"{FILL}; INSERT INTO sums (total) SELECT id FROM orders", "connection_id": "shop", "save": True}
    first, again = ok(client.post(PATH, json=body)), ok(client.post(PATH, json=body))
    assert (first["created"], again["created"]) == (1, 0)
    assert first["relationships"][0]["id"] == again["relationships"][0]["id"] is not None
    found = assets(client)["sums"]["id"]
    (entry,) = ok(client.get(f"{METASTORE}/assets/{found}/lineage"))["upstream"]
    assert entry["relationship"]["id"] == first["relationships"][0]["id"]
    assert entry["relationship"]["metadata"]["column_mapping"] == {
        "customer": ["customer_id"],
        "total": ["id", "net_total"],
    }
    by_column = ok(client.get(f"{METASTORE}/assets/{found}/lineage", params={"column": "total"}))["upstream"]
    assert [entry["asset"]["name"] for entry in by_column] == ["orders"]


def test_reading_needs_no_more_than_reading_and_saving_does(client: httpx.Client, rest: Rest) -> None:
    viewer = rest.client("viewer")
    assert ok(viewer.post(PATH, json={"sql": FILL, "connection_id": "shop"}))["relationships"]
    refused = viewer.post(PATH, json={"sql": FILL, "connection_id": "shop", "save": True})
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "FORBIDDEN")
    stranger = rest.client("data_engineer", tenant="acme")
    assert stranger.post(PATH, json={"sql": FILL, "connection_id": "shop"}).status_code == 404
    told = ok(stranger.post(PATH, json={"sql": FILL, "dialect": "postgres"}))
    assert told["relationships"] == []
    assert told["statements"][0]["reads"][0]["asset_id"] is None


def test_names_are_found_without_a_connection_as_people_wrote_them(client: httpx.Client, rest: Rest) -> None:
    for name in ("prod.public.users", "prod.public.people"):
        body = {"type": "TABLE", "name": name.rpartition(".")[2], "qualified_name": name}
        assert client.post(f"{METASTORE}/assets", json=body).status_code == 201
    body = {"sql": "CREATE TABLE people AS SELECT id FROM users", "dialect": "postgres", "database": "prod"}
    found = ok(client.post(PATH, json={**body, "default_schema": "public"}))
    assert found["relationships"][0]["column_mapping"] == {"id": ["id"]}
    stranger = rest.client("data_engineer", tenant="acme")
    apart = ok(stranger.post(PATH, json={**body, "default_schema": "public"}))
    assert (apart["relationships"], apart["statements"][0]["reads"][0]["asset_id"]) == ([], None)


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"sql": "SELECT 1"}, "dialect"),
    ({"sql": "", "dialect": "postgres"}, "sql"),
    ({"sql": "SELECT 1", "dialect": "cobol"}, "dialect"),
    ({"sql": "SELECT (", "dialect": "postgres"}, "sql"),
    ({"sql": "(" * 3000, "dialect": "postgres"}, "sql"),
    ({"sql": "SELECT 1;" * 600, "dialect": "postgres"}, "sql"),
    ({"sql": "x" * 500_001, "dialect": "postgres"}, "sql"),
    ({"sql": "SELECT 1", "dialect": "postgres", "more": 1}, "more"),
]


def test_what_cannot_be_read_is_refused_with_its_field(client: httpx.Client) -> None:
    for body, field in WRONG:
        answer = client.post(PATH, json=body)
        assert (answer.status_code, answer.json()["error"]["details"]["field"]) == (400, field), answer.text
    assert ok(client.post(PATH, json={"sql": "SELECT 1", "dialect": "postgres"}))["statements"]
    refused = client.post(PATH, json={"sql": "SELECT 1"}).json()["error"]["message"]
    assert refused == "dialect: give one, or a connection whose dialect it is"


def test_a_statement_that_takes_too_long_is_given_up_and_the_next_one_read() -> None:
    reader = SqlReader(seconds=2)
    slow = "SELECT " + " OR ".join(f"a{n} = (SELECT max(b{n}) FROM t{n % 400})" for n in range(12_000))
    try:
        reader.read(Ask("SELECT 1", "postgres"), lambda _: [])
        with pytest.raises(Invalid, match="within 2 seconds"):
            reader.read(Ask(slow, "postgres"), lambda _: [])
        (told,) = reader.read(Ask("SELECT 1 AS x", "postgres"), lambda _: [])
        assert told.columns == {"x": []}
    finally:
        reader.close()


def test_many_at_once_take_turns_in_two_processes_that_end_with_the_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "WAIT", PATIENT)
    reader = SqlReader(seconds=PATIENT)

    def workers() -> list[psutil.Process]:
        return [each for each in psutil.Process().children() if "crosswind.connectors.sql.worker" in each.cmdline()]

    before = len(workers())
    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(lambda n: reader.read(Ask(f"SELECT a{n} FROM t", "postgres"), lambda _: []), range(30)))
    assert [list(each[0].columns) for each in found] == [[f"a{n}"] for n in range(30)]
    assert len(workers()) - before <= 2
    reader.close()
    assert len(workers()) == before


def test_a_process_that_is_killed_is_replaced() -> None:
    reader = SqlReader(seconds=PATIENT)
    reader.read(Ask("SELECT 1", "postgres"), lambda _: [])
    for each in psutil.Process().children():
        if "crosswind.connectors.sql.worker" in each.cmdline():
            each.kill()
            each.wait()
    assert reader.read(Ask("SELECT 1 AS y", "postgres"), lambda _: [])[0].columns == {"y": []}
    reader.close()
