"""The pages inside Airflow's window: who sees them, addresses, theme, session, links out."""

from __future__ import annotations

import re
from contextlib import suppress
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Page, expect
from tests.support.stack import Stack
from tests.support.visitor import ENTRY, SHELL, Seen, Visitor, frame, heading

pytestmark = [pytest.mark.system, pytest.mark.browser]

SEES = ["platform_admin", "connection_admin", "data_engineer", "data_analyst", "viewer"]
MAY_TEST = {"platform_admin", "connection_admin", "data_engineer"}
KNOWS_ME = (
    "performance.getEntriesByType('resource').some(each => each.name.endsWith('/platform/v1/me') && each.responseEnd)"
)
MAY_ADOPT = {"platform_admin"}


@pytest.mark.parametrize("role", SEES)
def test_the_navigation_leads_each_role_to_what_it_may_do(
    role: str, stack: Stack, visitor: Visitor, seen: Seen
) -> None:
    page = visitor.arrive("/connections", client=stack.person(role))
    expect(page.get_by_role("link", name="Crosswind")).to_be_visible()
    ours = frame(page)
    expect(ours.get_by_role("link", name=seen.name)).to_be_visible()
    ours.wait_for_function(KNOWS_ME)
    expect(ours.get_by_role("button", name=f"Test {seen.name}")).to_have_count(int(role in MAY_TEST))
    expect(ours.get_by_role("button", name="Register a connection")).to_have_count(int(role in MAY_TEST))
    expect(ours.get_by_role("button", name="Adopt")).to_have_count(int(role in MAY_ADOPT))
    visitor.content()


def test_who_may_not_read_connections_sees_why(stack: Stack, visitor: Visitor) -> None:
    page = visitor.arrive(client=stack.person("security_admin"))
    expect(page.get_by_role("link", name="Crosswind")).to_be_visible()
    expect(frame(page).get_by_role("alert")).to_contain_text("connection:read")


def test_the_entry_in_the_navigation_opens_the_pages_and_comes_home(visitor: Visitor, seen: Seen) -> None:
    page = visitor.arrive(f"/assets/{seen.assets['flights']}")
    expect(frame(page).get_by_role(**heading("flights"))).to_be_visible()
    page.get_by_role("link", name="Crosswind").click()
    expect(frame(page).get_by_role(**heading("Connections"))).to_be_visible()
    visitor.content()


def test_a_deep_link_survives_reload_and_back(visitor: Visitor, seen: Seen) -> None:
    page = visitor.arrive(f"/catalog?q=delay&connection={seen.connection}")
    ours = frame(page)
    expect(ours.get_by_role(**heading("Catalog"))).to_be_visible()
    ours.get_by_role("link", name="flights", exact=True).first.click()
    expect(ours.get_by_role(**heading("flights"))).to_be_visible()
    ours.get_by_role("tab", name="Lineage").click()
    deep = f"{ENTRY}{SHELL}/assets/{seen.assets['flights']}/lineage"
    page.wait_for_function("path => location.pathname === path", arg=deep)
    expect(page).to_have_title(re.compile("^Lineage of flights - "))

    page.reload()
    ours = frame(page)
    expect(ours.get_by_role("tab", name="Lineage")).to_have_attribute("aria-selected", "true")
    assert urlsplit(page.url).path == deep

    page.evaluate("history.back()")
    expect(ours.get_by_role("tab", name="Columns")).to_have_attribute("aria-selected", "true")
    page.evaluate("history.back()")
    expect(frame(page).get_by_role("textbox", name=re.compile("Search"))).to_have_value("delay")
    page.wait_for_function("() => location.search.startsWith('?q=delay&')")
    visitor.content()


def test_the_theme_follows_airflow_live(visitor: Visitor) -> None:
    page = visitor.arrive("/catalog")
    ours = frame(page)
    expect(ours.get_by_role(**heading("Catalog"))).to_be_visible()
    light = _ink(page)
    page.evaluate("document.documentElement.classList.replace('light', 'dark')")
    ours.wait_for_selector("html.dark")
    dark = _ink(page)
    assert dark != light
    page.evaluate("document.documentElement.classList.replace('dark', 'light')")
    ours.wait_for_selector("html.light")
    assert _ink(page) == light
    visitor.content()


def _ink(page: Page) -> tuple[str, str]:
    """Text and ground of the pages."""
    style = "getComputedStyle(document.querySelector('#root > div'))"
    color, ground = frame(page).evaluate(f"[{style}.color, {style}.backgroundColor]")
    return color, ground


def test_a_page_that_is_opened_dark_is_never_light(visitor: Visitor) -> None:
    page = visitor.arrive("/catalog", theme="dark")
    ours = frame(page)
    assert ours.evaluate("document.documentElement.classList.contains('dark')")
    expect(ours.get_by_role(**heading("Catalog"))).to_be_visible()
    visitor.content()


def test_a_session_that_ends_leads_the_top_window_to_the_login_and_back(visitor: Visitor) -> None:
    page = visitor.arrive("/connections")
    ours = frame(page)
    expect(ours.get_by_role(**heading("Connections"))).to_be_visible()
    page.context.clear_cookies()
    with suppress(PlaywrightError):  # what the page asks for by itself may end the session's page first
        ours.get_by_role("link", name="Catalog").click()
    page.wait_for_url(re.compile(r"/auth/login/\?next=.*plugin%2Fcrosswind"))
    assert len(page.frames) == 1


def test_the_shell_without_a_session_is_a_401_that_leads_to_the_login(stack: Stack, visitor: Visitor) -> None:
    answer = stack.client(base=stack.layout.base).get(f"{SHELL}/connections")
    assert answer.status_code == 401
    assert answer.headers["cache-control"] == "no-store"
    assert "frame-ancestors 'self'" in answer.headers["content-security-policy"]
    page = visitor.arrive("/connections")
    expect(frame(page).get_by_role(**heading("Connections"))).to_be_visible()
    page.goto("about:blank")
    page.context.clear_cookies()
    page.goto(f"{stack.layout.base}{SHELL}/connections", wait_until="commit")
    page.wait_for_url(re.compile(r"/auth/login/\?next="))


def test_a_run_opens_its_dag_run_without_reloading_airflow(visitor: Visitor, seen: Seen) -> None:
    page = visitor.arrive(f"/runs/{seen.run}")
    page.evaluate("window.stillHere = true")
    frame(page).get_by_role("link", name="Open the DAG run").click()
    page.wait_for_url(f"**/dags/crosswind_crawl/runs/{seen.run}**")
    assert page.evaluate("window.stillHere") is True
    expect(page.locator("body")).to_contain_text(seen.run)
    page.evaluate("history.back()")
    expect(frame(page).get_by_role("heading", level=1)).to_contain_text("Crawl")
