"""Every route of the connections design's Data Governance block, but the policies, does its work over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from tests.support.airflow import Airflow
from tests.support.app import CONNECTIONS, Rest
from tests.support.catalog import crawl, ok, table
from tests.support.connections import register
from tests.support.runs import MadeUpRuns
from tests.support.scans import ScanTask, seen
from tests.support.served import ROUTES
from tests.support.violations import asset_id, key_of

GOVERNANCE = f"{CONNECTIONS}/governance"
Ask = Callable[["Filled"], httpx.Response]


class Filled:
    """A connection that was crawled and scanned, and whoever asks."""

    def __init__(self, rest: Rest) -> None:
        rest.platform.__dict__["runs"] = MadeUpRuns()
        self.client = rest.client("platform_admin")
        register(self.client)
        crawl(rest, key_of(rest), [table("people", "id integer", "email text")])
        task = ScanTask(rest, key_of(rest))
        ok(task.send({"people.email": [seen("EMAIL", 0.98)]}))
        ok(task.end(facts={"encryptedInTransit": True}))
        self.asset = str(asset_id(rest, "people"))

    def get(self, path: str, **query: Any) -> httpx.Response:
        return self.client.get(f"{GOVERNANCE}{path}", params=query)

    def post(self, path: str, **body: Any) -> httpx.Response:
        return self.client.post(f"{GOVERNANCE}{path}", json=body)

    def violation(self) -> str:
        (found,) = ok(self.get("/compliance/violations", rule="personal-data-tagged"))["data"]
        return str(found["id"])


BLOCK: dict[str, tuple[Ask, int, Callable[[Any], bool]]] = {
    "GET /governance/classifications": (
        lambda it: it.get("/classifications"), 200, lambda told: len(told["data"]) == 4,
    ),
    "POST /governance/classifications": (
        lambda it: it.post("/classifications", name="secret", level=4), 201, lambda told: told["level"] == 4,
    ),
    "GET /governance/tags": (lambda it: it.get("/tags"), 200, lambda told: told["data"] == []),
    "POST /governance/tags": (lambda it: it.post("/tags", name="PII"), 201, lambda told: told["name"] == "PII"),
    "POST /governance/apply-tags": (
        lambda it: it.post("/apply-tags", resources=[{"type": "asset", "id": it.asset}], classification="internal"),
        200, lambda told: told["applied"] == 1,
    ),
    "GET /governance/compliance/status": (
        lambda it: it.get("/compliance/status"), 200, lambda told: told["connections"]["scanned"] == 1,
    ),
    "GET /governance/compliance/reports": (
        lambda it: it.get("/compliance/reports", standard="GDPR"), 200,
        lambda told: told["standards"][0]["openViolations"] > 0,
    ),
    "POST /governance/compliance/scan": (
        lambda it: it.post("/compliance/scan", connectionIds=["shop"]), 202,
        lambda told: [each["connectionId"] for each in told["tasks"]] == ["shop"],
    ),
    "GET /governance/compliance/violations": (
        lambda it: it.get("/compliance/violations"), 200, lambda told: told["pagination"]["totalCount"] > 0,
    ),
    "POST /governance/compliance/remediate": (
        lambda it: it.post("/compliance/remediate", violationIds=[it.violation()], dryRun=False), 200,
        lambda told: told["results"][0]["outcome"] == "applied",
    ),
    "GET /governance/audit": (
        lambda it: it.get("/audit", action="create"), 200, lambda told: told["data"][0]["entityId"] == "shop",
    ),
    "GET /governance/audit/{connectionId}": (
        lambda it: it.get("/audit/shop"), 200, lambda told: told["pagination"]["totalCount"] > 0,
    ),
    "GET /governance/audit/export": (
        lambda it: it.get("/audit/export", limit=1, entityId="shop", action="create"), 200,
        lambda told: told["entityType"] == "connection",
    ),
    "POST /governance/audit/search": (
        lambda it: it.post("/audit/search", actions=["create"]), 200,
        lambda told: told["data"][0]["entityType"] == "connection",
    ),
}  # fmt: skip


def test_the_block_is_what_is_served() -> None:
    served = {route.id.replace(f" {CONNECTIONS}", " ") for route in ROUTES if route.path.startswith(GOVERNANCE)}
    assert served == set(BLOCK)


@pytest.mark.parametrize("route", BLOCK)
def test_each_does_its_work(rest: Rest, airflow_db: Airflow, route: str) -> None:
    ask, status, holds = BLOCK[route]
    answer = ask(Filled(rest))
    assert answer.status_code == status, answer.text
    assert holds(answer.json())
