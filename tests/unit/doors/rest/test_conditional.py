"""`If-None-Match`: what a caller has already is not sent again, and what has changed in any way is."""

from __future__ import annotations

import httpx
import pytest
from tests.support.app import METASTORE, PLATFORM, Rest
from tests.support.catalog import assets, connection, crawl, ok, shop, table


@pytest.fixture
def key(rest: Rest) -> int:
    found = connection(rest)
    crawl(rest, found, shop())
    return found


@pytest.fixture
def path(rest: Rest, key: int) -> str:
    return f"{METASTORE}/assets/{assets(rest.client())['customers']['id']}"


def _asked(client: httpx.Client, path: str, tag: str) -> httpx.Response:
    return client.get(path, headers={"If-None-Match": tag})


@pytest.mark.parametrize("form", ["{}", "W/{}", '"other", {}', 'W/"a,b",{} , "c"', "*", " * "])
def test_what_the_caller_has_is_not_sent_again(rest: Rest, path: str, form: str) -> None:
    client = rest.client("viewer")
    whole = client.get(path)
    answer = _asked(client, path, form.format(whole.headers["ETag"]))
    assert (answer.status_code, answer.content) == (304, b"")
    assert answer.headers["ETag"] == whole.headers["ETag"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Request-Id"]
    assert "Content-Type" not in answer.headers
    assert client.head(path, headers={"If-None-Match": whole.headers["ETag"]}).status_code == 304


@pytest.mark.parametrize("tag", ['"1"', '"other"', "", "customers", '"*"'])
def test_another_answer_is_sent(rest: Rest, path: str, tag: str) -> None:
    assert ok(_asked(rest.client(), path, tag))["name"] == "customers"


def test_what_a_crawl_or_a_person_changed_is_sent(rest: Rest, key: int, path: str) -> None:
    client = rest.client()
    first = client.get(path)
    crawl(rest, key, [table("customers", "id bigint", comment="Other words"), *shop()[1:]])
    second = _asked(client, path, first.headers["ETag"])
    assert ok(second)["metadata"]["comment"] == "Other words"
    assert second.json()["version"] == first.json()["version"]
    ok(client.put(path, json={"description": "Who pays"}, headers={"If-Match": second.headers["ETag"]}))
    third = _asked(client, path, second.headers["ETag"])
    assert ok(third)["description"] == "Who pays"
    assert (
        client.put(path, json={"description": "late"}, headers={"If-Match": second.headers["ETag"]}).status_code == 409
    )
    assert _asked(client, path, third.headers["ETag"]).status_code == 304


def test_nobody_learns_by_a_tag_what_they_may_not_read(rest: Rest, path: str) -> None:
    assert _asked(rest.client("viewer", tenant="other"), path, "*").status_code in {403, 404}
    assert _asked(rest.client(), f"{METASTORE}/assets/00000000-0000-0000-0000-000000000000", "*").status_code == 404


def test_a_list_and_a_write_are_answered_as_ever(rest: Rest, path: str) -> None:
    client = rest.client()
    assert _asked(client, f"{METASTORE}/assets", "*").status_code == 200
    assert ok(client.put(path, json={"description": "x"}, headers={"If-None-Match": '"1"'}))["version"] == 2


@pytest.mark.parametrize("tag", ['"1.0"', '"1.zzzzzzzzzzzzzzzz"', '"1."', '".0123456789abcdef"', '"٣"'])
def test_an_if_match_of_another_form_is_refused(rest: Rest, path: str, tag: str) -> None:
    answer = rest.client().put(path, json={"description": "x"}, headers=[(b"If-Match", tag.encode())])
    assert (answer.status_code, answer.json()["error"]["details"]["field"]) == (400, "If-Match")


def test_a_key_has_no_version_and_no_tag(rest: Rest) -> None:
    assert "ETag" not in rest.client().get(f"{PLATFORM}/me").headers
