"""The words of the catalog where a person keeps them: tags and how far they spread, terms, domains, data products."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.support.app import METASTORE, PLATFORM, Rest
from tests.support.axe import faults
from tests.support.catalog import ok
from tests.support.pages import Pages, opened

from crosswind.contexts.catalog.vocabulary import service
from crosswind.doors.rest.housekeeping import Housekeeping

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


def _table(name: str, *tags: str) -> dict[str, object]:
    return {"type": "TABLE", "name": name, "qualified_name": f"prod.{name}", "tags": [*tags]}


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

    asset = ok(admin.post(f"{METASTORE}/assets", json=_table("users", "Customer")))["id"]
    edit = page.get_by_role("button", name="Edit the tag Customer")
    edit.press("Enter")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(edit).to_be_focused()
    edit.press("Enter")
    dialog.get_by_label("Name").fill("Client")
    page.keyboard.press("Escape")
    expect(dialog.get_by_label("Name")).to_have_value("Client")
    dialog.get_by_label("Description").fill("Who buys")
    dialog.get_by_text("Spread it along lineage").click()
    dialog.get_by_label("Description").press("Enter")
    expect(page.get_by_role("row").filter(has_text="Client")).not_to_contain_text("spreads")
    shown = ok(admin.get(f"{PLATFORM}/tags/{tag['id']}"))
    assert (shown["name"], shown["description"], shown["propagates"]) == ("Client", "Who buys", None)
    assert ok(admin.get(f"{METASTORE}/assets/{asset}"))["tags"] == ["Client"]

    page.get_by_role("button", name="Delete the tag Client").press("Enter")
    expect(dialog).to_contain_text("taken off everything that it is on, 1 asset among it")
    dialog.get_by_role("button", name="Delete the tag").press("Enter")
    expect(page.get_by_text("No tags yet")).to_be_visible()
    assert ok(admin.get(f"{METASTORE}/assets/{asset}"))["tags"] == []


def test_a_tag_beyond_the_fifty_most_used_is_not_told_as_unused(rest: Rest, pages: Pages) -> None:
    admin = rest.client()
    names = [f"T{number:02}" for number in range(51)]
    for name in (*names, "Unused"):
        ok(admin.post(f"{METASTORE}/tags", json={"name": name}))
    for table in ("orders", "users"):
        ok(admin.post(f"{METASTORE}/assets", json=_table(table, *names)))
    page = pages.arrive("/tags", subject="ana")
    expect(page.get_by_role("row").filter(has_text="T49")).to_contain_text("2 assets")
    page = pages.arrive("/tags?page=2", subject="ana")
    for name in ("T50", "Unused"):
        used = page.get_by_role("row").filter(has_text=name).get_by_role("cell").nth(2)
        expect(used).to_have_text("\u2013")
    for name, told in (("T50", "2 assets among it"), ("Unused", "0 assets among it")):
        page.get_by_role("button", name=f"Delete the tag {name}").click()
        expect(page.get_by_role("dialog")).to_contain_text(told)
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)


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
    expect(dialog).to_contain_text("term:… in the catalog finds by each")
    dialog.get_by_label("Related terms").fill("customer")
    dialog.get_by_label("Related terms").press("Enter")
    _fits(page)
    dialog.get_by_label("Name").press("Enter")
    row = page.get_by_role("row").filter(has=page.get_by_role("link", name="Churn"))
    expect(row).to_contain_text("Also Attrition, Loss. Related to Customer")
    term = ok(admin.get(f"{PLATFORM}/terms", params={"search": "churn"}))["data"][0]
    assert (term["description"], term["related"]) == ("Customers who left", ["Customer"])
    asset = ok(admin.post(f"{METASTORE}/assets", json=_table("left")))["id"]
    ok(admin.post(f"{PLATFORM}/terms/{term['id']}/assets", json={"add": [asset]}))
    assert ok(admin.get(f"{METASTORE}/search", params={"q": "term:Attrition"}))["total"] == 1
    _fits(page)

    edit = page.get_by_role("button", name="Edit Churn")
    edit.press("Enter")
    ok(admin.put(f"{PLATFORM}/terms/{term['id']}", json={"description": "Theirs"}))
    dialog.get_by_label("Description").fill("Mine")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_role("alert")).to_be_visible()
    assert ok(admin.get(f"{PLATFORM}/terms/{term['id']}"))["description"] == "Theirs"
    page.keyboard.press("Escape")
    expect(dialog.get_by_label("Description")).to_have_value("Mine")
    dialog.get_by_role("button", name="Cancel").click()
    expect(edit).to_be_focused()
    expect(row).to_contain_text("Theirs")
    edit.press("Enter")
    dialog.get_by_label("Synonyms").fill("")
    dialog.get_by_label("Synonyms").press("Enter")
    expect(row).not_to_contain_text("Attrition")

    page.get_by_label("Find a term or synonym").fill("churn")
    expect(page.get_by_role("row")).to_have_count(2)
    page.get_by_role("button", name="Delete Churn").press("Enter")
    dialog.get_by_role("button", name="Delete the term").press("Enter")
    expect(page.get_by_text("Nothing found")).to_be_visible()
    assert [each["name"] for each in ok(admin.get(f"{PLATFORM}/terms"))["data"]] == ["Customer"]


def test_a_term_is_found_by_a_synonym_that_is_told(rest: Rest, pages: Pages) -> None:
    admin = rest.client()
    ok(admin.post(f"{PLATFORM}/terms", json={"name": "Churn", "synonyms": ["Lost customers", "Attrition"]}))
    ok(admin.post(f"{PLATFORM}/terms", json={"name": "Order"}))
    page = pages.arrive("/glossary", subject="vic", size=PHONE)
    page.get_by_label("Find a term or synonym").fill("attrit")
    expect(page.get_by_role("row")).to_have_count(2)
    row = page.get_by_role("row").filter(has=page.get_by_role("link", name="Churn"))
    expect(row).to_contain_text("Found by its synonym Attrition")
    _fits(page)
    page.get_by_label("Find a term or synonym").fill("chur")
    expect(row).not_to_contain_text("Found by")


def test_domains_and_products_have_owners_and_lead_to_their_assets(rest: Rest, pages: Pages) -> None:
    admin = rest.client()
    asset = ok(admin.post(f"{METASTORE}/assets", json=_table("orders")))["id"]
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


def test_a_domain_of_very_many_assets_says_that_it_is_being_renamed_and_deleted(
    rest: Rest, pages: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "MOST_MEMBERS", 1)
    admin = rest.client()
    shelf = [ok(admin.post(f"{METASTORE}/assets", json=_table(name)))["id"] for name in ("orders", "users")]
    domain = ok(admin.post(f"{PLATFORM}/domains", json={"name": "Sales"}))
    ok(admin.post(f"{PLATFORM}/domains/{domain['id']}/assets", json={"add": shelf}))
    page = pages.arrive("/glossary?of=domains", subject="ana", size=PHONE)
    dialog, row = page.get_by_role("dialog"), page.get_by_role("row").filter(has_text="Revenue")
    page.get_by_role("button", name="Edit Sales").click()
    dialog.get_by_label("Name").fill("Revenue")
    dialog.get_by_label("Name").press("Enter")
    expect(row).to_contain_text("is being renamed")
    page.get_by_role("button", name="Delete Revenue").click()
    dialog.get_by_role("button", name="Delete the domain").click()
    expect(dialog).to_have_count(0)
    expect(row).to_contain_text("is being deleted")
    expect(row.get_by_role("button")).to_have_count(0)
    _fits(page)
    Housekeeping(rest.platform).tell_members()
    expect(page.get_by_text("No domain yet")).to_be_visible()


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
