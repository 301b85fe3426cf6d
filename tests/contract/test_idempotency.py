"""`Idempotency-Key` on POST: the same request again is answered as before, and nothing is done twice."""

from __future__ import annotations

import gzip
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from sqlalchemy import text
from tests.support.app import CONNECTIONS, METASTORE, PLATFORM, Rest
from tests.support.runs import MadeUpRuns, govern
from tests.support.served import ROUTES

from crosswind.contexts.access import answers
from crosswind.doors.rest.app import families
from crosswind.doors.rest.openapi import document

TAGS = f"{METASTORE}/tags"
ASSETS = f"{METASTORE}/assets"
KEYS = f"{PLATFORM}/keys"
TASKS = f"{METASTORE}/tasks"


def send(client: httpx.Client, path: str, body: Any, key: str, **headers: str) -> httpx.Response:
    return client.post(path, json=body, headers={"Idempotency-Key": key, **headers})


def count(rest: Rest, table: str, where: str = "true") -> int:
    with rest.platform.session() as session:
        return int(session.scalar(text(f"SELECT count(*) FROM crosswind.{table} WHERE {where}")) or 0)


def asset(name: str = "orders") -> dict[str, Any]:
    return {"type": "TABLE", "name": name, "qualified_name": f"prod.public.{name}", "metadata": {}}


def code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


def test_the_same_request_again_gets_the_same_answer_and_is_not_done_twice(rest: Rest) -> None:
    client = rest.client()
    first, again = (send(client, ASSETS, asset(), "k-1", **{"X-Request-Id": f"req-{n}"}) for n in (1, 2))
    assert first.status_code == again.status_code == 201
    assert first.content == again.content
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.headers["X-Request-Id"] == "req-2"
    for header in ("Content-Type", "ETag"):
        assert again.headers[header] == first.headers[header]
    assert (count(rest, "assets"), count(rest, "audit", "entity_type = 'ASSET'")) == (1, 1)


def test_a_quoted_key_is_the_same_key(rest: Rest) -> None:
    client = rest.client()
    assert send(client, TAGS, {"name": "a"}, "k-1").status_code == 201
    assert send(client, TAGS, {"name": "a"}, '"k-1"').headers["Idempotency-Replayed"] == "true"


def test_a_gzip_body_is_the_same_request(rest: Rest) -> None:
    client = rest.client()
    headers = {"Idempotency-Key": "k", "Content-Type": "application/json"}
    assert client.post(TAGS, content=b'{"name": "a"}', headers=headers).status_code == 201
    headers["Content-Encoding"] = "gzip"
    again = client.post(TAGS, content=gzip.compress(b'{"name": "a"}'), headers=headers)
    assert again.headers["Idempotency-Replayed"] == "true"


def test_another_request_under_the_key_is_422(rest: Rest) -> None:
    client = rest.client()
    assert send(client, TAGS, {"name": "a"}, "k-1").status_code == 201
    assert code(send(client, TAGS, {"name": "b"}, "k-1")) == (422, "IDEMPOTENCY_KEY_REUSED")
    body = {"subject": "ana", "attribute": "region", "value": "eu"}
    assert send(client, f"{PLATFORM}/grants", body, "k-1").status_code == 201, "another path has keys of its own"
    assert code(send(client, f"{PLATFORM}/grants", body | {"value": "us"}, "k-1")) == (422, "GEN_422")
    assert count(rest, "tags") == 1


def test_callers_and_tenants_do_not_share_keys(rest: Rest) -> None:
    ana, ben, far = rest.client(), rest.client(), rest.client(tenant="far")
    answers_ = [send(client, ASSETS, asset(str(n)), "k") for n, client in enumerate((ana, ben, far))]
    assert [answer.status_code for answer in answers_] == [201] * 3
    assert send(far, ASSETS, asset("2"), "k").json()["id"] == answers_[2].json()["id"]


def test_two_keys_of_one_person_share_their_answers(rest: Rest) -> None:
    one = rest.client(subject="ana")
    other = rest.client(subject="ana")
    first = send(one, ASSETS, asset(), "k")
    assert send(other, ASSETS, asset(), "k").content == first.content


def test_a_replay_needs_the_permission_that_the_request_needs(rest: Rest) -> None:
    assert send(rest.client(subject="ana"), TAGS, {"name": "a"}, "k").status_code == 201
    reader = rest.client(subject="ana", scopes=["tag:read"])
    assert send(reader, TAGS, {"name": "a"}, "k").status_code == 403


def test_what_failed_is_tried_again(rest: Rest) -> None:
    client = rest.client()
    body = {"name": "a", "owner": "nobody-else"}
    assert send(client, KEYS, body | {"expiresAt": "2001-01-01T00:00:00Z"}, "k").status_code == 400
    assert send(client, ASSETS, {"type": "TABLE"}, "k").status_code == 400
    assert send(client, TAGS, {"name": "a"}, "first").status_code == 201
    assert send(client, TAGS, {"name": "a"}, "second").status_code == 409
    assert count(rest, "kept_answers") == 1
    with rest.platform.session() as session:
        session.execute(text("DELETE FROM crosswind.tags"))
        session.commit()
    assert send(client, TAGS, {"name": "a"}, "second").status_code == 201


def test_a_secret_that_is_shown_once_is_not_kept(rest: Rest) -> None:
    client = rest.client()
    first = send(client, KEYS, {"name": "once"}, "k")
    assert first.status_code == 201
    again = send(client, KEYS, {"name": "once"}, "k")
    assert code(again) == (409, "GEN_409")
    assert again.json()["error"]["details"]["status"] == 201
    assert first.json()["key"] not in again.text
    assert count(rest, "api_keys", "name = 'once'") == 1
    with rest.platform.session() as session:
        stored = str(
            session.execute(text("SELECT to_jsonb(a), encode(body, 'escape') FROM crosswind.kept_answers a")).all()
        )
    assert first.json()["key"] not in stored
    assert count(rest, "kept_answers", "body IS NULL") == 1


def test_neither_the_key_nor_what_was_asked_is_stored(rest: Rest) -> None:
    assert send(rest.client(), TAGS, {"name": "a"}, "canary-of-the-key").status_code == 201
    with rest.platform.session() as session:
        stored = str(
            session.execute(text("SELECT encode(hash || fingerprint, 'escape') FROM crosswind.kept_answers")).all()
        )
    assert "canary" not in stored


def test_a_large_answer_is_kept_without_its_body(rest: Rest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "LARGEST", 10)
    client = rest.client()
    assert send(client, TAGS, {"name": "a"}, "k").status_code == 201
    assert code(send(client, TAGS, {"name": "a"}, "k")) == (409, "ANSWER_NOT_KEPT")
    assert count(rest, "tags") == 1


@pytest.mark.parametrize(
    "values",
    [
        [""],
        [" "],
        ["a b"],
        ['"'],
        ['"a'],
        ['""'],
        ['"a"b"'],
        ["x" * 256],
        ["\x7f"],
        ["é".encode()],
        ["a", "a"],
        ["a", "b"],
        ["a,a"],
    ],
    ids=lambda values: repr(values)[:16],
)
def test_a_key_that_is_none_is_refused_by_name(rest: Rest, values: list[Any]) -> None:
    headers = [("Idempotency-Key", value) for value in values]
    answer = rest.client().post(TAGS, json={"name": "a"}, headers=headers)
    assert code(answer) == (400, "INVALID_REQUEST")
    assert answer.json()["error"]["details"]["field"] == "Idempotency-Key"
    assert count(rest, "tags") == 0


@pytest.mark.parametrize("key", ["x" * 255, '"' + "x y" * 85 + '"', '"a \\" b"', "~!#$%&'*+-.^_`|;:/?@[]{}()<>=\\"])
def test_any_visible_key_is_taken(rest: Rest, key: str) -> None:
    client = rest.client()
    assert [send(client, TAGS, {"name": "a"}, key).status_code for _ in range(2)] == [201, 201]


def test_public_routes_take_no_key(rest: Rest) -> None:
    rest.people.add("ana", password="right")
    body = {"username": "ana", "password": "right"}
    answer = send(rest.anonymous(), f"{METASTORE}/auth/login", body, "k")
    assert code(answer) == (400, "INVALID_REQUEST")
    assert answer.json()["error"]["details"]["field"] == "Idempotency-Key"


def test_the_key_means_nothing_to_other_methods(rest: Rest) -> None:
    client = rest.client()
    assert client.get(TAGS, headers={"Idempotency-Key": "k"}).status_code == 200
    assert count(rest, "kept_answers") == 0


def test_every_post_but_logins_and_files_takes_a_key_and_says_so() -> None:
    posts = {route.id: route.spec for route in ROUTES if route.method == "POST"}
    refused = {name for name, spec in posts.items() if spec.keeps == "nothing"}
    assert refused == {
        "POST /connections-platform/v1/auth/login",
        "POST /connections-platform/api/v1/auth/login",
        "POST /metastore/v1/auth/login",
        "POST /metastore/v1/auth/refresh",
        f"POST {PLATFORM}/uploads",
    }
    assert {name for name, spec in posts.items() if spec.keeps == "outcome"} == {
        f"POST {PLATFORM}/keys",
        f"POST {PLATFORM}/leases",
        f"POST {PLATFORM}/webhooks",
        f"POST {PLATFORM}/webhooks/{{id}}/secret",
    }
    for manners, app in families():
        for path, item in document(app, manners)["paths"].items():
            for method, operation in item.items():
                named = {each["name"] for each in operation.get("parameters", ())}
                keeps = posts.get(f"POST {manners.mount}{path}")
                kind = keeps.keeps if method == "post" and keeps is not None else "nothing"
                assert ("Idempotency-Key" in named) == (kind != "nothing"), path
                assert ("422" in operation["responses"]) == (kind in {"answer", "outcome"}), path


def test_a_post_that_only_reads_is_done_anew_and_nothing_of_it_is_kept(rest: Rest) -> None:
    client = rest.client()
    search = f"{CONNECTIONS}/governance/audit/search"
    before = send(client, search, {}, "k").json()
    assert client.post(TAGS, json={"name": "a"}).status_code == 201
    again = send(client, search, {}, "k")
    assert "Idempotency-Replayed" not in again.headers
    assert len(again.json()["data"]) == len(before["data"]) + 1
    assert count(rest, "kept_answers") == 0


def test_while_one_is_under_way_another_is_told_to_wait(rest: Rest) -> None:
    client, other = rest.client(subject="ana"), rest.client(subject="ana")
    results: list[httpx.Response] = []
    with rest.platform.session() as blocker:
        blocker.execute(text("LOCK TABLE crosswind.tags IN EXCLUSIVE MODE"))
        first = threading.Thread(target=lambda: results.append(send(client, TAGS, {"name": "a"}, "k")))
        first.start()
        _wait_for(rest, "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted")
        answer = send(other, TAGS, {"name": "a"}, "k")
        blocker.rollback()
    first.join(30)
    assert code(answer) == (409, "REQUEST_UNDER_WAY")
    assert answer.headers["Retry-After"] == "1"
    assert results[0].status_code == 201
    assert send(other, TAGS, {"name": "a"}, "k").content == results[0].content


def test_many_at_once_on_two_servers_do_it_once(rest: Rest, store: str) -> None:
    with Rest(store) as second:
        second.people = rest.people
        key = rest.key(subject="ana")
        second.people.add("ana", "platform_admin")
        second.platform.identity.add("ana", "platform_admin")  # type: ignore[attr-defined]
        clients = [door.anonymous({"X-API-Key": key}) for door in (rest, second) for _ in range(8)]
        barrier = threading.Barrier(len(clients))

        def call(client: httpx.Client) -> httpx.Response:
            barrier.wait(30)
            return send(client, ASSETS, asset(), "k")

        with ThreadPoolExecutor(len(clients)) as pool:
            found = list(pool.map(call, clients))
    statuses = Counter(answer.status_code for answer in found)
    assert set(statuses) <= {201, 409}, statuses
    assert statuses[201] >= 1
    assert len({answer.content for answer in found if answer.status_code == 201}) == 1
    assert sum("Idempotency-Replayed" not in answer.headers for answer in found if answer.status_code == 201) == 1
    assert (count(rest, "assets"), count(rest, "audit", "entity_type = 'ASSET'")) == (1, 1)


def test_a_run_is_started_once(rest: Rest, monkeypatch: pytest.MonkeyPatch) -> None:
    runs = MadeUpRuns()
    monkeypatch.setattr(type(rest.platform), "runs", runs)
    govern(rest, "shop")
    client = rest.client()
    body = {"type": "CRAWL", "payload": {"connection_id": "shop"}}
    first, again = (send(client, TASKS, body, "k") for _ in range(2))
    assert first.status_code == 201, first.text
    assert again.json()["id"] == first.json()["id"]
    assert again.headers["Location"] == first.headers["Location"]
    assert runs.calls.count("start") == 1
    assert count(rest, "tasks") == 1


def test_a_run_is_started_once_although_airflow_failed(rest: Rest, monkeypatch: pytest.MonkeyPatch) -> None:
    runs = MadeUpRuns()
    runs.broken = True
    monkeypatch.setattr(type(rest.platform), "runs", runs)
    govern(rest, "shop")
    client = rest.client()
    body = {"type": "CRAWL", "payload": {"connection_id": "shop"}}
    first, again = (send(client, TASKS, body, "k") for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert (count(rest, "tasks"), runs.calls.count("start")) == (1, 1)


def test_old_answers_are_forgotten(rest: Rest, monkeypatch: pytest.MonkeyPatch) -> None:
    client = rest.client()
    for name in ("a", "b", "c"):
        assert send(client, TAGS, {"name": name}, name).status_code == 201
    with rest.platform.session() as session:
        first = "(SELECT min(hash) FROM crosswind.kept_answers)"
        session.execute(text(f"UPDATE crosswind.kept_answers SET at = at - interval '25 hours' WHERE hash = {first}"))
        assert answers.forget(session, 24, 1000) == 1
        monkeypatch.setattr(answers, "KEPT_ROWS", 1)
        assert answers.forget(session, 24, 1000) == 1
        session.commit()
    assert count(rest, "kept_answers") == 1


def _wait_for(rest: Rest, query: str) -> None:
    for _ in range(500):
        with rest.platform.session() as session:
            if session.scalar(text(query)):
                return
        threading.Event().wait(0.02)
    raise AssertionError(query)
