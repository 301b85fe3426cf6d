"""Every badge under axe in Airflow's own theme and in ours: each state, severity, classification and decision."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from tests.support.app import CONNECTIONS, METASTORE, PLATFORM, Rest
from tests.support.axe import faults
from tests.support.catalog import ok
from tests.support.pages import Pages, opened
from tests.support.stack import Stack
from tests.support.visitor import Visitor, frame

pytestmark = [pytest.mark.system, pytest.mark.browser]

UI = Path(__file__).parents[3] / "ui/src"
THEMES = ("light", "dark")
NOW = "2026-01-01T00:00:00Z"


def _keys(source: str) -> list[str]:
    """The names that a component has a look for."""
    table = (UI / source).read_text(encoding="utf-8").partition("const LOOKS")[2].partition("\n};")[0]
    return re.findall(r"^  (\w+): ", table, re.MULTILINE)


STATES, SEVERITIES = _keys("components/StateBadge.tsx"), _keys("components/SeverityBadge.tsx")
CLASSES = ("public", "internal", "confidential", "restricted", "of_ours")


def _run(state: str) -> dict[str, Any]:
    return {"id": state, "type": "CRAWL", "status": state.upper(), "priority": 5, "createdAt": NOW}


def _violation(severity: str) -> dict[str, Any]:
    return {
        "id": severity, "severity": severity, "status": "open", "title": severity, "message": "m", "remedy": "r",
        "rule": "R", "action": None, "connectionId": None, "evidence": {}, "firstSeen": NOW, "lastSeen": NOW,
        "resource": {"id": "x", "name": "x", "type": "asset"}, "standards": [],
    }  # fmt: skip


def _level(name: str) -> dict[str, Any]:
    return {"id": name, "name": name, "level": CLASSES.index(name), "description": None}


SHOWN: dict[str, tuple[str, list[dict[str, Any]]]] = {
    f"{PLATFORM}/runs": ("/runs", [_run(state) for state in STATES]),
    f"{CONNECTIONS}/governance/compliance/violations": ("/compliance", [_violation(each) for each in SEVERITIES]),
    f"{CONNECTIONS}/governance/classifications": ("/tags", [_level(name) for name in CLASSES]),
}


def _told(page: Page, path: str, rows: list[dict[str, Any]]) -> None:
    """Let the server say these rows where a list is asked for."""
    numbers = {"page": 1, "pageSize": 100, "totalCount": len(rows), "hasNext": False}

    def answer(route: Route) -> None:
        route.fulfill(content_type="application/json", body=json.dumps({"data": rows, "pagination": numbers}))

    page.route(re.compile(f"{re.escape(path)}(\\?.*)?$"), answer)


def test_the_looks_are_read_from_the_components() -> None:
    assert {"active", "failed", "running", "warning"} <= set(STATES)
    assert {"critical", "medium"} <= set(SEVERITIES)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("asked", SHOWN)
def test_badges_in_the_theme_of_airflow(asked: str, theme: str, stack: Stack, visitor: Visitor) -> None:
    path, rows = SHOWN[asked]
    page = visitor.arrive(theme=theme)
    _told(page, asked, rows)
    page.goto(f"{stack.layout.base}/plugin/crosswind/pluginsv2/crosswind/ui{path}")
    ours = frame(page)
    expect(ours.locator(".chakra-badge").nth(len(rows) - 1)).to_be_visible()
    assert not faults(ours)


@pytest.fixture
def pages(rest: Rest, browser: Browser, monkeypatch: pytest.MonkeyPatch) -> Iterator[Pages]:
    """A browser at the pages without Airflow, where `ana` may do everything."""
    rest.people.add("ana", "platform_admin")
    with opened(rest, browser, monkeypatch) as pages:
        yield pages


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("asked", SHOWN)
def test_badges_in_our_own_theme(asked: str, theme: str, pages: Pages) -> None:
    path, rows = SHOWN[asked]
    page = pages.arrive("/apis", subject="ana", theme=theme)
    _told(page, asked, rows)
    page.goto(f"{pages.url}/crosswind/ui{path}")
    expect(page.locator(".chakra-badge").nth(len(rows) - 1)).to_be_visible()
    assert not faults(page.main_frame)


@pytest.mark.parametrize("theme", THEMES)
def test_badges_of_columns_and_tags(theme: str, rest: Rest, pages: Pages) -> None:
    admin = rest.client()
    ok(admin.post(f"{METASTORE}/tags", json={"name": "PII"}))
    columns = [{"name": "id", "type": "bigint"}]
    body = {"type": "TABLE", "name": "orders", "qualified_name": "prod.orders", "columns": columns, "tags": ["PII"]}
    asset = ok(admin.post(f"{METASTORE}/assets", json=body))["id"]
    page = pages.arrive(f"/assets/{asset}", subject="ana", theme=theme)
    expect(page.get_by_role("table", name="Columns of orders")).to_be_visible()
    expect(page.locator(".chakra-badge").first).to_be_visible()
    assert not faults(page.main_frame)
