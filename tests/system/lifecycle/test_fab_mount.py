"""The same API through Flask-AppBuilder's mount: a get, a post, an error and a login on the real platform."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from tests.support.app import CONNECTIONS, METASTORE, PLATFORM
from tests.support.stack import Stack

from crosswind.doors.cli.stack import files

pytestmark = pytest.mark.system


@pytest.fixture
def fab(stack: Stack) -> Iterator[httpx.Client]:
    """The administrator at `CROSSWIND_FAB_URL`."""
    base = files.read_env(stack.layout.env_file)["CROSSWIND_FAB_URL"]
    assert base == f"{stack.layout.base}/pluginsv2/crosswind"
    return stack.client({"X-API-Key": stack.admin_key}, base=base)


def test_a_get_answers_the_same_as_at_the_other_mount(stack: Stack, fab: httpx.Client) -> None:
    path = f"{PLATFORM}/me"
    there, here = stack.ok(fab.get(path)), stack.ok(stack.admin.get(path))
    assert there == here


def test_a_post_makes_a_thing_that_the_other_mount_shows(stack: Stack, fab: httpx.Client) -> None:
    made = stack.ok(fab.post(f"{CONNECTIONS}/connections", json=stack.body(stack.database())), 201)
    found = stack.admin.get(f"{CONNECTIONS}/connections/{made['id']}")
    assert stack.ok(found)["id"] == made["id"]


def test_errors_keep_their_status_code_and_headers(stack: Stack, fab: httpx.Client) -> None:
    missing = fab.get(f"{METASTORE}/assets/00000000-0000-0000-0000-000000000000")
    assert missing.status_code == 404
    assert missing.json()["error"]["code"] == "ASSET_NOT_FOUND"
    wrong = fab.post(f"{CONNECTIONS}/connections", content=b'{"id": NaN}', headers={"Content-Type": "application/json"})
    assert (wrong.status_code, wrong.json()["error"]["code"]) == (400, "GEN_400")
    stranger = stack.client(base=str(fab.base_url)).get(f"{PLATFORM}/me")
    assert stranger.status_code == 401
    assert stranger.headers["WWW-Authenticate"]


def test_a_login_gives_a_token_that_works_at_both_mounts(stack: Stack, fab: httpx.Client) -> None:
    password = (stack.layout.run / "admin-password").read_text(encoding="utf-8").strip()
    body = {"username": "admin", "password": password}
    stranger = stack.client(base=str(fab.base_url))
    token = stack.ok(stranger.post(f"{CONNECTIONS}/auth/login", json=body))["accessToken"]
    for base in (str(fab.base_url), stack.url):
        me = stack.client({"Authorization": f"Bearer {token}"}, base=base).get(f"{PLATFORM}/me")
        assert stack.ok(me)["name"]
    refused = stranger.post(f"{CONNECTIONS}/auth/login", json={**body, "password": "wrong"})
    assert (refused.status_code, refused.json()["error"]["code"]) == (401, "SEC_001")
