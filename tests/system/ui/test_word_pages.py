"""The words of the catalog where a person keeps them: tags and how far they spread, terms, domains, data products."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.support.app import METASTORE, PLATFORM, Rest
from tests.support.axe import faults
from tests.support.catalog import ok
from tests.support.pages import Pages, opened

pytestmark = [pytest.mark.system, pytest.mark.browser]

PHONE = (390, 844)


@pytest.fixture
def pages(rest: Rest, browser: Browser, monkeypatch: pytest.MonkeyPatch) -> Iterator[Pages]:
    """A browser at the pages; `ana` may do everything, `vic` may look; at the end nothing was complained about."""
    rest.people.add("ana", "platform_admin")
    rest.people.add("vic", "viewer")
    with opened(rest, browser, monkeypatch) as pages:
        yield pages
        pages.content()


def _fits(page: Page) -> None:
    """Nothing is wider than the window, and axe has nothing to say."""
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    assert not faults(page.main_frame)


def test_a_tag_is_made_that_spreads_then_changed_and_deleted_by_keys(rest: Rest, pages: Pages) -> None:
    admin = rest.client()
    page = pages.arrive("/tags", subject="ana", size=PHONE)
    page.get_by_role("button", name="Create a tag").press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Name")).to_be_focused()
    page.keyboard.type("Customer")
    dialog.get_by_text("Spread it along lineage").click()
    dialog.get_by_label("How many steps").fill("11")
    expect(dialog.get_by_role("button", name="Create the tag")).to_be_disabled()
    dialog.get_by_label("How many steps").fill("2")
    _fits(page)
    dialog.get_by_label("How many steps").press("Enter")
    row = page.get_by_role("row").filter(has_text="Customer")
    expect(row).to_contain_text("spreads 2 steps")
    tag = ok(admin.get(f"{METASTORE}/tags"))["data"][0]
    assert (tag["propagates"], tag["propagation_depth"]) == ("downstream", 2)

    table = {"type": "TABLE", "name": "users", "qualified_name": "prod.users", "tags": ["Customer"]}
    asset = ok(admin.post(f"{METASTORE}/assets", json=table))["id"]
    edit = page.get_by_role("button", name="Edit the tag Customer")
    edit.press("Enter")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(edit).to_be_focused()
    edit.press("Enter")
    dialog.get_by_label("Name").fill("Client")
    dialog.get_by_label("Description").fill("Who buys")
    dialog.get_by_text("Spread it along lineage").click()
    dialog.get_by_label("Description").press("Enter")
    expect(page.get_by_role("row").filter(has_text="Client")).not_to_contain_text("spreads")
    shown = ok(admin.get(f"{PLATFORM}/tags/{tag['id']}"))
    assert (shown["name"], shown["description"], shown["propagates"]) == ("Client", "Who buys", None)
    assert ok(admin.get(f"{METASTORE}/assets/{asset}"))["tags"] == ["Client"]

    page.get_by_role("button", name="Delete the tag Client").press("Enter")
    expect(dialog).to_contain_text("taken off everything")
    dialog.get_by_role("button", name="Delete the tag").press("Enter")
    expect(page.get_by_text("No tags yet")).to_be_visible()
    assert ok(admin.get(f"{METASTORE}/assets/{asset}"))["tags"] == []


def test_a_term_is_made_found_changed_and_deleted(rest: Rest, pages: Pages) -> None:
    admin = rest.client()
    ok(admin.post(f"{PLATFORM}/terms", json={"name": "Customer"}))
    page = pages.arrive("/glossary", subject="ana", size=PHONE, theme="dark")
    page.get_by_role("button", name="Create a term").press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Name")).to_be_focused()
    page.keyboard.type("Churn")
    dialog.get_by_label("Description").fill("Customers who left")
    dialog.get_by_label("Synonyms").fill("Attrition, Loss")
    dialog.get_by_label("Related terms").fill("customer")
    dialog.get_by_label("Related terms").press("Enter")
    _fits(page)
    dialog.get_by_label("Name").press("Enter")
    row = page.get_by_role("row").filter(has=page.get_by_role("link", name="Churn"))
    expect(row).to_contain_text("Also Attrition, Loss. Related to Customer")
    term = ok(admin.get(f"{PLATFORM}/terms", params={"search": "churn"}))["data"][0]
    assert (term["description"], term["related"]) == ("Customers who left", ["Customer"])
    _fits(page)

    edit = page.get_by_role("button", name="Edit Churn")
    edit.press("Enter")
    ok(admin.put(f"{PLATFORM}/terms/{term['id']}", json={"description": "Theirs"}))
    dialog.get_by_label("Description").fill("Mine")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_role("alert")).to_be_visible()
    assert ok(admin.get(f"{PLATFORM}/terms/{term['id']}"))["description"] == "Theirs"
    page.keyboard.press("Escape")
    expect(edit).to_be_focused()
    expect(row).to_contain_text("Theirs")
    edit.press("Enter")
    dialog.get_by_label("Synonyms").fill("")
    dialog.get_by_label("Synonyms").press("Enter")
    expect(row).not_to_contain_text("Attrition")

    page.get_by_label("Find a term").fill("churn")
    expect(page.get_by_role("row")).to_have_count(2)
    page.get_by_role("button", name="Delete Churn").press("Enter")
    dialog.get_by_role("button", name="Delete the term").press("Enter")
    expect(page.get_by_text("Nothing found")).to_be_visible()
    assert [each["name"] for each in ok(admin.get(f"{PLATFORM}/terms"))["data"]] == ["Customer"]


def test_domains_and_products_have_owners_and_lead_to_their_assets(rest: Rest, pages: Pages) -> None:
    admin = rest.client()
    table = {"type": "TABLE", "name": "orders", "qualified_name": "prod.orders"}
    asset = ok(admin.post(f"{METASTORE}/assets", json=table))["id"]
    page = pages.arrive("/glossary", subject="ana")
    for label, noun, path in (("Domains", "domain", "domains"), ("Data products", "data product", "data-products")):
        page.get_by_role("tab", name=label).click()
        expect(page.get_by_text(f"No {noun} yet")).to_be_visible()
        page.get_by_role("button", name=f"Create a {noun}").click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_label("Name").fill("Sales EU")
        dialog.get_by_role("textbox", name="Owner").fill("sales")
        dialog.get_by_label("The owner is a").select_option("team")
        dialog.get_by_label("Name").press("Enter")
        row = page.get_by_role("row").filter(has_text="Sales EU")
        expect(row).to_contain_text("Team sales")
        word = ok(admin.get(f"{PLATFORM}/{path}"))["data"][0]
        assert word["owner"] == {"kind": "team", "name": "sales"}
        ok(admin.post(f"{PLATFORM}/{path}/{word['id']}/assets", json={"add": [asset]}))
    assert page.url.endswith("/glossary?of=data-products")
    page.reload()
    page.get_by_role("link", name="Sales EU").click()
    expect(page.get_by_role("main").get_by_text("1 asset", exact=True)).to_be_visible()
    page.get_by_role("link", name="orders").click()
    expect(page.get_by_role("link", name="Sales EU")).to_have_count(2)


def test_who_may_only_look_is_shown_no_way_to_change_words(rest: Rest, pages: Pages) -> None:
    ok(rest.client().post(f"{METASTORE}/tags", json={"name": "PII"}))
    ok(rest.client().post(f"{PLATFORM}/terms", json={"name": "Churn"}))
    page = pages.arrive("/glossary", subject="vic")
    expect(page.get_by_role("link", name="Churn")).to_be_visible()
    for name in ("Create a term", "Edit Churn", "Delete Churn"):
        expect(page.get_by_role("button", name=name)).to_have_count(0)
    page = pages.arrive("/tags", subject="vic")
    expect(page.get_by_role("row").filter(has_text="PII")).to_be_visible()
    for name in ("Create a tag", "Edit the tag PII", "Delete the tag PII"):
        expect(page.get_by_role("button", name=name)).to_have_count(0)
