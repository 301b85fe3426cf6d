"""Violations that somebody accepts for a time, over HTTP."""

from __future__ import annotations

import csv
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text
from tests.support.app import CONNECTIONS, PLATFORM, Rest
from tests.support.catalog import connection, crawl, ok, table
from tests.support.violations import REPORTS, STATUS, VIOLATIONS, evaluation, violation

WAIVED = f"{PLATFORM}/violations"
REASON = "Test data only, see SEC-114"


@pytest.fixture
def made(rest: Rest) -> str:
    key = connection(rest)
    crawl(rest, key, [table("people", "id integer", "email text")])
    evaluation(rest, key, {"personal-data-tagged": (0, 1, 0)})
    return violation(rest, key, "personal-data-tagged", "people.email")


def ahead(**time: float) -> str:
    return (datetime.now(UTC) + timedelta(**time)).isoformat()


def waive(rest: Rest, made: str, *, client: Any = None, until: str | None = None, **headers: str) -> Any:
    body = {"reason": REASON, "until": until or ahead(days=30)}
    return (client or rest.client("security_admin")).put(f"{WAIVED}/{made}/waiver", json=body, headers=headers)


def gdpr(rest: Rest) -> Any:
    return next(each for each in ok(rest.client().get(STATUS))["standards"] if each["standard"] == "GDPR")


def test_a_waived_violation_is_open_and_told_apart(rest: Rest, made: str) -> None:
    found = ok(waive(rest, made))
    assert (found["status"], found["waiver"]["reason"], found["version"]) == ("open", REASON, 2)
    assert ok(rest.client("viewer").get(f"{WAIVED}/{made}")) == found
    listed = {flag: ok(rest.client().get(VIOLATIONS, params={"waived": flag}))["data"] for flag in ("true", "false")}
    assert ([each["id"] for each in listed["true"]], listed["false"]) == ([made], [])
    assert (gdpr(rest)["openViolations"], gdpr(rest)["waivedViolations"], gdpr(rest)["failed"]) == (1, 1, 1)


def test_a_waiver_ends_by_itself_and_when_it_is_withdrawn(rest: Rest, made: str) -> None:
    ok(waive(rest, made))
    with rest.platform.session() as session:
        session.execute(text("UPDATE crosswind.violations SET waived_until = now() - interval '1 second'"))
        session.commit()
    assert (ok(rest.client().get(f"{WAIVED}/{made}"))["waiver"], gdpr(rest)["waivedViolations"]) == (None, 0)
    ok(waive(rest, made))
    withdrawn = ok(rest.client("security_admin").delete(f"{WAIVED}/{made}/waiver"))
    assert (withdrawn["waiver"], withdrawn["version"]) == (None, 4)
    again = ok(rest.client("security_admin").delete(f"{WAIVED}/{made}/waiver"))
    assert again["version"] == 4


@pytest.mark.parametrize("until", [{"seconds": -1}, {"days": 367}])
def test_a_waiver_ends_within_a_year(rest: Rest, made: str, until: dict[str, float]) -> None:
    refused = waive(rest, made, until=ahead(**until))
    assert (refused.status_code, refused.json()["error"]["details"]["field"]) == (400, "until")
    assert ok(rest.client().get(f"{WAIVED}/{made}"))["version"] == 1


def test_only_who_may_waives_what_it_sees_as_it_stands(rest: Rest, made: str) -> None:
    assert waive(rest, made, client=rest.client("data_engineer")).status_code == 403
    assert waive(rest, str(uuid4())).status_code == 404
    assert waive(rest, made, client=rest.client(tenant="other")).status_code == 404
    assert waive(rest, made, **{"If-Match": '"7"'}).status_code == 409
    with rest.platform.session() as session:
        session.execute(text("UPDATE crosswind.violations SET status = 'closed'"))
        session.commit()
    assert waive(rest, made).status_code == 409


def test_audit_and_reports_say_who_accepted_what_and_why(rest: Rest, made: str) -> None:
    by = ok(waive(rest, made))["waiver"]["by"]
    found = ok(rest.client().get(f"{CONNECTIONS}/governance/audit", params={"entityId": made}))["data"]
    assert [each["action"] for each in found] == ["waive"]
    sheet = rest.client().get(REPORTS, params={"standard": "GDPR", "format": "csv"})
    line = next(each for each in csv.DictReader(sheet.text.splitlines()) if each["violationId"] == made)
    assert (line["waiverReason"], line["waivedBy"]) == (REASON, by)
    assert REASON in rest.client().get(REPORTS, params={"standard": "GDPR", "format": "html"}).text
