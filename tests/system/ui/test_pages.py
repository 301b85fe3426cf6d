"""What a person does on the pages: register, test, crawl, search, look at an asset, its lineage and what changed."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable

import pytest
from playwright.sync_api import Frame, Locator, expect
from tests.support.stack import Stack
from tests.support.visitor import LAPTOP, PHONE, Seen, Visitor, frame, heading, overflow

pytestmark = [pytest.mark.system, pytest.mark.browser]


def _paths(seen: Seen) -> list[tuple[str, str]]:
    """Every page with a text that shows that it is there."""
    flights = seen.assets["flights"]
    return [
        ("/connections", seen.name),
        (f"/connections/{seen.connection}", "Id in DAGs"),
        ("/catalog", "assets"),
        (f"/assets/{flights}", "departure_delay"),
        (f"/assets/{flights}/keys", "flights_pkey"),
        (f"/assets/{flights}/lineage", "Read by"),
        ("/runs", "Completed"),
        (f"/runs/{seen.run}", "renamed to"),
    ]


@pytest.mark.parametrize(("size", "theme"), [(LAPTOP, "light"), (PHONE, "dark")])
def test_every_page_fits_its_frame_and_complains_of_nothing(
    size: tuple[int, int], theme: str, visitor: Visitor, seen: Seen
) -> None:
    for path, text in _paths(seen):
        ours = frame(visitor.arrive(path, size=size, theme=theme))
        expect(ours.get_by_role("main").get_by_text(text).locator("visible=true").first).to_be_visible()
        assert overflow(ours) <= 0, path
    visitor.content()


def test_a_database_is_registered_tested_and_crawled(stack: Stack, visitor: Visitor) -> None:
    database = stack.database("create table orders (id int primary key, total numeric)")
    name = f"Orders {secrets.token_hex(3)}"
    ours = frame(visitor.arrive("/connections"))
    ours.get_by_role("button", name="Register a connection").click()
    dialog = ours.get_by_role("dialog")
    expect(dialog.get_by_label("Name")).to_be_focused()
    dialog.get_by_role("button", name="Register and test").click()
    expect(dialog.get_by_text("Give the connection a name.")).to_be_visible()

    for label, value in (
        ("Name", name), ("Host", "/tmp"), ("Database", database),
        ("User", stack.source.user), ("Password", stack.source.password), ("Port", str(stack.source.port)),
    ):  # fmt: skip
        dialog.get_by_label(label, exact=False).first.fill(value)
    dialog.get_by_text("Use TLS").click()
    dialog.get_by_role("button", name="Register and test").click()
    expect(dialog.get_by_label("Host")).to_have_attribute("aria-invalid", "true")
    visitor.complaints.clear()  # the browser itself reports the refusal that this test is about

    dialog.get_by_label("Host").fill("127.0.0.1")
    dialog.get_by_role("button", name="Register and test").click()
    expect(ours.get_by_role(**heading(name))).to_be_visible()
    expect(ours.get_by_text("The server accepted the login")).to_be_visible()
    ours.get_by_role("button", name=f"Crawl {name}").click()
    runs = ours.get_by_role("table", name="Runs")
    expect(runs.get_by_text(re.compile("Pending|Running"))).to_be_visible()
    expect(runs.get_by_text("Completed")).to_be_visible(timeout=60_000)
    runs.get_by_role("link", name="Crawl").click()
    expect(ours.get_by_role("heading", name="Added")).to_be_visible()
    visitor.content()


def test_a_check_that_fails_says_what_helps(stack: Stack, visitor: Visitor) -> None:
    name = f"Locked out {secrets.token_hex(3)}"
    identifier = stack.register(
        stack.database(), name=name, credentials={"username": stack.source.user, "password": "wrong"}
    )
    ours = frame(visitor.arrive(f"/connections?search={identifier}"))
    ours.get_by_role("button", name=f"Test {name}").click()
    step = ours.get_by_role("listitem").filter(has_text="Login")
    expect(step.get_by_role("img", name="failed")).to_be_visible()
    expect(step).to_contain_text("CONN_003")
    expect(step).to_contain_text("What helps")
    expect(ours.get_by_text("Unhealthy")).to_be_visible()
    visitor.content()


def test_the_catalog_finds_a_column_and_narrows_by_facet(visitor: Visitor, seen: Seen) -> None:
    page = visitor.arrive(f"/catalog?connection={seen.connection}")
    ours = frame(page)
    ours.get_by_role("textbox", name=re.compile("Search")).fill("departure")
    hit = ours.get_by_role("listitem").filter(has_text="flights")
    expect(hit.locator("mark")).to_have_text("departure")
    expect(hit).to_contain_text("departure_delay")
    ours.get_by_role("button", name=re.compile("^Table")).click()
    expect(ours.get_by_role("button", name=re.compile("^Table"))).to_have_attribute("aria-pressed", "true")
    page.wait_for_function("() => location.search.includes('type=TABLE')")
    ours.get_by_role("textbox", name=re.compile("Search")).fill("nosuchthinganywhere")
    expect(ours.get_by_text("Nothing found for")).to_be_visible()
    visitor.content()


def test_an_asset_shows_columns_keys_and_what_people_wrote(visitor: Visitor, seen: Seen) -> None:
    ours = frame(visitor.arrive(f"/assets/{seen.assets['flights']}"))
    row = ours.get_by_role("row").filter(has_text="flight_id")
    expect(row).to_contain_text("PK")
    expect(row).to_contain_text("bigint")
    ours.get_by_role("textbox", name="Filter columns").fill("carrier")
    expect(row).to_have_count(0)
    expect(ours.get_by_role("row").filter(has_text="carrier")).to_contain_text("FK")
    ours.get_by_role("button", name="Edit the description", exact=True).click()
    text = f"Ours to keep {secrets.token_hex(3)}"
    ours.get_by_role("textbox", name="Description").fill(text)
    ours.get_by_role("button", name="Save").click()
    expect(ours.get_by_text(text)).to_be_visible()
    visitor.content()


def test_lineage_marks_what_is_gone_and_what_it_takes_with_it(visitor: Visitor, seen: Seen) -> None:
    ours = frame(visitor.arrive(f"/assets/{seen.assets['flights']}/lineage"))
    graph = ours.locator(".react-flow")
    expect(graph.get_by_label("delays, removed")).to_be_visible()
    expect(graph.get_by_label("worst, removed, affected")).to_be_visible()
    ours.get_by_text("Columns", exact=True).last.click()
    column = graph.get_by_role("button", name="mean_delay").first
    column.click()
    expect(column).to_have_attribute("aria-pressed", "true")
    expect(graph.get_by_role("button", name="dep_delay")).to_have_attribute("aria-pressed", "true")
    ours.get_by_role("link", name="worst").click()
    expect(ours.get_by_role(**heading("worst"))).to_be_visible()
    expect(ours.get_by_text("gone from its source")).to_be_visible()
    visitor.content()


def test_a_crawl_page_shows_what_changed(visitor: Visitor, seen: Seen) -> None:
    ours = frame(visitor.arrive(f"/runs/{seen.run}"))
    expect(_part(ours, "Removed")).to_contain_text("reporting.delays")
    expect(_part(ours, "Changed")).to_contain_text('column "dep_delay" renamed to "departure_delay"')
    _part(ours, "Removed").get_by_role("link", name="Lineage").first.click()
    expect(ours.locator(".react-flow__node").first).to_be_visible()
    visitor.content()


def _part(ours: Frame, title: str) -> Locator:
    return ours.get_by_role("region", name=title)


def test_held_removals_wait_for_a_person(stack: Stack, visitor: Visitor) -> None:
    tables = [f"create table t{number} (id int)" for number in range(12)]
    database = stack.database(*tables)
    connection = stack.register(database)
    stack.crawl(connection)
    stack.fill(database, *[f"drop table t{number}" for number in range(9)])
    ours = frame(visitor.arrive(f"/runs/{stack.crawl(connection)['id']}"))
    expect(_part(ours, "Held back").get_by_role("link", name=re.compile(r"public\.t"))).to_have_count(9)
    ours.get_by_role("button", name=re.compile("^Release")).click()
    expect(ours.get_by_role("button", name="Keep them")).to_be_focused()
    ours.get_by_role("button", name="Remove 9 assets").click()
    expect(ours.get_by_text("were released")).to_be_visible()
    assert len(stack.assets(connection)) == 3
    visitor.content()


def test_the_keyboard_alone_reaches_and_does_everything(visitor: Visitor, seen: Seen) -> None:
    page = visitor.arrive(f"/connections?search={seen.connection}")
    ours = frame(page)
    expect(ours.get_by_role("link", name=seen.name)).to_be_visible()
    page.keyboard.press("Tab")
    ours.get_by_role("link", name="Connections").focus()
    page.keyboard.press("/")
    expect(ours.get_by_role("textbox", name="Search connections")).to_be_focused()
    details = ours.get_by_role("button", name=f"Checks of {seen.name}")
    _tab_to(ours, page.keyboard.press, f"Checks of {seen.name}")
    page.keyboard.press("Enter")
    expect(details).to_have_attribute("aria-expanded", "true")
    _tab_to(ours, page.keyboard.press, f"Test {seen.name}")
    outline = ours.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline != "none", "the focus is seen"
    page.keyboard.press("Enter")
    expect(ours.get_by_text("The server accepted the login")).to_be_visible()
    visitor.content()


def _tab_to(ours: Frame, press: Callable[[str], None], name: str) -> None:
    for _ in range(30):
        press("Tab")
        if ours.evaluate("document.activeElement.getAttribute('aria-label')") == name:
            return
    raise AssertionError(f"30 tabs do not reach {name}")
