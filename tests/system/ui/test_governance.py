"""Personal data to decide on, tags and classifications on the pages: by mouse, by keys, one by one and many at once."""

from __future__ import annotations

import re
import secrets

import pytest
from playwright.sync_api import Frame, Locator, expect
from tests.support.app import CONNECTIONS, METASTORE, PLATFORM
from tests.support.stack import Stack
from tests.support.visitor import PHONE, Seen, Visitor, frame, heading, overflow

pytestmark = [pytest.mark.system, pytest.mark.browser]

FOUND = 3
"""At least so many of the columns above hold personal data that a scan finds."""


def _findings(stack: Stack, connection: str, status: str) -> set[str]:
    query = {"connectionId": connection, "status": status}
    return {each["column"] for each in stack.ok(stack.admin.get(f"{PLATFORM}/findings", params=query))["data"]}


def _row(ours: Frame, text: str) -> Locator:
    return ours.get_by_role("table", name="Findings").get_by_role("row").filter(has_text=text)


def test_findings_are_decided_on_by_keys_alone(stack: Stack, scanned: str, visitor: Visitor) -> None:
    before = _findings(stack, scanned, "proposed")
    assert len(before) >= FOUND, before
    page = visitor.arrive(f"/findings?connectionId={scanned}")
    ours = frame(page)
    rows = ours.locator("tbody tr")
    expect(rows).to_have_count(len(before))
    expect(rows.nth(0)).to_have_attribute("aria-current", "true")
    expect(ours.get_by_role("list", name="Keys")).to_contain_text("confirm")

    page.keyboard.press("c")
    expect(rows.nth(0)).to_contain_text("Confirmed")
    expect(rows.nth(1)).to_have_attribute("aria-current", "true")
    page.keyboard.press("r")
    expect(rows.nth(1)).to_contain_text("Rejected")
    page.keyboard.press("k")
    expect(rows.nth(1)).to_have_attribute("aria-current", "true")
    assert len(_findings(stack, scanned, "confirmed")) == 1
    assert len(_findings(stack, scanned, "rejected")) == 1

    page.keyboard.press("o")
    expect(rows.nth(1)).to_contain_text("Proposed")
    page.keyboard.press("k")
    page.keyboard.press("o")
    expect(rows.nth(0)).to_contain_text("Proposed")
    assert _findings(stack, scanned, "proposed") == before
    visitor.content()


def test_many_findings_are_rejected_at_once_and_can_be_opened_again(
    stack: Stack, scanned: str, visitor: Visitor
) -> None:
    before = _findings(stack, scanned, "proposed")
    page = visitor.arrive(f"/findings?connectionId={scanned}")
    ours = frame(page)
    expect(ours.locator("tbody tr")).to_have_count(len(before))
    ours.get_by_label("Choose all").check(force=True)
    expect(ours.get_by_text(f"{len(before)} chosen")).to_be_visible()
    ours.get_by_role("button", name="Reject", exact=True).click()
    expect(ours.locator("tbody").get_by_text("Rejected")).to_have_count(len(before))
    assert _findings(stack, scanned, "rejected") == before

    ours.get_by_label("Status").select_option("rejected")
    page.wait_for_function("() => location.search.includes('status=rejected')")
    _row(ours, "email").get_by_role("button", name=re.compile("^Open again")).click()
    expect(_row(ours, "email")).to_contain_text("Proposed")
    assert _findings(stack, scanned, "proposed") == {"email"}
    ours.get_by_label("Choose all").check(force=True)
    ours.get_by_role("button", name="Open again", exact=True).click()
    expect(ours.locator("tbody").get_by_text("Proposed")).to_have_count(len(before))
    visitor.content()


def test_findings_stand_at_the_columns_of_their_asset(stack: Stack, scanned: str, visitor: Visitor) -> None:
    asset = _asset(stack, scanned)
    ours = frame(visitor.arrive(f"/assets/{asset}"))
    row = ours.get_by_role("row").filter(has_text="email")
    expect(row).to_contain_text("E-mail address")
    row.get_by_role("button", name=re.compile("^Confirm")).click()
    expect(row).to_contain_text("confirmed")
    assert "email" in _findings(stack, scanned, "confirmed")
    expect(ours.get_by_role("row").filter(has_text="remark")).not_to_contain_text("%")
    visitor.content()


def _asset(stack: Stack, connection: str) -> str:
    found = stack.ok(stack.admin.get(f"{METASTORE}/assets", params={"connection_id": connection}))["data"]
    return str(next(each["id"] for each in found if each["name"] == "people"))


def test_who_may_not_decide_sees_findings_and_no_button(stack: Stack, scanned: str, visitor: Visitor) -> None:
    ours = frame(visitor.arrive(f"/findings?connectionId={scanned}&status=any", client=stack.person("viewer")))
    expect(_row(ours, "email").first).to_be_visible()
    expect(ours.get_by_role("button", name="Confirm", exact=True)).to_have_count(0)
    expect(ours.get_by_role("checkbox")).to_have_count(0)
    visitor.content()


def test_a_tag_is_made_and_put_on_many_assets_at_once(stack: Stack, visitor: Visitor, seen: Seen) -> None:
    tag = f"Team {secrets.token_hex(3)}"
    page = visitor.arrive("/tags")
    ours = frame(page)
    ours.get_by_role("button", name="Create a tag").click()
    dialog = ours.get_by_role("dialog")
    dialog.get_by_label("Name").fill(tag)
    dialog.get_by_label("Category").fill("Domain")
    dialog.get_by_role("button", name="Create the tag").click()
    row = ours.get_by_role("row").filter(has_text=tag)
    expect(row).to_contain_text("Domain")
    expect(row).to_contain_text(re.compile("nothing|\u2013"))

    ours.get_by_role("link", name="Catalog", exact=True).click()
    ours.get_by_role("button", name=re.compile(f"^{re.escape(seen.connection)}")).click()
    expect(ours.get_by_role("button", name=re.compile(f"^{re.escape(seen.connection)}"))).to_have_attribute(
        "aria-pressed", "true"
    )
    expect(ours.locator("[aria-busy=true]")).to_have_count(0)
    for name in ("flights", "airlines"):
        ours.get_by_label(f"Choose {name}", exact=True).check(force=True)
    ours.get_by_role("button", name="Tag and classify").click()
    dialog.get_by_placeholder("Add a tag").fill(tag.lower())
    page.keyboard.press("Enter")
    dialog.get_by_label("Classification").select_option("internal")
    dialog.get_by_role("button", name="Apply").click()
    expect(dialog).to_have_count(0)
    ours.get_by_role("button", name=re.compile(f"^{re.escape(tag)}")).click()
    expect(ours.get_by_role("main").get_by_text("2 assets")).to_be_visible()
    expect(ours.get_by_role("button", name=re.compile("^Internal"))).to_contain_text("2")
    answer = stack.ok(stack.admin.get(f"{METASTORE}/assets/{seen.assets['flights']}"))
    assert tag in answer["tags"]
    assert answer["classification"] == "internal"
    visitor.content()


def test_columns_are_tagged_and_classified_and_the_labels_taken_off_again(
    stack: Stack, scanned: str, visitor: Visitor
) -> None:
    tag = f"Contact {secrets.token_hex(3)}"
    asset = _asset(stack, scanned)
    page = visitor.arrive(f"/assets/{asset}", size=PHONE)
    ours = frame(page)
    for column in ("email", "phone"):
        ours.get_by_label(f"Choose the column {column}").check(force=True)
    ours.get_by_role("button", name="Tag and classify 2").click()
    dialog = ours.get_by_role("dialog")
    dialog.get_by_placeholder("Add a tag").fill(tag)
    dialog.get_by_role("button", name="Make it a tag").click()
    dialog.get_by_label("Classification").select_option("confidential")
    dialog.get_by_role("button", name="Apply").click()
    row = ours.get_by_role("row").filter(has_text="phone")
    expect(row).to_contain_text(tag)
    expect(row).to_contain_text("Confidential")
    assert overflow(ours) <= 0
    columns = {each["name"]: each for each in stack.ok(stack.admin.get(f"{METASTORE}/assets/{asset}"))["schema"]}
    assert {name for name, each in columns.items() if tag in each["tags"]} == {"email", "phone"}

    ours.get_by_label("Choose the column phone").check(force=True)
    ours.get_by_role("button", name="Tag and classify 1").click()
    dialog.get_by_role("button", name=f"Remove the tag {tag}").click()
    dialog.get_by_label("Classification").select_option("None")
    dialog.get_by_role("button", name="Apply").click()
    expect(row).not_to_contain_text(tag)
    expect(row).not_to_contain_text("Confidential")
    visitor.content()


def test_who_may_not_label_sees_labels_and_no_way_to_change_them(stack: Stack, visitor: Visitor, seen: Seen) -> None:
    resources = [{"type": "asset", "id": seen.assets["flights"]}]
    body = {"resources": resources, "classification": "restricted"}
    stack.ok(stack.admin.post(f"{CONNECTIONS}/governance/apply-tags", json=body))
    ours = frame(visitor.arrive(f"/assets/{seen.assets['flights']}", client=stack.person("viewer")))
    expect(ours.get_by_role(**heading("flights"))).to_be_visible()
    expect(ours.get_by_text("Restricted")).to_be_visible()
    expect(ours.get_by_role("button", name=re.compile("classif"))).to_have_count(0)
    expect(ours.get_by_role("checkbox")).to_have_count(0)
    visitor.content()
