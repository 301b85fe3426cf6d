"""Tags over HTTP: listed, made, changed and taken away, one by one on assets."""

from __future__ import annotations

from uuid import uuid4

import httpx
import pytest
from sqlalchemy import text
from tests.support.app import METASTORE, PLATFORM, Rest
from tests.support.catalog import assets, connection, crawl, ok, shop

TAGS, ONE = f"{METASTORE}/tags", f"{PLATFORM}/tags"


@pytest.fixture
def admin(rest: Rest) -> httpx.Client:
    crawl(rest, connection(rest), shop())
    return rest.client()


def code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


def test_tags_are_made_listed_by_category_shown_and_changed(admin: httpx.Client) -> None:
    body = {"name": "PII", "category": "Sensitive", "description": "Personally Identifiable Information"}
    made = admin.post(TAGS, json=body)
    assert made.status_code == 201
    tag = made.json()
    assert {name: tag[name] for name in body} == body
    ok(admin.post(TAGS, json={"name": "Gold"}))
    assert [each["name"] for each in ok(admin.get(TAGS, params={"category": "Sensitive"}))["data"]] == ["PII"]
    assert [each["name"] for each in ok(admin.get(TAGS))["data"]] == ["Gold", "PII"]
    assert ok(admin.get(f"{ONE}/{tag['id']}")) == tag
    changed = ok(admin.put(f"{ONE}/{tag['id']}", json={"category": None, "description": "Of people"}))
    assert (changed["name"], changed["category"], changed["description"]) == ("PII", None, "Of people")
    assert code(admin.put(f"{ONE}/{tag['id']}", json={"name": "Gold"})) == (409, "GEN_409")
    for client, method in ((admin, "GET"), (admin, "PUT"), (admin, "DELETE")):
        missing = client.request(method, f"{ONE}/{uuid4()}", json={} if method == "PUT" else None)
        assert missing.status_code == 404


def test_a_renamed_tag_is_renamed_wherever_it_is(rest: Rest, admin: httpx.Client) -> None:
    tag = ok(admin.post(TAGS, json={"name": "PII"}))
    found = assets(admin)
    path = f"{METASTORE}/assets/{found['customers']['id']}"
    ok(admin.put(path, json={"tags": ["Gold", "PII"]}))
    ok(admin.put(f"{METASTORE}/assets/{found['orders']['id']}", json={"columns": [{"name": "id", "tags": ["PII"]}]}))
    ok(admin.put(f"{ONE}/{tag['id']}", json={"name": "Personal"}))
    shown = ok(admin.get(path))
    assert (shown["tags"], shown["version"]) == (["Gold", "Personal"], 3)
    assert set(assets(admin, tag="Personal")) == {"customers", "orders"}
    assert set(assets(admin, tag=tag["id"])) == {"customers", "orders"}
    assert assets(admin, tag="PII") == {}
    assert ok(admin.get(f"{METASTORE}/search", params={"q": "personal"}))["total"] == 2
    history = ok(admin.get(f"{PLATFORM}/assets/{found['customers']['id']}/versions"))["data"]
    assert history[0]["changes"] == ["tag \"PII\" renamed to 'Personal'"]
    before = ok(admin.get(f"{PLATFORM}/assets/{found['customers']['id']}/versions/3"))["state"]
    assert before["tags"] == ["Gold", "PII"]


def test_a_used_tag_goes_only_by_force(rest: Rest, admin: httpx.Client) -> None:
    tag, free = (ok(admin.post(TAGS, json={"name": name})) for name in ("PII", "Free"))
    path = f"{METASTORE}/assets/{assets(admin)['customers']['id']}"
    ok(admin.put(path, json={"tags": ["PII"], "columns": [{"name": "id", "tags": ["PII"]}]}))
    assert admin.delete(f"{ONE}/{free['id']}").status_code == 204
    refused = admin.delete(f"{ONE}/{tag['id']}")
    assert (code(refused), refused.json()["error"]["details"]["used"]) == ((409, "GEN_409"), 1)
    assert rest.client("viewer").delete(f"{ONE}/{tag['id']}").status_code == 403
    assert admin.delete(f"{ONE}/{tag['id']}", params={"force": True}).status_code == 204
    shown = ok(admin.get(path))
    assert (shown["tags"], shown["schema"][0]["tags"]) == ([], [])
    assert ok(admin.get(TAGS))["data"] == []
    with rest.platform.session() as session:
        told = session.execute(
            text("SELECT before FROM crosswind.audit WHERE action = 'DELETE' ORDER BY id DESC LIMIT 1")
        )
        assert told.scalar_one()["used"] == 1


def test_tags_are_put_on_an_asset_and_taken_off_one_by_one(rest: Rest, admin: httpx.Client) -> None:
    tag = ok(admin.post(TAGS, json={"name": "PII"}))
    asset = assets(admin)["customers"]["id"]
    place = f"{PLATFORM}/assets/{asset}/tags/{tag['id']}"
    assert admin.put(place, headers={"If-Match": '"9"'}).status_code == 409
    assert admin.put(place).status_code == 204
    assert admin.put(place).status_code == 204
    shown = ok(admin.get(f"{METASTORE}/assets/{asset}"))
    assert (shown["tags"], shown["version"]) == (["PII"], 2)
    assert admin.delete(place).status_code == 204
    assert ok(admin.get(f"{METASTORE}/assets/{asset}"))["tags"] == []
    assert admin.put(f"{PLATFORM}/assets/{asset}/tags/{uuid4()}").status_code == 404
    assert rest.client("viewer").put(place).status_code == 403
    foreign = rest.client(tenant="acme")
    assert foreign.put(place).status_code == 404
    assert foreign.get(f"{ONE}/{tag['id']}").status_code == 404
