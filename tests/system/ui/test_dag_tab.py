"""The tab "Lineage" on each DAG of Airflow's own pages."""

from __future__ import annotations

import re
import secrets
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect
from tests.support.stack import Stack
from tests.support.visitor import ENTRY, SHELL, Visitor, frame

pytestmark = [pytest.mark.system, pytest.mark.browser]

SCHEMA = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent"
INTAKE = "/metastore/api/v1/lineage"


def _event(job: str, reads: list[str], writes: list[str]) -> dict[str, Any]:
    def datasets(names: list[str]) -> list[dict[str, str]]:
        return [{"namespace": "postgres://shop:5432", "name": name} for name in names]

    return {
        "eventType": "COMPLETE",
        "eventTime": datetime.now(UTC).isoformat(),
        "producer": "https://example.invalid/producer",
        "schemaURL": SCHEMA,
        "run": {"runId": str(uuid4())},
        "job": {"namespace": "default", "name": job},
        "inputs": datasets(reads),
        "outputs": datasets(writes),
    }


def _open(visitor: Visitor, dag: str) -> Page:
    page = visitor.arrive("/connections")
    page.goto(f"{visitor.stack.layout.base}/dags/{dag}")
    page.get_by_role("link", name="Lineage", exact=True).or_(page.get_by_role("tab", name="Lineage")).first.click()
    page.wait_for_url(f"**/dags/{dag}/plugin/crosswind-lineage")
    return page


def test_a_dag_that_told_nothing_yet_says_what_is_missing(visitor: Visitor) -> None:
    ours = frame(_open(visitor, "crosswind_discover"))
    expect(ours.get_by_text("No lineage yet")).to_be_visible()
    expect(ours.get_by_role("navigation", name="Crosswind")).to_have_count(0)
    visitor.content()


def test_a_dag_shows_what_its_tasks_read_and_write_and_leads_on(stack: Stack, visitor: Visitor) -> None:
    table = f"shop.public.orders_{secrets.token_hex(3)}"
    for event in (
        _event("crosswind_scan", [], []),
        _event("crosswind_scan.load", [table], ["shop.public.daily"]),
        _event("crosswind_scan_of_another.load", [table], ["shop.public.other"]),
    ):
        assert stack.admin.post(INTAKE, json=event).status_code == 201
    page = _open(visitor, "crosswind_scan")
    ours = frame(page)
    tasks = ours.get_by_role("group", name="The DAG and its tasks")
    expect(tasks.get_by_role("button", name=re.compile(r"^load reads \d+, writes 1"))).to_have_attribute(
        "aria-pressed", "true"
    )
    expect(tasks).not_to_contain_text("another")
    expect(ours.get_by_label(table.rpartition(".")[2])).to_be_visible()
    page.evaluate("window.stillHere = true")
    ours.get_by_role("link", name="Open the pipeline in the catalog").click()
    page.wait_for_url(re.compile(f"{ENTRY}{SHELL}/assets/"))
    assert page.evaluate("window.stillHere") is True
    expect(frame(page).get_by_role("heading", name="crosswind_scan.load")).to_be_visible()
    visitor.content()
