"""GraphQL over HTTP: content types, methods, pages, rates, identifiers, and what is refused before it is asked."""

from __future__ import annotations

import gzip
import json
from typing import Any

import httpx
import pytest
from graphql import get_introspection_query
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from tests.support.app import Rest
from tests.support.graphql import GRAPHQL, Asking
from tests.support.mounts import bridged, through

NEW = "application/graphql-response+json"
OLD = "application/json"


def error(answer: httpx.Response) -> dict[str, Any]:
    body = answer.json()
    assert "data" not in body
    found: dict[str, Any] = body["errors"][0]
    return found


ACCEPTED = [
    (None, NEW, 400),
    ("*/*", NEW, 400),
    (NEW, NEW, 400),
    (OLD, OLD, 200),
    ("application/json;q=0.9, application/graphql-response+json", NEW, 400),
    ("application/graphql-response+json;q=0.1, application/json", OLD, 200),
    ("text/plain", OLD, 406),
    ("application/json;q=0", OLD, 406),
]


def test_an_answer_comes_as_the_caller_takes_it(rest: Rest) -> None:
    client = rest.client()
    client.headers.pop("accept")
    for accept, kind, status in ACCEPTED:
        headers = {"Accept": accept} if accept else {}
        told = client.post(GRAPHQL, json={"query": "{ nothing }"}, headers=headers)
        assert (told.status_code, told.headers["content-type"]) == (status, f"{kind}; charset=utf-8"), accept
        if status != 406:
            fine = client.post(GRAPHQL, json={"query": "{ __typename }"}, headers=headers)
            assert (fine.status_code, fine.json()) == (200, {"data": {"__typename": "Query"}})


def test_a_get_reads_and_never_writes(rest: Rest) -> None:
    client = rest.client()
    query = "query($n: Int) { assets(pagination: {limit: $n}) { totalCount } }"
    fine = client.get(GRAPHQL, params={"query": query, "variables": '{"n": 3}'})
    assert fine.json() == {"data": {"assets": {"totalCount": 0}}}
    refused = client.get(GRAPHQL, params={"query": 'mutation { createTag(input: {name: "A"}) { id } }'})
    assert (refused.status_code, refused.headers["allow"]) == (405, "POST")
    assert Asking(client)("{ tags { name } }") == {"tags": []}
    twice = client.get(GRAPHQL, params=[("query", "{ __typename }"), ("query", "{ __typename }")])
    assert error(twice)["extensions"]["code"] == "INVALID_REQUEST"


NO_REQUESTS = [
    (b"[]", OLD, "body"),
    (b'[{"query": "{ __typename }"}]', OLD, "body"),
    (b'"x"', OLD, "body"),
    (b"{", OLD, "body"),
    (b"{}", OLD, "query"),
    (b'{"query": 3}', OLD, "query"),
    (b'{"query": "{ __typename }", "variables": []}', OLD, "variables"),
    (b'{"query": "{ __typename }", "operationName": 3}', OLD, "operationName"),
    (b'{"query": "{ __typename }", "operationName": "Other"}', OLD, "operationName"),
    (b'{"query": "query A { __typename } query B { __typename }"}', OLD, "operationName"),
    (b'{"query": "{ __typename }", "id": 3}', OLD, "id"),
    (b'{"query": "{ __typename }", "variables": {"a": NaN}}', OLD, "body"),
    (b'{"query": "{ __typename }", "variables": {"a": "\\u0000"}}', OLD, "body.variables.a"),
    (b'{"query": "{ asset(id: \\"\\\\u0000\\") { id } }"}', OLD, "query"),
    (b"query=x", "application/x-www-form-urlencoded", "Content-Type"),
    (b"--x--", "multipart/form-data; boundary=x", "Content-Type"),
    (b"{ __typename }", "application/graphql", "Content-Type"),
    (b'{"query": "subscription { assetUpdated(assetId: 1) { id } }"}', OLD, "query"),
]


def test_what_is_no_request_is_refused_with_its_field(rest: Rest) -> None:
    client = rest.client()
    for content, kind, field in NO_REQUESTS:
        told = client.post(GRAPHQL, content=content, headers={"Content-Type": kind})
        assert told.status_code == 400, content
        assert error(told)["extensions"]["code"] == "INVALID_REQUEST"
        assert error(told)["extensions"]["details"]["field"] == field, content


def test_bodies_are_bounded_and_unzipped(rest: Rest) -> None:
    client = rest.client()
    zipped = gzip.compress(json.dumps({"query": "{ __typename }"}).encode())
    headers = {"Content-Type": OLD, "Content-Encoding": "gzip"}
    assert client.post(GRAPHQL, content=zipped, headers=headers).status_code == 200
    bomb = gzip.compress(json.dumps({"query": "#" * 20_000_000}).encode())
    assert client.post(GRAPHQL, content=bomb, headers=headers).status_code == 413
    large = client.post(GRAPHQL, json={"query": "#" * 2_000_000})
    assert (large.status_code, error(large)["extensions"]["code"]) == (413, "PAYLOAD_TOO_LARGE")


def test_who_is_unknown_learns_nothing(rest: Rest) -> None:
    for query in (get_introspection_query(), "{", "{ nothing }"):
        told = rest.anonymous().post(GRAPHQL, json={"query": query})
        assert (told.status_code, told.headers["www-authenticate"]) == (401, "Bearer")
        assert error(told)["extensions"]["code"] == "UNAUTHORIZED"
    assert Asking(rest.client("viewer"))(get_introspection_query())["__schema"]["queryType"] == {
        "name": "Query", "kind": "OBJECT",
    }  # fmt: skip


def test_the_page_cookie_asks_for_our_own_pages_only(rest: Rest) -> None:
    rest.people.add("ana", "platform_admin")
    ours = {"X-Crosswind-Request": "graphiql", "Sec-Fetch-Site": "same-origin"}
    body = {"query": 'mutation { createTag(input: {name: "A"}) { name } }'}

    def status(**headers: str) -> int:
        client = rest.anonymous(
            {"Cookie": "_token=token.ana.x", **{k.replace("_", "-"): v for k, v in headers.items()}}
        )
        return client.post(GRAPHQL, json=body).status_code

    assert status() == status(**{"X-Crosswind-Request": "1", "Sec-Fetch-Site": "cross-site"}) == 403
    assert status(**ours) == 200
    reading = rest.anonymous({"Cookie": "_token=token.ana.x"})
    assert reading.get(GRAPHQL, params={"query": "{ __typename }"}).status_code == 200


def test_each_answer_names_its_request_and_where_the_caller_stands(store: str) -> None:
    with Rest(store, rate_limit=60) as rest:
        client = rest.client("viewer")
        fine = client.post(GRAPHQL, json={"query": "{ a: __typename b: __typename }"}, headers={"X-Request-Id": "mine"})
        assert fine.headers["x-request-id"] == "mine"
        assert fine.headers["ratelimit-policy"] == '"default";q=60;w=60'
        left = [int(fine.headers["x-ratelimit-remaining"])]
        told = client.post(GRAPHQL, json={"query": "{ asset(id: 1) { id } }"})
        left.append(int(told.headers["x-ratelimit-remaining"]))
        assert left[0] - left[1] == 1
        assert told.json()["errors"][0]["extensions"]["requestId"] == told.headers["x-request-id"]
        for _ in range(70):
            told = client.post(GRAPHQL, json={"query": "{ __typename }"})
        assert (told.status_code, error(told)["extensions"]["code"]) == (429, "RATE_LIMITED")
        assert int(told.headers["retry-after"]) >= 1
        assert told.headers["x-ratelimit-remaining"] == "0"


def test_a_store_that_is_away_is_told_without_its_words(rest: Rest, monkeypatch: pytest.MonkeyPatch) -> None:
    ask = Asking(rest.client())
    ask("{ assets { totalCount } }")
    run: Any = PGDialect_psycopg.do_execute

    def broken(self: PGDialect_psycopg, cursor: Any, statement: str, *rest_: Any, **options: Any) -> None:
        if "crosswind.assets" in statement:
            raise OperationalError("SELECT secret_words", {}, Exception("terminating connection"))
        run(self, cursor, statement, *rest_, **options)

    monkeypatch.setattr(PGDialect_psycopg, "do_execute", broken)
    told = ask.raw("{ tags { name } assets { totalCount } }")
    assert (told.status_code, error(told)["extensions"]["code"]) == (503, "SERVICE_UNAVAILABLE")
    assert told.headers["retry-after"]
    assert "secret_words" not in told.text


def test_a_commit_that_fails_is_told_and_nothing_is_kept(rest: Rest, monkeypatch: pytest.MonkeyPatch) -> None:
    ask = Asking(rest.client())
    with monkeypatch.context() as patch:

        def broken(self: Session) -> None:
            raise OperationalError("COMMIT", {}, Exception("gone"))

        patch.setattr(Session, "commit", broken)
        told = ask.raw('mutation { createTag(input: {name: "A"}) { id } }')
    assert (told.status_code, error(told)["extensions"]["code"]) == (503, "SERVICE_UNAVAILABLE")
    assert ask("{ tags { name } }") == {"tags": []}


def test_an_idempotency_key_is_not_taken_silently(rest: Rest) -> None:
    body = {"query": 'mutation { createTag(input: {name: "A"}) { id } }'}
    told = rest.client().post(GRAPHQL, json=body, headers={"Idempotency-Key": "k"})
    assert error(told)["extensions"]["details"]["field"] == "Idempotency-Key"


def test_the_schema_is_served_and_the_page_loads_only_its_own(rest: Rest) -> None:
    client = rest.anonymous()
    assert "type Query {" in client.get(f"{GRAPHQL}/schema.graphql").text
    page = client.get(GRAPHQL, headers={"Accept": "text/html,*/*;q=0.8"})
    assert page.headers["content-type"].startswith("text/html")
    assert "script-src 'self';" in page.headers["content-security-policy"]
    assert "//" not in page.text.replace("<!doctype", "")
    assert client.get(f"{GRAPHQL}/assets/..%2F..%2Findex.html").status_code == 404


def test_both_mounts_answer_alike(rest: Rest, monkeypatch: pytest.MonkeyPatch) -> None:
    key = {"X-API-Key": rest.key()}
    asset_id = Asking(rest.anonymous(key)).asset("users")
    query = {"query": "query($id: ID!) { asset(id: $id) { name tags { name } } }", "variables": {"id": asset_id}}
    with bridged(rest, monkeypatch) as outer:
        bridge = through(rest, outer, key)
        beside = rest.anonymous(key).post(GRAPHQL, json=query)
        told = bridge.post(GRAPHQL, json=query)
        assert told.json() == beside.json()
        assert told.headers["content-type"] == beside.headers["content-type"]
        made = bridge.post(GRAPHQL, json={"query": 'mutation { createTag(input: {name: "A"}) { name } }'})
        assert made.json() == {"data": {"createTag": {"name": "A"}}}
