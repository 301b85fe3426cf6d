"""An asset's page for people who work on it: written where it stands, related, compared, restored, told live."""

from __future__ import annotations

import re
import secrets

import pytest
from playwright.sync_api import Frame, expect
from tests.support.app import METASTORE, PLATFORM
from tests.support.stack import Stack
from tests.support.visitor import PHONE, Visitor, frame, heading, overflow

pytestmark = [pytest.mark.system, pytest.mark.browser]


@pytest.fixture
def asset(stack: Stack) -> str:
    """An asset of this test's own."""
    name = f"table_{secrets.token_hex(3)}"
    body = {"type": "TABLE", "name": name, "qualified_name": f"made.{name}", "description": "As it was"}
    return str(stack.ok(stack.admin.post(f"{METASTORE}/assets", json=body), 201)["id"])


def _get(stack: Stack, asset: str) -> dict[str, object]:
    return dict(stack.ok(stack.admin.get(f"{METASTORE}/assets/{asset}")))


def _write(ours: Frame, text: str) -> None:
    ours.get_by_role("button", name="Edit the description", exact=True).click()
    ours.get_by_role("textbox", name="Description").fill(text)


def test_who_came_second_sees_what_the_other_changed_and_chooses(stack: Stack, asset: str, visitor: Visitor) -> None:
    ours = frame(visitor.arrive(f"/assets/{asset}"))
    _write(ours, "Mine")
    theirs = {"description": "Theirs", "metadata": {"tier": 2}}
    stack.ok(stack.admin.put(f"{METASTORE}/assets/{asset}", json=theirs))
    ours.get_by_role("button", name="Save").click()
    conflict = ours.get_by_role("alert")
    expect(conflict).to_contain_text("Somebody changed this asset while you wrote")
    expect(conflict).to_contain_text("Description: As it was → Theirs")
    expect(conflict).to_contain_text("Tier: nothing → 2")
    expect(ours.get_by_role("textbox", name="Description")).to_have_value("Mine")
    assert _get(stack, asset)["description"] == "Theirs"
    ours.get_by_role("button", name="Save mine over it").click()
    expect(ours.get_by_role("textbox", name="Description")).to_have_count(0)
    now = _get(stack, asset)
    assert now["description"] == "Mine"
    assert now["metadata"] == {"tier": 2}


def test_escape_leaves_only_what_was_not_changed_and_the_focus_comes_back(asset: str, visitor: Visitor) -> None:
    page = visitor.arrive(f"/assets/{asset}")
    ours = frame(page)
    edit = ours.get_by_role("button", name="Edit the description", exact=True)
    edit.press("Enter")
    text = ours.get_by_role("textbox", name="Description")
    expect(text).to_be_focused()
    text.fill("Half a thought")
    text.press("Escape")
    expect(text).to_have_value("Half a thought")
    text.fill("As it was")
    text.press("Escape")
    expect(text).to_have_count(0)
    expect(edit).to_be_focused()
    edit.press("Enter")
    text.fill("A whole one")
    text.press("Control+Enter")
    expect(ours.get_by_text("A whole one")).to_be_visible()
    expect(edit).to_be_focused()
    visitor.content()


def test_facts_owners_domain_and_terms_are_written_on_the_page(stack: Stack, asset: str, visitor: Visitor) -> None:
    word = secrets.token_hex(3)
    stack.ok(stack.admin.post(f"{PLATFORM}/domains", json={"name": f"Sales {word}"}), 201)
    stack.ok(stack.admin.post(f"{PLATFORM}/terms", json={"name": f"Churn {word}"}), 201)
    ours = frame(visitor.arrive(f"/assets/{asset}/details", size=PHONE))
    ours.get_by_role("button", name="Add a fact").click()
    ours.get_by_role("textbox", name="Name of the fact").fill("sla_hours")
    ours.get_by_role("textbox", name="Value of the fact").fill("24")
    ours.get_by_role("textbox", name="Value of the fact").press("Enter")
    expect(ours.get_by_role("row").filter(has_text="sla_hours")).to_contain_text("24")
    assert _get(stack, asset)["metadata"] == {"sla_hours": 24}

    ours.get_by_role("button", name="Owners, domain and terms").click()
    dialog = ours.get_by_role("dialog")
    dialog.get_by_role("button", name="Add an owner").click()
    dialog.get_by_label("Name of owner 1").fill("ana")
    dialog.get_by_label("Role of owner 1").select_option("steward")
    dialog.get_by_label("Domain").select_option(f"Sales {word}")
    dialog.get_by_label("Terms").fill(f"churn {word}")
    dialog.get_by_label("Terms").press("Enter")
    assert overflow(ours) <= 0
    dialog.get_by_role("button", name="Save").click()
    expect(ours.get_by_role("link", name="ana")).to_be_visible()
    now = _get(stack, asset)
    assert now["owners"] == [{"kind": "user", "name": "ana", "role": "steward"}]
    assert (now["domain"], now["terms"]) == (f"Sales {word}", [f"Churn {word}"])

    ours.get_by_role("link", name=f"Sales {word}").click()
    expect(ours.get_by_role("list", name="Filters of the search")).to_contain_text(f"Sales {word}")
    expect(ours.get_by_role("main").get_by_text("1 asset", exact=True)).to_be_visible()
    visitor.content()


def test_relationships_are_made_and_removed_and_flow_into_impact(stack: Stack, asset: str, visitor: Visitor) -> None:
    name = f"reader_{secrets.token_hex(3)}"
    body = {"type": "VIEW", "name": name, "qualified_name": f"made.{name}"}
    reader = stack.ok(stack.admin.post(f"{METASTORE}/assets", json=body), 201)["id"]
    ours = frame(visitor.arrive(f"/assets/{asset}/relationships"))
    ours.get_by_role("button", name="Add a relationship").click()
    dialog = ours.get_by_role("dialog")
    dialog.get_by_label("How they relate").select_option("DEPENDS_ON in")
    dialog.get_by_role("combobox", name="The other asset").fill(name)
    dialog.get_by_role("option", name=re.compile(name)).click()
    dialog.get_by_role("button", name="Add", exact=True).click()
    row = ours.get_by_role("row").filter(has_text=name)
    expect(row).to_contain_text("is read by")
    ours.get_by_role("tab", name="Impact").click()
    expect(ours.get_by_text("1 asset may break")).to_be_visible()
    expect(ours.get_by_role("link", name=name)).to_have_attribute("href", re.compile(str(reader)))
    ours.get_by_role("tab", name="Relationships").click()
    remove = row.get_by_role("button", name="Remove the relationship")
    remove.click()
    dialog.press("Escape")
    expect(dialog).to_have_count(0)
    expect(remove).to_be_focused()
    remove.click()
    dialog.get_by_role("button", name="Remove it").click()
    expect(row).to_have_count(0)
    visitor.content()


def test_what_came_along_lineage_is_told_with_where_it_is_from(stack: Stack, visitor: Visitor) -> None:
    word = secrets.token_hex(3)
    tag = stack.ok(stack.admin.post(f"{METASTORE}/tags", json={"name": f"Personal {word}"}), 201)
    stack.ok(stack.admin.put(f"{PLATFORM}/tags/{tag['id']}/propagation", json={"propagates": "downstream"}))
    shape = {"type": "TABLE", "columns": [{"name": "mail", "type": "text"}]}
    named = ({"name": f"{end}_{word}", "qualified_name": f"made.{end}_{word}"} for end in ("from", "to"))
    lines = [{**shape, **each} for each in named]
    stack.ok(stack.admin.post(f"{METASTORE}/ingestion/batch", json={"assets": lines}))
    query = {"search": word, "sort": "name:asc"}
    origin, reached = (each["id"] for each in stack.ok(stack.admin.get(f"{METASTORE}/assets", params=query))["data"])
    ends = {"source_asset_id": reached, "target_asset_id": origin, "type": "DEPENDS_ON"}
    edge = {**ends, "metadata": {"column_mapping": {"mail": ["mail"]}}}
    stack.ok(stack.admin.post(f"{METASTORE}/relationships", json=edge), 201)
    marked = {"tags": [tag["name"]], "columns": [{"name": "mail", "tags": [tag["name"]]}]}
    stack.ok(stack.admin.put(f"{METASTORE}/assets/{origin}", json=marked))
    ours = frame(visitor.arrive(f"/assets/{reached}"))
    column = ours.get_by_role("cell", name=f"mail {tag['name']} from from_{word}.mail")
    expect(column).to_be_visible()
    expect(ours.get_by_role("link", name=tag["name"])).to_have_count(2)
    expect(ours.get_by_role("link", name=f"from_{word}", exact=True)).to_be_visible()
    assert overflow(ours) <= 0
    column.get_by_role("link", name=f"from_{word}.mail").click()
    expect(ours.get_by_role(**heading(f"from_{word}"))).to_be_visible()
    visitor.content()


def test_versions_are_compared_and_restored(stack: Stack, asset: str, visitor: Visitor) -> None:
    for text in ("Second", "Third"):
        stack.ok(stack.admin.put(f"{METASTORE}/assets/{asset}", json={"description": text}))
    ours = frame(visitor.arrive(f"/assets/{asset}/history"))
    versions = ours.get_by_role("table", name=re.compile("^Versions of"))
    second = versions.get_by_role("row").filter(has_text="description changed").nth(1)
    second.get_by_role("button", name=re.compile("^Compare with now")).click()
    expect(versions).to_contain_text("Second→ Third")
    second.get_by_role("button", name=re.compile("^Restore")).click()
    expect(versions.get_by_role("row").filter(has_text="description changed")).to_have_count(3)
    assert _get(stack, asset)["description"] == "Second"
    expect(ours.get_by_role("table", name=re.compile("^Audit of")).get_by_role("row")).not_to_have_count(0)
    visitor.content()


def test_who_may_not_write_or_audit_sees_no_way_to(stack: Stack, asset: str, visitor: Visitor) -> None:
    ours = frame(visitor.arrive(f"/assets/{asset}/history", client=stack.person("viewer")))
    expect(ours.get_by_role("table", name=re.compile("^Versions of"))).to_be_visible()
    for name in ("Edit the description", "Owners, domain and terms", "Delete the asset", "Restore", "Add a fact"):
        expect(ours.get_by_role("button", name=name)).to_have_count(0)
    expect(ours.get_by_role("heading", name="Audit")).to_have_count(0)
    visitor.content()


def test_a_deleted_asset_is_restored(stack: Stack, asset: str, visitor: Visitor) -> None:
    name = _get(stack, asset)["name"]
    ours = frame(visitor.arrive(f"/assets/{asset}"))
    ours.get_by_role("button", name="Delete the asset").click()
    ours.get_by_role("dialog").get_by_role("button", name="Delete the asset").click()
    expect(ours.get_by_role("status").filter(has_text=re.compile("table_.* was deleted"))).to_be_visible()
    assert stack.admin.get(f"{METASTORE}/assets/{asset}").status_code == 404
    ours.get_by_role("button", name="All that was deleted").click()
    expect(ours.get_by_role(**heading("Deleted assets"))).to_be_visible()
    ours.get_by_role("button", name=f"Restore {name}").click()
    expect(ours.get_by_role("button", name=f"Restore {name}")).to_have_count(0)
    assert _get(stack, asset)["description"] == "As it was"


def test_what_others_change_is_shown_and_told_at_once(stack: Stack, asset: str, visitor: Visitor) -> None:
    page = visitor.arrive(f"/assets/{asset}")
    ours = frame(page)
    with page.expect_event("websocket", timeout=20_000):
        page.reload()
    ours = frame(page)
    expect(ours.get_by_text("As it was")).to_be_visible()
    page.wait_for_timeout(1_000)
    stack.ok(stack.admin.put(f"{METASTORE}/assets/{asset}", json={"description": "Told at once"}))
    expect(ours.get_by_role("status").filter(has_text="was changed: description")).to_be_visible(timeout=5_000)
    expect(ours.get_by_text("Told at once")).to_be_visible()
    _write(ours, "Our own")
    ours.get_by_role("button", name="Dismiss").click()
    ours.get_by_role("button", name="Save").click()
    expect(ours.get_by_text("Our own")).to_be_visible()
    page.wait_for_timeout(2_000)
    expect(ours.get_by_role("status")).to_have_count(0)
    visitor.content()


def test_a_search_with_typed_filters_is_kept_in_the_address(visitor: Visitor) -> None:
    page = visitor.arrive("/catalog")
    ours = frame(page)
    ours.get_by_role("button", name="What a search understands").click()
    ours.get_by_role("button", name="Search with type:TABLE").click()
    expect(ours.get_by_role("list", name="Filters of the search")).to_contain_text("TABLE")
    page.wait_for_function("() => location.search.includes('q=type%3ATABLE')")
    page.reload()
    ours = frame(page)
    expect(ours.get_by_role("button", name=re.compile("^Table"))).to_be_visible()
    expect(ours.get_by_role("button", name=re.compile("^View"))).to_have_count(0)
    ours.get_by_role("button", name="Take the filter type:TABLE away").click()
    expect(ours.get_by_role("list", name="Filters of the search")).to_have_count(0)
    visitor.content()
