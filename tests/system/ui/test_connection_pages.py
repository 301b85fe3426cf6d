"""Changing and deleting a connection on its page: what the form does not show stays, and a slip deletes nothing."""

from __future__ import annotations

import secrets

import pytest
from playwright.sync_api import expect
from tests.support.app import CONNECTIONS
from tests.support.stack import Stack
from tests.support.visitor import PHONE, Seen, Visitor, frame, heading, overflow

pytestmark = [pytest.mark.system, pytest.mark.browser]


def test_a_connection_is_edited_and_keeps_what_the_form_does_not_show(stack: Stack, visitor: Visitor) -> None:
    name = f"To edit {secrets.token_hex(3)}"
    configuration = {"vendor": {"kept": True}}
    identifier = stack.register(stack.database(), name=name, configuration=configuration, network={"region": "eu-1"})
    ours = frame(visitor.arrive(f"/connections/{identifier}", size=PHONE))
    ours.get_by_role("button", name="Edit", exact=True).click()
    dialog = ours.get_by_role("dialog")
    expect(dialog.get_by_label("Host")).to_have_value("127.0.0.1")
    expect(dialog.get_by_label("Password")).to_have_value("")
    dialog.get_by_label("Owner").fill("Data office")
    dialog.get_by_label("Classification").select_option("confidential")
    dialog.get_by_label("Retention").fill("7 years")
    dialog.get_by_label("Only these").fill("public.*, crm.*")
    assert overflow(ours) <= 0
    dialog.get_by_role("button", name="Save").click()
    expect(ours.get_by_text("Data office")).to_be_visible()

    stored = stack.ok(stack.admin.get(f"{CONNECTIONS}/connections/{identifier}"))
    assert stored["configuration"]["vendor"] == {"kept": True}
    assert stored["network"] == {"region": "eu-1"}
    assert stored["compliance"] == {"dataClassification": "confidential", "retention": "7 years"}
    assert stored["configuration"]["discovery"]["include"] == ["public.*", "crm.*"]
    ours.get_by_role("button", name=f"Test {name}").click()
    expect(ours.get_by_text("The server accepted the login")).to_be_visible()
    visitor.content()


def test_new_credentials_are_taken_from_the_form(stack: Stack, visitor: Visitor) -> None:
    name = f"Locked {secrets.token_hex(3)}"
    wrong = {"username": stack.source.user, "password": "wrong"}
    identifier = stack.register(stack.database(), name=name, credentials=wrong)
    ours = frame(visitor.arrive(f"/connections/{identifier}"))
    ours.get_by_role("button", name="Edit", exact=True).click()
    ours.get_by_role("dialog").get_by_label("Password").fill(stack.source.password)
    ours.get_by_role("button", name="Save").click()
    expect(ours.get_by_role("dialog")).to_have_count(0)
    ours.get_by_role("button", name=f"Test {name}").click()
    expect(ours.get_by_text("The server accepted the login")).to_be_visible()
    visitor.content()


def test_an_edit_that_came_second_changes_nothing_and_says_so(stack: Stack, visitor: Visitor) -> None:
    identifier = stack.register(stack.database(), name=f"Raced {secrets.token_hex(3)}", owner="first")
    ours = frame(visitor.arrive(f"/connections/{identifier}"))
    ours.get_by_role("button", name="Edit", exact=True).click()
    ours.get_by_role("dialog").get_by_label("Owner").fill("third")
    path = f"{CONNECTIONS}/connections/{identifier}"
    document = {**stack.ok(stack.admin.get(path)), "owner": "second"}
    stack.ok(stack.admin.put(path, json=document, headers={"If-Match": f'"{document["version"]}"'}))
    ours.get_by_role("button", name="Save").click()
    expect(ours.get_by_role("alert")).to_contain_text("Somebody changed the connection meanwhile")
    assert stack.ok(stack.admin.get(path))["owner"] == "second"


def test_a_connection_is_deleted_only_once_its_id_is_typed(stack: Stack, visitor: Visitor) -> None:
    name = f"To delete {secrets.token_hex(3)}"
    identifier = stack.register(stack.database(), name=name)
    ours = frame(visitor.arrive(f"/connections/{identifier}"))
    ours.get_by_role("button", name="Delete", exact=True).click()
    dialog = ours.get_by_role("dialog")
    confirm = dialog.get_by_role("button", name="Delete the connection")
    expect(confirm).to_be_disabled()
    dialog.get_by_role("textbox").fill(identifier[:-1])
    expect(confirm).to_be_disabled()
    dialog.get_by_role("textbox").fill(identifier)
    confirm.click()
    expect(ours.get_by_role(**heading("Connections"))).to_be_visible()
    assert stack.admin.get(f"{CONNECTIONS}/connections/{identifier}").status_code == 404


def test_who_may_not_change_a_connection_sees_no_button_for_it(stack: Stack, visitor: Visitor, seen: Seen) -> None:
    for role, edits, deletes in (("viewer", 0, 0), ("data_engineer", 1, 0), ("connection_admin", 1, 1)):
        ours = frame(visitor.arrive(f"/connections/{seen.connection}", client=stack.person(role)))
        expect(ours.get_by_text("Id in DAGs")).to_be_visible()
        expect(ours.get_by_role("button", name="Edit", exact=True)).to_have_count(edits)
        expect(ours.get_by_role("button", name="Delete", exact=True)).to_have_count(deletes)
    visitor.content()
