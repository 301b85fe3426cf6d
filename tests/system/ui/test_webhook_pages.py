"""Webhooks on their page: made with a secret that is shown once, edited, switched off, deleted on the second press."""

from __future__ import annotations

import secrets
from typing import Any

import pytest
from playwright.sync_api import expect
from tests.support.app import PLATFORM
from tests.support.axe import faults
from tests.support.stack import Stack
from tests.support.visitor import PHONE, Visitor, frame, heading, overflow

pytestmark = [pytest.mark.system, pytest.mark.browser]


def test_a_webhook_is_made_switched_off_and_deleted(stack: Stack, visitor: Visitor) -> None:
    name = f"Receiver {secrets.token_hex(3)}"
    ours = frame(visitor.arrive("/webhooks", size=PHONE))
    expect(ours.get_by_role(**heading("Webhooks"))).to_be_visible()
    ours.get_by_role("button", name="Create a webhook").click()
    dialog = ours.get_by_role("dialog")
    dialog.get_by_label("Name").fill(name)
    dialog.get_by_label("Address").fill(f"https://127.0.0.1:{stack.ports[0]}/crosswind")
    dialog.get_by_text("Tags of the vocabulary").click()
    assert overflow(ours) <= 0
    dialog.get_by_role("button", name="Create the webhook").click()
    expect(dialog.get_by_role("status")).to_contain_text("whsec_")
    dialog.get_by_role("button", name="Close", exact=True).last.click()

    made = next(each for each in _all(stack) if each["name"] == name)
    assert set(made["events"]) == {"tag.created", "tag.updated", "tag.deleted"}
    assert "whsec_" not in ours.content()
    ours.get_by_role("button", name=f"Deliveries of {name}").click()
    expect(ours.get_by_text("Nothing was sent lately.")).to_be_visible()
    ours.get_by_text("Sends", exact=True).click()
    expect(ours.get_by_role("row").filter(has_text=name).first).to_contain_text("Inactive")
    assert next(each for each in _all(stack) if each["name"] == name)["status"] == "disabled"
    ours.get_by_role("button", name="Give it a new secret").click()
    expect(dialog).to_contain_text("signed with the new secret alone")
    dialog.get_by_role("button", name="Cancel").click()
    expect(ours.get_by_text("whsec_")).to_have_count(0)
    ours.get_by_role("button", name="Give it a new secret").click()
    dialog.get_by_role("button", name="Make a new secret").click()
    expect(ours.get_by_role("status")).to_contain_text("whsec_")
    ours.get_by_role("button", name="Delete", exact=True).click()
    dialog.get_by_role("button", name=f"Delete {name} and its log").click()
    expect(dialog).to_have_count(0)
    expect(ours.get_by_role("button", name=f"Deliveries of {name}")).to_have_count(0)
    assert name not in {each["name"] for each in _all(stack)}
    visitor.content()


def test_a_webhook_is_edited_and_what_others_changed_meanwhile_is_kept(stack: Stack, visitor: Visitor) -> None:
    name, port = f"Receiver {secrets.token_hex(3)}", stack.ports[0]
    body = {"name": name, "url": f"https://127.0.0.1:{port}/old", "events": ["tag.created", "task.progress"]}
    made = stack.ok(stack.admin.post(f"{PLATFORM}/webhooks", json=body), 201)["id"]
    ours = frame(visitor.arrive("/webhooks", size=PHONE, theme="dark"))
    ours.get_by_role("button", name=f"Deliveries of {name}").click()
    edit, dialog = ours.get_by_role("button", name="Edit", exact=True), ours.get_by_role("dialog")
    edit.click()
    expect(dialog.get_by_label("Address")).to_have_value(f"https://127.0.0.1:{port}/old")
    expect(dialog.get_by_role("checkbox", name="Tags of the vocabulary (some of them)")).not_to_be_checked()
    expect(dialog.get_by_role("checkbox", name="Runs: their progress and end")).to_be_checked()
    expect(dialog.get_by_role("button", name="Save")).to_be_disabled()
    dialog.get_by_label("Address").fill(f"https://127.0.0.1:{port}/new")
    dialog.get_by_text("Tags of the vocabulary").click()
    dialog.get_by_text("Runs: their progress and end").click()
    expect(dialog).to_contain_text("signed with the same secret")
    assert overflow(ours) <= 0
    assert not faults(ours)
    stack.ok(stack.admin.put(f"{PLATFORM}/webhooks/{made}", json={"name": f"{name} of theirs"}))
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_role("alert")).to_contain_text("version")
    assert stack.ok(stack.admin.get(f"{PLATFORM}/webhooks/{made}"))["url"].endswith("/old")
    dialog.get_by_role("button", name="Cancel").click()
    edit.click()
    expect(dialog.get_by_label("Name")).to_have_value(f"{name} of theirs")
    dialog.get_by_label("Address").fill("ftp://127.0.0.1/new")
    dialog.get_by_label("Address").press("Enter")
    expect(dialog.get_by_role("alert")).to_be_visible()
    dialog.get_by_label("Address").fill(f"https://127.0.0.1:{port}/new")
    dialog.get_by_text("Tags of the vocabulary").click()
    dialog.get_by_label("Address").press("Enter")
    expect(dialog).to_have_count(0)
    expect(edit).to_be_focused()
    now = stack.ok(stack.admin.get(f"{PLATFORM}/webhooks/{made}"))
    assert (now["name"], now["url"]) == (f"{name} of theirs", f"https://127.0.0.1:{port}/new")
    assert set(now["events"]) == {"tag.created", "tag.updated", "tag.deleted", "task.progress"}
    stack.ok(stack.admin.delete(f"{PLATFORM}/webhooks/{made}"), 204)


def _all(stack: Stack) -> list[dict[str, Any]]:
    return list(stack.ok(stack.admin.get(f"{PLATFORM}/webhooks", params={"pageSize": 100}))["data"])


def test_who_may_not_read_webhooks_is_not_led_to_them(stack: Stack, visitor: Visitor) -> None:
    ours = frame(visitor.arrive("/catalog", client=stack.person("viewer")))
    expect(ours.get_by_role("link", name="Tags")).to_be_visible()
    expect(ours.get_by_role("link", name="Webhooks")).to_have_count(0)
    visitor.content()
