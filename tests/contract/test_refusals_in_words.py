"""What is wrong with a request is told as what is allowed: no pattern, no word of a library, in every route."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from tests.support.airflow import Airflow
from tests.support.app import METASTORE, Rest, rest_app
from tests.support.graphql import GRAPHQL

from crosswind.contexts.catalog.schemas.assets import AssetQuery
from crosswind.contexts.governance.schemas import KINDS
from crosswind.contexts.tasks.schemas import SOURCE
from crosswind.doors.cli.openapi import documents
from crosswind.doors.rest.families import FAMILIES
from crosswind.kit.embedded import EmbeddedPostgres
from crosswind.kit.problems import FORMS

MOUNTS = {manners.name: manners.mount for manners in FAMILIES}
DOCUMENTS = {name: json.loads(text) for name, text in documents().items()}
LIBRARY = re.compile(
    r"\^|\\S|\[A-Z|should (be|have|match)|Value error|Extra inputs|Field required|dictionary|valid (string|integer)"
    r"|valid UUID|Expected `|Invalid enum|required field|unknown field|regex"
    r"|unable to|extract fields|function-|pydantic|Traceback"
)
"""What only whoever wrote the server can read."""
NOWHERE = "00000000-0000-4000-8000-000000000000"
ODD = ("foo bar!", "-1", str(10**30), "1.5", "", " ", "name:asc;drop", "2026-11-22T09:30:00", "x" * 5_000, "[1,2]")
TOLD_BY_A_CHECK = {
    AssetQuery.model_json_schema()["properties"]["sort"]["pattern"],
    SOURCE,
    r"^[1-9][0-9]{0,17}$",
    r"^[0-9]{0,18}$",
    r"^[!#-+--~]+$",
}
"""Patterns in the documents that no model is checked by: those of a sort, a file, cursors, event ids and keys."""
QUERIES = [
    (name, path, parameter["name"])
    for name, document in DOCUMENTS.items()
    for path, methods in document["paths"].items()
    for parameter in methods.get("get", {}).get("parameters", ())
    if parameter["in"] == "query" and path not in {"/v1/events", "/graphql"}
]


@pytest.fixture(scope="module")
def airflow(airflow_metadata: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Airflow]:
    found = Airflow(airflow_metadata, tmp_path_factory.mktemp("refusals"))
    found.enter()
    yield found
    found.leave()


@pytest.fixture(scope="module")
def door(postgres: EmbeddedPostgres, store_template: str, airflow: Airflow) -> Iterator[Rest]:
    postgres.create_database("refusals", template=store_template)
    with rest_app(postgres.url("refusals")) as rest:
        yield rest
    postgres.drop_database("refusals")


@pytest.fixture(scope="module")
def client(door: Rest) -> httpx.Client:
    return door.client()


def in_words(answer: httpx.Response) -> str:
    """The message of a refusal, which a person can read."""
    assert answer.status_code < 500, answer.text
    if answer.status_code < 400:
        return ""
    error = answer.json()["error"]
    told = json.dumps([error["message"], error["details"].get("problems", [])], ensure_ascii=False)
    assert LIBRARY.search(told) is None, told
    return str(error["message"])


@pytest.mark.parametrize(("family", "path", "name"), QUERIES, ids=str)
def test_a_parameter(client: httpx.Client, family: str, path: str, name: str) -> None:
    place = MOUNTS[family] + re.sub(r"{\w+}", NOWHERE, path)
    for odd in ODD:
        in_words(client.get(place, params={name: odd}))


def test_every_pattern_is_put_in_words() -> None:
    written = re.findall(r'"pattern": ("(?:[^"\\]|\\.)*")', json.dumps(DOCUMENTS))
    assert {json.loads(each) for each in written} - TOLD_BY_A_CHECK == FORMS.keys()


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/assets?sort=foo", "sort: must be one of updated_at, created_at, name, qualified_name and type"),
        ("/assets?type=KING", "type: must be 'TABLE', 'VIEW'"),
        ("/assets?limit=0", "limit: must be at least 1"),
        ("/assets?limit=101", "limit: must be at most 100"),
        ("/assets?offset=x", "offset: must be a whole number"),
        ("/assets?created_after=yesterday", "created_after: must be a time, such as"),
        ("/assets?removed=perhaps", "removed: must be true or false"),
        ("/assets/nothing", "id: must be a UUID, such as"),
        ("/audits?entity_type=FOO", "entity_type: must be one of ASSET, AUDIT,"),
        ("/audits?from=2026-11-22T09:30:00", "from: must be a time, such as 2026-11-22T09:30:00Z, with its zone"),
        ("/tasks/a_b", "id: must be of letters, digits and '-'"),
    ],
)
def test_what_is_allowed_is_said(client: httpx.Client, path: str, said: str) -> None:
    answer = client.get(METASTORE + path)
    assert answer.status_code == 400
    assert in_words(answer).startswith(said)


@pytest.mark.parametrize("kind", [*KINDS, "asset", "Route"])
def test_the_audit_is_asked_for_each_kind_that_it_knows(client: httpx.Client, kind: str) -> None:
    assert client.get(f"{METASTORE}/audits", params={"entity_type": kind}).status_code == 200


BODIES: dict[str, tuple[Any, str]] = {
    "no object": ([1], "must be an object"),
    "a text": ("x", "must be an object"),
    "nothing in it": ({}, "is missing"),
    "an unknown field": ({"type": "TABLE", "name": "n", "qualified_name": "q", "colour": 1}, "is not known here"),
    "a blank name": ({"type": "TABLE", "name": " ", "qualified_name": "q"}, "must hold more than blanks"),
    "no text": ({"type": "TABLE", "name": 7, "qualified_name": "q"}, "must be a text"),
    "a control": ({"type": "TABLE", "name": "a\u202e", "qualified_name": "q"}, "holds a control character"),
    "long": ({"type": "TABLE", "name": "n", "qualified_name": "é" * 1_500}, "has more than 2000 bytes"),
    "tags": ({"type": "TABLE", "name": "n", "qualified_name": "q", "tags": "PII"}, "must be a list"),
}


@pytest.mark.parametrize(("body", "said"), BODIES.values(), ids=BODIES.keys())
def test_a_body_that_is_wrong(client: httpx.Client, body: Any, said: str) -> None:
    answer = client.post(f"{METASTORE}/assets", json=body)
    assert answer.status_code == 400
    assert said in in_words(answer)


@pytest.mark.parametrize(
    "sent",
    [
        {"data": {"type": "TABLE", "name": "n", "qualified_name": "q"}},
        {"files": {"file": b"x"}},
        {"content": b'{"type": "TABLE"}', "headers": {"Content-Type": "text/plain"}},
        {"content": b'{"type": "TABLE"}'},
        {"content": b"type: TABLE", "headers": {"Content-Type": "application/yaml"}},
    ],
    ids=["form", "multipart", "text", "undeclared", "yaml"],
)
@pytest.mark.parametrize("path", ["/assets", "/tags", "/relationships", "/tasks", "/auth/login"])
def test_a_body_that_is_no_json_is_told_what_to_send(client: httpx.Client, path: str, sent: Any) -> None:
    answer = client.post(METASTORE + path, **sent)
    error = answer.json()["error"]
    assert (answer.status_code, error["code"], error["details"]["field"]) == (400, "INVALID_REQUEST", "Content-Type")
    assert "Send JSON, with the header Content-Type: application/json" in in_words(answer)


@pytest.mark.parametrize("kind", ["application/json; charset=utf-8", "Application/JSON", "application/vnd.api+json"])
def test_json_by_any_of_its_names_is_taken(client: httpx.Client, kind: str) -> None:
    body = json.dumps({"name": f"tag {kind}"}).encode()
    assert client.post(f"{METASTORE}/tags", content=body, headers={"Content-Type": kind}).status_code == 201


def test_graphql_says_what_is_allowed_too(client: httpx.Client) -> None:
    asked = {"query": '{ assets(filter: {sort: "foo"}) { totalCount } }'}
    (error,) = client.post(GRAPHQL, json=asked).json()["errors"]
    assert error["message"].startswith("filter.sort: must be one of updated_at")


ITEMS: list[tuple[Any, str, str]] = [
    ({"type": "KING"}, "type", "must be one of CHART, DASHBOARD, DATASET, PIPELINE, TABLE, VIEW"),
    ({"name": " "}, "name", "must hold more than blanks"),
    ({"name": ""}, "name", "must not be empty"),
    ({"name": "n" * 513}, "name", "must have at most 512 characters"),
    ({"colour": 1}, "colour", "`colour` is not known here"),
    ({"tags": "PII"}, "tags", "must be a list, and is a text"),
    ({"owners": [{"name": "x", "kind": "dog"}]}, "owners[0].kind", "must be one of team, user"),
    ({"columns": [{"name": "a", "nullable": "x"}]}, "columns[0].nullable", "must be true or false, and is a text"),
    ({"source": {"row_count": -1}}, "source.row_count", "must be at least 0"),
    (
        {"kind": "relationship", "type": "KING"},
        "type",
        "must be one of CONTAINS, DEPENDS_ON, PRODUCES, RELATED_TO, USES",
    ),
]


@pytest.mark.parametrize(("change", "field", "said"), ITEMS, ids=lambda value: str(value)[:30])
def test_an_item_of_a_batch(client: httpx.Client, change: Any, field: str, said: str) -> None:
    item = {"type": "TABLE", "name": "n", "qualified_name": "q", **change}
    answer = client.post(f"{METASTORE}/ingestion/batch", json={"assets": [item]})
    assert in_words(answer).endswith(f"assets[0].{field}: {said}")
    assert answer.json()["error"]["details"]["errors"] == [{"index": 0, "field": field, "message": said}]


@pytest.mark.parametrize(
    ("path", "body", "said"),
    [
        ("/v1/ingestion/batch", [], "must be an object, and is a list"),
        ("/v1/ingestion/batch", {}, "`assets` is missing"),
        ("/v1/ingestion/batch", {"assets": {}}, "assets: must be a list, and is an object"),
        ("/api/v1/lineage", {}, "`eventTime` is missing"),
        ("/api/v1/lineage", {"eventTime": "x"}, "eventTime: must be a time, such as"),
        (
            "/api/v1/lineage",
            {"eventTime": "2026-01-01T00:00:00Z", "eventType": "X"},
            "eventType: must be one of ABORT,",
        ),
    ],
)
def test_a_body_that_is_taken_as_it_comes(client: httpx.Client, path: str, body: Any, said: str) -> None:
    answer = client.post(f"/metastore{path}", json=body)
    assert answer.status_code == 400
    assert in_words(answer).startswith(said)


def test_a_plus_that_an_address_made_a_blank_is_told(client: httpx.Client) -> None:
    answer = client.get(f"{METASTORE}/assets?created_after=2026-01-01T00:00:00+02:00")
    assert in_words(answer).endswith("in an address, write + as %2B")


@pytest.mark.parametrize("path", ["/metastore/v1/ws", "/metastore/v1/ws/"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_plain_http_at_a_sockets_address_is_told_so(client: httpx.Client, method: str, path: str) -> None:
    answer = client.request(method, path)
    assert (answer.status_code, answer.headers["Upgrade"]) == (426, "websocket")
    assert "ws://" in in_words(answer)


def test_a_method_is_offered_only_where_it_is_answered(client: httpx.Client) -> None:
    allowed = client.options("/metastore/v1/events").headers["Allow"]
    assert allowed == client.post("/metastore/v1/events").headers["Allow"] == "GET, OPTIONS"
    assert client.head("/metastore/v1/events").status_code == 405
    assert "HEAD" in client.options(f"{METASTORE}/assets").headers["Allow"]


@pytest.mark.parametrize("path", ["/assets", "/assets/nothing", f"/assets/{NOWHERE}"])
def test_no_cache_keeps_an_answer(client: httpx.Client, path: str) -> None:
    assert client.get(METASTORE + path).headers["Cache-Control"] == "no-store"
