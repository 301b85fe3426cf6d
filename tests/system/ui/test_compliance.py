"""Compliance on the pages: standards, violations with evidence, remedies shown before they are made, scans, reports."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Frame, Locator, Page, expect
from tests.support.app import CONNECTIONS, METASTORE
from tests.support.stack import Stack
from tests.support.visitor import PHONE, Visitor, frame, heading, overflow

pytestmark = [pytest.mark.system, pytest.mark.browser]

ROOT = f"{CONNECTIONS}/governance/compliance"
TAGGED = "Columns with personal data are tagged"


def _violations(stack: Stack, connection: str, **query: str) -> list[dict[str, Any]]:
    query = {"connectionId": connection, "pageSize": "100", **query}
    return list(stack.ok(stack.admin.get(f"{ROOT}/violations", params=query))["data"])


def _row(ours: Frame, text: str) -> Locator:
    return ours.get_by_role("table", name="Violations").get_by_role("row").filter(has_text=text).first


def test_a_standard_narrows_its_violations_and_each_tells_why_and_what_helps(
    stack: Stack, scanned: str, visitor: Visitor
) -> None:
    page = visitor.arrive(f"/compliance?connectionId={scanned}", size=PHONE, theme="dark")
    ours = frame(page)
    card = ours.get_by_role("button", name=re.compile("^PCI-DSS"))
    card.click()
    expect(card).to_have_attribute("aria-pressed", "true")
    page.wait_for_function("() => location.search.includes('standard=PCI-DSS')")
    wanted = _violations(stack, scanned, standard="PCI-DSS", status="open")
    expect(ours.get_by_role("button", name=re.compile("^Details of"))).to_have_count(len(wanted))

    card.click()
    ours.get_by_label("Severity").select_option("medium")
    ours.get_by_role("button", name=re.compile(f"^Details of {TAGGED}: .*email")).click()
    detail = ours.get_by_role("table", name="Violations")
    expect(detail).to_contain_text("What helps: Tag the column PII")
    expect(detail).to_contain_text("Art. 25(1); Art. 30(1)(c)")
    expect(detail).to_contain_text("EMAIL")
    assert overflow(ours) <= 0
    visitor.content()


def test_a_remedy_is_shown_first_and_made_when_asked_for(stack: Stack, scanned: str, visitor: Visitor) -> None:
    found = _violations(stack, scanned, rule="personal-data-tagged", status="open")
    column = next(each for each in found if each["resource"]["name"].endswith(".email"))
    ours = frame(visitor.arrive(f"/compliance?connectionId={scanned}&severity={column['severity']}"))
    ours.get_by_label(f"Choose {column['title']}: {column['resource']['name']}").check(force=True)
    ours.get_by_role("button", name="Remedy").click()
    dialog = ours.get_by_role("dialog")
    expect(dialog).to_contain_text("Nothing is changed yet")
    expect(dialog).to_contain_text("Add tags: nothing → PII")
    assert _tags(stack, column) == []

    dialog.get_by_role("button", name="Apply 1 change").click()
    expect(dialog).to_contain_text("What was done")
    expect(dialog).to_contain_text("Done, and the violation is closed")
    assert _tags(stack, column) == ["PII"]
    dialog.get_by_role("button", name="Close", exact=True).last.click()
    expect(ours.get_by_label(f"Choose {column['title']}: {column['resource']['name']}")).to_have_count(0)
    ours.get_by_label("Status").select_option("closed")
    expect(_row(ours, column["resource"]["name"])).to_contain_text("Closed")
    visitor.content()


def _tags(stack: Stack, violation: dict[str, Any]) -> list[str]:
    columns = stack.ok(stack.admin.get(f"{METASTORE}/assets/{violation['assetId']}"))["schema"]
    return next(each["tags"] for each in columns if each["id"] == violation["resource"]["id"])


def test_a_scan_is_started_and_followed_to_its_end(stack: Stack, scanned: str, visitor: Visitor) -> None:
    ours = frame(visitor.arrive("/compliance"))
    ours.get_by_role("button", name="Scan", exact=True).click()
    dialog = ours.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="Scan", exact=True)).to_be_disabled()
    dialog.locator("label").filter(has_text=re.compile("^People ")).first.click()
    dialog.get_by_role("button", name="Scan 1 connection").click()
    expect(dialog).to_have_count(0)
    under_way = ours.get_by_role("region", name="Scans under way")
    expect(under_way).to_contain_text("Scan of People")
    expect(under_way).to_have_count(0, timeout=90_000)
    expect(ours.get_by_role("button", name=re.compile("^GDPR"))).to_contain_text("scanned")
    visitor.content()


def test_reports_are_downloaded_and_opened_to_print(scanned: str, visitor: Visitor, tmp_path: Path) -> None:
    page = visitor.arrive(f"/compliance?connectionId={scanned}&standard=GDPR")
    ours = frame(page)
    expect(ours.get_by_role("button", name=re.compile("^GDPR"))).to_have_attribute("aria-pressed", "true")
    told = json.loads(_download(page, ours, "JSON", tmp_path))
    assert "GDPR" in json.dumps(told)
    rows = list(csv.DictReader(_download(page, ours, "CSV", tmp_path).lstrip("\ufeff").splitlines()))
    assert {each["standard"] for each in rows} == {"GDPR"}
    assert {each["connectionId"] for each in rows} <= {"", scanned}

    with page.context.expect_page() as opened:
        ours.get_by_role("button", name="To print").click()
    printed = opened.value
    printed.wait_for_load_state()
    expect(printed.get_by_role("heading", level=1)).to_be_visible()
    assert printed.evaluate("window.opener") is None
    visitor.content()


def _download(page: Page, ours: Frame, name: str, folder: Path) -> str:
    with page.expect_download() as started:
        ours.get_by_role("link", name=name).click()
    assert started.value.suggested_filename.endswith(f".{name.lower()}")
    target = folder / started.value.suggested_filename
    started.value.save_as(target)
    return target.read_text(encoding="utf-8")


def test_who_only_reads_sees_no_way_to_scan_or_remedy(stack: Stack, scanned: str, visitor: Visitor) -> None:
    ours = frame(visitor.arrive(f"/compliance?connectionId={scanned}", client=stack.person("viewer")))
    expect(ours.get_by_role("button", name=re.compile("^Details of")).first).to_be_visible()
    expect(ours.get_by_role(**heading("Compliance"))).to_be_visible()
    for name in ("Scan", "Remedy …"):
        expect(ours.get_by_role("button", name=name, exact=True)).to_have_count(0)
    expect(ours.get_by_role("checkbox")).to_have_count(0)
    visitor.content()
