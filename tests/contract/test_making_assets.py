"""An asset made at once: two statements where nothing else follows, and in everything the same as the long way."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from sqlalchemy import Engine, event, text
from tests.support.app import CONNECTIONS, METASTORE, PLATFORM, Rest
from tests.support.catalog import ok

ASSETS = f"{METASTORE}/assets"
LONG = {"Idempotency-Key": "long"}
"""Headers with which a request is done in the ordinary way."""
WRITES = ("assets", "audit", "outbox", "tags")
FULL: dict[str, Any] = {
    "description": "People who <pay>, naïve 東京",
    "metadata": {"rows": 7, "ratio": 1.0, "large": 1e22, "nested": {"a": [None, True, "\\ 'x'"]}},
    "tags": ["gold", "gold", "PII"],
    "classification": "internal",
}


def body(name: str = "orders", **more: Any) -> dict[str, Any]:
    return {"type": "TABLE", "name": name, "qualified_name": f"prod.public.{name}", **more}


@contextmanager
def counted(found: list[str]) -> Iterator[None]:
    def note(*given: Any) -> None:
        found.append(given[2])

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def rows(rest: Rest, statement: str, **values: Any) -> list[dict[str, Any]]:
    with rest.platform.session() as session:
        return [dict(row) for row in session.execute(text(statement), values).mappings()]


def kept(rest: Rest, asset: dict[str, Any]) -> tuple[Any, ...]:
    """What is stored of an asset beside its answer, without what has to differ between two."""
    said = "entity_type = 'ASSET' AND entity_id = :id"
    row = rows(
        rest,
        "SELECT to_jsonb(a) - '{key,id,name,qualified_name,created_at,updated_at,source_words,search}'::text[] AS row "
        "FROM crosswind.assets a WHERE id = CAST(:id AS uuid)",
        id=asset["id"],
    )
    audit = rows(
        rest,
        "SELECT tenant, actor, actor_kind, action, outcome, connection_id, before, before IS NULL AS none, "
        f"after - '{{name,qualified_name}}'::text[] AS after FROM crosswind.audit WHERE {said}",
        id=asset["id"],
    )
    outbox = rows(
        rest,
        "SELECT tenant, type, action, data - '{id,name,qualified_name}'::text[] - 'changed' AS data, connection_key "
        f"FROM crosswind.outbox WHERE {said}",
        id=asset["id"],
    )
    return row, audit, outbox


def same(answer: httpx.Response) -> dict[str, Any]:
    """An answer without what has to differ between two."""
    differing = {"id", "name", "qualified_name", "created_at", "updated_at"}
    return {name: value for name, value in answer.json().items() if name not in differing}


@pytest.mark.parametrize("more", [{}, FULL, {"tags": [], "metadata": {}, "description": ""}])
def test_what_is_made_at_once_is_the_same_as_what_is_made_the_long_way(rest: Rest, more: dict[str, Any]) -> None:
    client = rest.client()
    ok(client.post(ASSETS, json=body("first", tags=["gold", "PII"])))
    long = client.post(ASSETS, json=body("customers", **more), headers=LONG)
    statements: list[str] = []
    with counted(statements):
        quick = client.post(ASSETS, json=body("orders", **more))
    assert (quick.status_code, long.status_code) == (201, 201)
    assert len(statements) == 2, statements
    assert same(quick) == same(long)
    assert quick.headers["ETag"] == long.headers["ETag"] == '"1"'
    assert kept(rest, quick.json()) == kept(rest, long.json())
    assert len(kept(rest, quick.json())[1]) == len(kept(rest, quick.json())[2]) == 1
    assert ok(client.get(f"{ASSETS}/{quick.json()['id']}")) == quick.json()
    found = ok(client.get(f"{METASTORE}/search", params={"q": "orders"}))["results"]
    assert [each["asset"]["id"] for each in found] == [quick.json()["id"]]


def test_the_audit_names_the_request_and_verifies(rest: Rest) -> None:
    made = ok(rest.client().post(ASSETS, json=body(), headers={"X-Request-Id": "req-7"}))
    audit = rows(rest, "SELECT request_id FROM crosswind.audit WHERE entity_id = :id", id=made["id"])
    assert audit == [{"request_id": "req-7"}]


def test_tags_of_the_vocabulary_come_by_id_and_new_ones_are_learnt(rest: Rest) -> None:
    client = rest.client()
    tag = ok(client.post(f"{METASTORE}/tags", json={"name": "PII"}))
    made = ok(client.post(ASSETS, json=body(tags=[tag["id"], "fresh"])))
    assert made["tags"] == ["PII", "fresh"]
    assert {each["name"] for each in ok(client.get(f"{METASTORE}/tags"))["data"]} == {"PII", "fresh"}


def test_a_tag_that_another_tenant_has_is_new_to_this_one(rest: Rest) -> None:
    ok(rest.client(tenant="other").post(ASSETS, json=body(tags=["theirs"])))
    client = rest.client()
    made = ok(client.post(ASSETS, json=body(tags=["theirs"])))
    assert made["tags"] == ["theirs"]
    assert [each["name"] for each in ok(client.get(f"{METASTORE}/tags"))["data"]] == ["theirs"]
    assert ok(client.get(ASSETS))["pagination"]["total"] == 1


def test_a_name_that_is_taken_is_refused_and_nothing_is_written(rest: Rest) -> None:
    client = rest.client()
    ok(client.post(ASSETS, json=body(tags=["gold"])))
    before = [rest.stored(table) for table in WRITES]
    refused = client.post(ASSETS, json=body(description="again", tags=["gold"]))
    assert (refused.status_code, refused.json()["error"]["details"]["field"]) == (409, "qualified_name")
    assert [rest.stored(table) for table in WRITES] == before


def test_what_was_deleted_by_hand_comes_back_under_its_id(rest: Rest) -> None:
    client = rest.client()
    made = ok(client.post(ASSETS, json=body()))
    assert client.delete(f"{ASSETS}/{made['id']}").status_code == 204
    again = ok(client.post(ASSETS, json=body(description="anew")))
    assert (again["id"], again["description"], again["version"]) == (made["id"], "anew", 3)


def test_a_tag_that_spreads_is_spread_from_it(rest: Rest) -> None:
    client = rest.client()
    tag = ok(client.post(f"{METASTORE}/tags", json={"name": "PII"}))
    ok(client.put(f"{PLATFORM}/tags/{tag['id']}/propagation", json={"propagates": "downstream", "depth": 3}))
    statements: list[str] = []
    with counted(statements):
        ok(client.post(ASSETS, json=body(tags=["PII"])))
    assert any("FOR NO KEY UPDATE SKIP LOCKED" in each for each in statements), "the tag was not looked after"


def test_classifications_are_those_of_the_tenant(rest: Rest) -> None:
    client = rest.client()
    own = {"name": "secret", "level": 7}
    assert client.post(ASSETS, json=body(classification="secret")).status_code == 400
    path = f"{CONNECTIONS}/governance/classifications"
    ok(client.post(path, json=own))
    assert ok(client.post(ASSETS, json=body(classification="secret")))["classification"] == "secret"


@pytest.mark.parametrize(
    ("content", "headers"),
    [
        (b"", {}),
        (b"{", {}),
        (b'{"type": "TABLE"}', {}),
        (b'{"type": "TABLE", "name": "a", "qualified_name": "b", "nope": 1}', {}),
        (b'{"type": "TABLE", "name": "a", "qualified_name": "b", "schema": []}', {}),
        (b'{"type": "TABLE", "name": "a\\u0000", "qualified_name": "b"}', {}),
        (b'{"type": "TABLE", "name": "a", "qualified_name": "b", "metadata": {"a": NaN}}', {}),
        (b'{"type": "TABLE", "name": "a", "qualified_name": "b"}', {"Content-Type": "text/plain"}),
        (b"[" * 100, {}),
    ],
)
def test_what_is_wrong_is_told_as_the_long_way_tells_it(rest: Rest, content: bytes, headers: dict[str, str]) -> None:
    client = rest.client()

    def refused(**more: str) -> tuple[int, Any]:
        sent = {"Content-Type": "application/json", "X-Request-Id": "req-1", **headers, **more}
        answer = client.post(ASSETS, content=content, headers=sent)
        answer.json()["error"]["details"].pop("timestamp")
        error = answer.json()["error"]
        error["details"].pop("timestamp")
        return answer.status_code, error

    assert refused() == refused(**LONG)
    assert refused()[0] == 400
    assert rest.stored("assets") == ""


def test_whoever_may_not_is_refused_whatever_the_body(rest: Rest) -> None:
    assert rest.client("viewer").post(ASSETS, json=body()).status_code == 403
    assert rest.anonymous().post(ASSETS, json={}).status_code == 401
    assert rest.stored("assets") == ""
