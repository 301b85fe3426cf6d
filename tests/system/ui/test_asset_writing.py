"""What people write on an asset's page: kept until it is saved; and how often its tabs ask the server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect
from tests.support.app import METASTORE, PLATFORM, Rest
from tests.support.catalog import ok
from tests.support.pages import Pages, opened

pytestmark = [pytest.mark.system, pytest.mark.browser]

EDGES = 12


@pytest.fixture
def pages(rest: Rest, browser: Browser, monkeypatch: pytest.MonkeyPatch) -> Iterator[Pages]:
    """A browser at the pages, where `ana` may do everything; at the end nothing was complained about."""
    rest.people.add("ana", "platform_admin")
    with opened(rest, browser, monkeypatch) as pages:
        yield pages
        pages.content()


def _made(rest: Rest, name: str) -> str:
    body = {
        "type": "TABLE",
        "name": name,
        "qualified_name": f"prod.{name}",
        "columns": [{"name": "id", "type": "bigint"}],
    }
    return str(ok(rest.client().post(f"{METASTORE}/assets", json=body))["id"])


def test_what_was_typed_outlives_a_change_of_tab_and_of_page(rest: Rest, pages: Pages) -> None:
    orders, users = _made(rest, "orders"), _made(rest, "users")
    page = pages.arrive(f"/assets/{orders}", subject="ana")
    page.get_by_role("button", name="Edit the description", exact=True).click()
    page.get_by_role("textbox", name="Description", exact=True).fill("All orders since")
    page.get_by_role("button", name="Edit the description of id").click()
    page.get_by_role("textbox", name="Description of id").fill("Never the num")
    page.get_by_role("tab", name="History").click()
    expect(page.get_by_role("textbox", name="Description", exact=True)).to_have_value("All orders since")
    page.get_by_role("link", name="Catalog").click()
    page.get_by_role("link", name="users").click()
    expect(page.get_by_role("heading", name="users")).to_be_visible()
    expect(page.get_by_role("textbox", name="Description", exact=True)).to_have_count(0)
    page.go_back()
    page.go_back()
    expect(page.get_by_role("textbox", name="Description", exact=True)).to_have_value("All orders since")
    page.get_by_role("tab", name="Columns").click()
    expect(page.get_by_role("textbox", name="Description of id")).to_have_value("Never the num")
    page.get_by_role("textbox", name="Description of id").press("Control+Enter")
    expect(page.get_by_role("textbox", name="Description of id")).to_have_count(0)
    assert ok(rest.client().get(f"{METASTORE}/assets/{orders}"))["schema"][0]["description"] == "Never the num"

    ok(rest.client().put(f"{METASTORE}/assets/{orders}", json={"description": "Theirs"}))
    page.get_by_role("textbox", name="Description", exact=True).press("Control+Enter")
    expect(page.get_by_role("alert")).to_contain_text("Somebody changed this asset while you wrote")
    page.get_by_role("button", name="Save mine over it").click()
    expect(page.get_by_text("All orders since")).to_be_visible()
    page.get_by_role("button", name="Edit the description", exact=True).click()
    page.get_by_role("textbox", name="Description", exact=True).fill("Nothing of it")
    page.get_by_role("button", name="Cancel").click()
    page.get_by_role("tab", name="History").click()
    expect(page.get_by_role("textbox", name="Description", exact=True)).to_have_count(0)
    assert ok(rest.client().get(f"{METASTORE}/assets/{users}"))["description"] is None


def test_relationships_are_asked_for_once_however_many_they_are(rest: Rest, pages: Pages) -> None:
    admin, hub = rest.client(), _made(rest, "hub")
    others = [_made(rest, f"spoke_{number:02}") for number in range(EDGES)]
    for other in others:
        edge = {"source_asset_id": other, "target_asset_id": hub, "type": "DEPENDS_ON"}
        ok(admin.post(f"{METASTORE}/relationships", json=edge))
    page = pages.arrive(f"/assets/{hub}", subject="ana")
    expect(page.get_by_role("table", name="Columns of hub")).to_be_visible()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.get_by_role("tab", name="Relationships").click()
    rows = page.get_by_role("table", name="Relationships of hub").get_by_role("row")
    expect(rows).to_have_count(1 + EDGES)
    expect(page.get_by_role("link", name="spoke_11")).to_have_attribute("href", f"/crosswind/ui/assets/{others[11]}")
    page.wait_for_load_state("networkidle")
    assert [url for url in asked if f"{PLATFORM}/relationships" in url or f"{METASTORE}/assets/" in url] == [
        next(url for url in asked if f"{PLATFORM}/relationships" in url)
    ]
