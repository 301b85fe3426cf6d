"""Bad input at the door: a 4xx with the field named, and nothing changed."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator

import httpx
import pytest
from sqlalchemy import text
from tests.support.app import CONNECTIONS, METASTORE, PLATFORM, Rest

from crosswind.doors.rest.request import MEGABYTE
from crosswind.kit.embedded import EmbeddedPostgres

KEYS = f"{PLATFORM}/keys"
NOWHERE = "00000000-0000-4000-8000-000000000000"


@pytest.fixture(scope="module")
def door(postgres: EmbeddedPostgres, store_template: str) -> Iterator[Rest]:
    postgres.create_database("bad_input", template=store_template)
    with Rest(postgres.url("bad_input")) as rest:
        yield rest
    postgres.drop_database("bad_input")


@pytest.fixture(scope="module")
def client(door: Rest) -> httpx.Client:
    return door.client()


def keys(door: Rest) -> int:
    with door.platform.session() as session:
        return int(session.scalar(text("SELECT count(*) FROM crosswind.api_keys")) or 0)


def refused(answer: httpx.Response, status: int, field: str | None) -> None:
    error = answer.json()["error"]
    assert answer.status_code == status, answer.text
    assert error["code"] == f"GEN_{status}"
    assert field is None or error["details"]["field"] == field


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b"", None),
        (b"{", "body"),
        (b'{"name": "x"} x', "body"),
        (b"null", None),
        (b"[]", "body"),
        (b'"x"', "body"),
        (b'{"name": 7}', "name"),
        (b'{"name": ""}', "name"),
        (b'{"name": null}', "name"),
        (b'{"name": "x", "unknown": 1}', "unknown"),
        (b'{"name": "x", "scopes": [], "name": "x"}', "name"),
        (b'{"name": "x", "scopes": "me:read"}', "scopes"),
        (b'{"name": "x", "scopes": [7]}', "scopes.0"),
        (b'{"name": "x", "expiresAt": "tomorrow"}', "expiresAt"),
        (b'{"name": "x", "expiresAt": NaN}', "body"),
        (b'{"name": "x", "expiresAt": Infinity}', "body"),
        (b'{"name": "x", "expiresAt": 1e999}', "body"),
        (b'{"name": "x", "expiresAt": 9223372036854775808}', "body"),
        (b'{"name": "x", "expiresAt": -9223372036854775809}', "body"),
        (b'{"name": "x", "expiresAt": ' + b"9" * 5000 + b"}", "body"),
        (b'{"name": "a\\u0000b"}', "body.name"),
        (b'{"na\\u0000me": "b"}', "body"),
        (b'{"name": "a\x00b"}', "body"),
        (b'{"name": "\\ud800"}', "body.name"),
        (b'{"name": "\\udc00\\ud800"}', "body.name"),
        (b'{"name": "\xff\xfe"}', "body"),
        (b'{"name": "\xed\xa0\x80"}', "body"),
        ('{"name": "a\u202eb"}'.encode(), "name"),
        ('{"name": "a\u2066b"}'.encode(), "name"),
        ('{"name": "\u200f"}'.encode(), "name"),
        ('{"name": "x", "owner": "a\u202eb"}'.encode(), "owner"),
        (b'{"name": "a\\nb"}', "name"),
        (b'{"name": "a\\u001bb"}', "name"),
        (b'{"name": "' + b"x" * 256 + b'"}', "name"),
        (b"[" * 100 + b"]" * 100, "body"),
        (b"[" * 200_000, "body"),
        (b'{"a":' * 70 + b"1" + b"}" * 70, "body"),
    ],
    ids=lambda value: repr(value)[:40] if isinstance(value, bytes) else None,
)
def test_bodies_that_cannot_be_taken(door: Rest, client: httpx.Client, body: bytes, field: str | None) -> None:
    before = keys(door)
    refused(client.post(KEYS, content=body, headers={"Content-Type": "application/json"}), 400, field)
    assert keys(door) == before


def test_names_in_any_script_are_names(client: httpx.Client) -> None:
    for name in ("מפתח", "مفتاح", "鍵", "clé", "ключ 🔑", "می‌خواهم"):
        answer = client.post(KEYS, json={"name": name})
        assert (answer.status_code, answer.json()["name"]) == (201, name)


def test_surrogate_pairs_are_characters(client: httpx.Client) -> None:
    answer = client.post(KEYS, content=b'{"name": "\\ud83d\\ude00"}', headers={"Content-Type": "application/json"})
    assert answer.json()["name"] == "😀"


@pytest.mark.parametrize(
    ("path", "field"),
    [
        (f"{KEYS}?page=0", "page"),
        (f"{KEYS}?page=x", "page"),
        (f"{KEYS}?pageSize=101", "pageSize"),
        (f"{KEYS}?pageSize=5.0", "pageSize"),
        (f"{KEYS}?page=1e1", "page"),
        (f"{KEYS}?page=%2B1", "page"),
        (f"{KEYS}?page=1_0", "page"),
        (f"{KEYS}?page=%D9%A1", "page"),
        (f"{KEYS}?page=%201", "page"),
        (f"{PLATFORM}/assets/{NOWHERE}/versions/1.0", "number"),
        (f"{PLATFORM}/assets/{NOWHERE}/diff?from=1.0&to=2", "from"),
        (f"{KEYS}?pageSize=9223372036854775808", "pageSize"),
        (f"{KEYS}?page=1000001", "page"),
        (f"{KEYS}?pagesize=5", "pagesize"),
        (f"{KEYS}?page=%00", "page"),
        (f"{KEYS}?%00=1", "query"),
        (f"{KEYS}?page=%E2%80%AE1", "page"),
        (f"{CONNECTIONS}/governance/audit?outcome=maybe", "outcome"),
        (f"{CONNECTIONS}/governance/audit?from=yesterday", "from"),
        (f"{CONNECTIONS}/governance/audit?actor=%E2%80%AE", "actor"),
        (f"{CONNECTIONS}/governance/audit/a%00b", "path"),
        (f"{CONNECTIONS}/governance/audit/a%E2%80%AEb", "path"),
        (f"{CONNECTIONS}/governance/audit/a%1Bb", "path"),
    ],
)
def test_queries_and_paths_that_cannot_be_taken(client: httpx.Client, path: str, field: str) -> None:
    refused(client.get(path), 400, field)


def test_sql_in_a_filter_is_text(client: httpx.Client) -> None:
    answer = client.get(f"{CONNECTIONS}/governance/audit", params={"actor": "' OR 1=1 --"})
    assert (answer.status_code, answer.json()["data"]) == (200, [])


def test_a_body_over_the_limit_is_refused(door: Rest, client: httpx.Client) -> None:
    before = keys(door)
    body = json.dumps({"name": "x" * MEGABYTE}).encode()
    refused(client.post(KEYS, content=body, headers={"Content-Type": "application/json"}), 413, "body")
    declared = {"Content-Type": "application/json", "Content-Length": str(MEGABYTE + 1)}
    refused(client.post(KEYS, content=b'{"name": "x"}', headers=declared), 413, "body")
    bomb = gzip.compress(b" " * (200 * MEGABYTE), 9)
    assert len(bomb) < MEGABYTE
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    refused(client.post(KEYS, content=bomb, headers=headers), 413, "body")
    assert keys(door) == before


@pytest.mark.parametrize(
    ("content", "coding", "status"),
    [
        (gzip.compress(b'{"name": "zipped"}'), "gzip", 201),
        (gzip.compress(b'{"name": "zipped"}'), "GZIP", 201),
        (gzip.compress(b'{"name": "zipped"}')[:-4], "gzip", 400),
        (gzip.compress(b'{"name": "zipped"}') + b"x", "gzip", 400),
        (gzip.compress(b"{}") + gzip.compress(b'{"name": "second member"}'), "gzip", 400),
        (b'{"name": "plain"}', "gzip", 400),
        (b'{"name": "plain"}', "br", 400),
        (b'{"name": "plain"}', "identity", 201),
    ],
)
def test_content_codings(client: httpx.Client, content: bytes, coding: str, status: int) -> None:
    headers = {"Content-Type": "application/json", "Content-Encoding": coding}
    assert client.post(KEYS, content=content, headers=headers).status_code == status


def test_other_kinds_of_body_are_refused(client: httpx.Client) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/xml"):
        answer = client.post(KEYS, content=b'{"name": "x"}', headers={"Content-Type": kind})
        refused(answer, 400, None)


def test_nobody_learns_from_validation_what_is_behind_the_door(door: Rest) -> None:
    stranger = door.anonymous()
    for method, path in (("GET", f"{KEYS}?page=x"), ("POST", KEYS), ("DELETE", f"{KEYS}/x?y=1")):
        assert stranger.request(method, path, content=b"{").status_code == 401
    viewer = door.client("viewer")
    assert viewer.post(KEYS, content=b"{").status_code == 403
    assert viewer.get(f"{KEYS}?page=x").status_code == 403


@pytest.mark.parametrize("path", ["/connections-platform/v1/nothing", "/metastore/v2/assets", "/platform/", "/nothing"])
def test_unknown_paths_answer_in_the_familys_envelope(client: httpx.Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    error = answer.json()["error"]
    assert error["code"] in {"GEN_404", "PATH_NOT_FOUND"}
    assert error["details"].keys() - {"timestamp"} == {"path"}


def test_a_line_break_in_a_path_leads_nowhere(client: httpx.Client) -> None:
    refused(client.get(f"{CONNECTIONS}/governance/audit/a%0Ab"), 404, None)


def test_methods_that_a_path_does_not_have(client: httpx.Client) -> None:
    answer = client.put(KEYS, json={})
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD, OPTIONS, POST")
    assert answer.json()["error"]["details"]["field"] == "method"
    options = client.options(KEYS)
    assert (options.status_code, options.headers["Allow"]) == (204, "GET, HEAD, OPTIONS, POST")


def test_head_is_a_get_without_its_body(client: httpx.Client) -> None:
    answer = client.head(KEYS)
    assert (answer.status_code, answer.content) == (200, b"")
    assert int(answer.headers["Content-Length"]) > 2
    assert client.head(f"{CONNECTIONS}/governance/audit/nothing").status_code == 404


def test_a_slash_at_the_end_changes_nothing(client: httpx.Client) -> None:
    assert client.get(f"{KEYS}/").status_code == 200
    assert client.post(f"{METASTORE}/auth/login/", json={}).status_code == 400


def test_request_ids_are_kept_when_they_are_plain(client: httpx.Client) -> None:
    assert client.get(KEYS, headers={"X-Request-Id": "abc-123"}).headers["X-Request-Id"] == "abc-123"
    for odd in ("a b", "x" * 65, "<script>"):
        assert client.get(KEYS, headers={"X-Request-Id": odd}).headers["X-Request-Id"].startswith("req-")
