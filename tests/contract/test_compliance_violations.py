"""Violations and the state of each standard, over HTTP."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import event
from tests.support.app import Rest
from tests.support.catalog import connection, crawl, ok, table
from tests.support.violations import NOW, REPORTS, STATUS, VIOLATIONS, asset_id, evaluation, violation

TABLES = [table("people", "id integer", "email text"), table("orders", "id integer", "note text")]
STANDARDS = ["GDPR", "HIPAA", "SOC2", "PCI-DSS"]


@pytest.fixture
def shop(rest: Rest) -> int:
    made = connection(rest, environment="dev")
    crawl(rest, made, TABLES)
    return made


def rules(found: Any) -> list[str]:
    return [each["rule"] for each in found["data"]]


def listed(client: httpx.Client, **query: Any) -> list[str]:
    return rules(ok(client.get(VIOLATIONS, params=query)))


def of_standard(rest: Rest, name: str, **query: Any) -> Any:
    found = ok(rest.client("viewer").get(STATUS, params=query))["standards"]
    return next(each for each in found if each["standard"] == name)


def test_a_violation_says_what_where_why_and_what_helps(rest: Rest, shop: int) -> None:
    evaluation(rest, shop, {"personal-data-tagged": (1, 1, 0)})
    made = violation(
        rest, shop, "personal-data-tagged", "people.email", owner="ana", evidence={"column.personalData": ["EMAIL"]}
    )
    (found,) = ok(rest.client("viewer").get(VIOLATIONS))["data"]
    assert (found["id"], found["status"], found["severity"], found["version"]) == (made, "open", "medium", 1)
    assert found["title"] == "Columns with personal data are tagged"
    assert {"standard": "GDPR", "citation": "Art. 25(1)"} in found["standards"]
    assert found["resource"]["type"] == "column"
    assert found["resource"]["name"] == "shop.shop.public.people.email"
    assert (found["connectionId"], found["assetId"]) == ("shop", str(asset_id(rest, "people")))
    assert (found["owner"], found["evidence"]) == ("ana", {"column.personalData": ["EMAIL"]})
    assert found["message"].startswith("Personal data was found")
    assert "Tag the column PII" in found["remedy"]
    assert (found["action"], found["closedAt"]) == ("add-tags", None)
    assert found["lastSeen"] == NOW.isoformat().replace("+00:00", "Z")


def test_assets_and_connections_are_named_too(rest: Rest, shop: int) -> None:
    violation(rest, shop, "personal-data-owner", "people")
    violation(rest, shop, "connection-owner")
    found = {each["rule"]: each["resource"] for each in ok(rest.client().get(VIOLATIONS))["data"]}
    people = str(asset_id(rest, "people"))
    assert found["personal-data-owner"] == {"type": "asset", "id": people, "name": "shop.shop.public.people"}
    assert found["connection-owner"] == {"type": "connection", "id": "shop", "name": "shop"}


def test_each_filter_narrows(rest: Rest, shop: int) -> None:
    other = connection(rest, "other")
    violation(rest, shop, "tls-version", severity="high", owner="ana")
    violation(rest, shop, "personal-data-tagged", "people.email")
    violation(rest, shop, "personal-data-owner", "people", severity="high")
    closed: dict[str, Any] = {"status": "closed", "closed_at": NOW, "closed_why": "gone"}
    violation(rest, other, "password-hashing", severity="high", **closed)
    client = rest.client("viewer")
    assert set(listed(client, standard="GDPR")) == {"tls-version", "personal-data-tagged", "personal-data-owner"}
    assert set(listed(client, standard="PCI-DSS")) == {"tls-version", "personal-data-owner", "password-hashing"}
    assert listed(client, severity="medium") == ["personal-data-tagged"]
    assert listed(client, status="closed") == ["password-hashing"]
    assert set(listed(client, status="open", severity="high")) == {"tls-version", "personal-data-owner"}
    assert listed(client, rule="tls-version") == ["tls-version"]
    assert listed(client, connectionId="other") == ["password-hashing"]
    assert set(listed(client, assetId=str(asset_id(rest, "people")))) == {"personal-data-tagged", "personal-data-owner"}
    assert listed(client, owner="ana") == ["tls-version"]
    assert listed(client, owner="an") == []


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"standard": "ISO"}, "standard"),
        ({"standard": "gdpr"}, "standard"),
        ({"severity": "bad"}, "severity"),
        ({"status": "maybe"}, "status"),
        ({"rule": "nothing"}, "rule"),
        ({"assetId": "x"}, "assetId"),
        ({"assetId": str(uuid4())}, "assetId"),
        ({"connectionId": "nothing"}, "connectionId"),
        ({"sort": "title"}, "sort"),
        ({"page": "0"}, "page"),
        ({"nothing": "x"}, "nothing"),
    ],
)
def test_what_cannot_be_asked_is_refused(rest: Rest, query: dict[str, str], field: str) -> None:
    answer = rest.client("viewer").get(VIOLATIONS, params=query)
    assert (answer.status_code, answer.json()["error"]["details"]["field"]) == (400, field), answer.text


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        (None, ["no-plain-secrets", "tls-version", "connection-owner", "personal-data-tagged"]),
        ("-severity", ["no-plain-secrets", "tls-version", "connection-owner", "personal-data-tagged"]),
        ("severity", ["connection-owner", "personal-data-tagged", "tls-version", "no-plain-secrets"]),
        ("rule", ["connection-owner", "no-plain-secrets", "personal-data-tagged", "tls-version"]),
        ("firstSeen", ["personal-data-tagged", "tls-version", "no-plain-secrets", "connection-owner"]),
        ("-lastSeen", ["tls-version", "connection-owner", "no-plain-secrets", "personal-data-tagged"]),
        ("owner", ["tls-version", "personal-data-tagged", "connection-owner", "no-plain-secrets"]),
    ],
)
def test_sorting(rest: Rest, shop: int, sort: str | None, expected: list[str]) -> None:
    def days(number: int) -> Any:
        return NOW - timedelta(days=number)

    violation(rest, shop, "tls-version", severity="high", first_seen=days(8), last_seen=NOW, owner="ana")
    violation(rest, shop, "personal-data-tagged", "people.email", first_seen=days(9), last_seen=days(5), owner="Bea")
    violation(rest, shop, "connection-owner", first_seen=days(2), last_seen=days(1))
    violation(rest, shop, "no-plain-secrets", severity="critical", first_seen=days(3), last_seen=days(2))
    assert listed(rest.client("viewer"), **({"sort": sort} if sort else {})) == expected


def test_pages_have_every_violation_once(rest: Rest, shop: int) -> None:
    crawl(rest, shop, [table(f"t{number:02}") for number in range(12)])
    for number in range(12):
        violation(rest, shop, "personal-data-owner", f"t{number:02}")
    client = rest.client("viewer")
    pages = [ok(client.get(VIOLATIONS, params={"page": number, "pageSize": 5})) for number in (1, 2, 3)]
    assert len({each["id"] for page in pages for each in page["data"]}) == 12
    assert [page["pagination"]["hasNext"] for page in pages] == [True, True, False]
    assert {page["pagination"]["totalCount"] for page in pages} == {12}


def test_a_list_takes_as_many_statements_for_one_as_for_many(rest: Rest, shop: int) -> None:
    crawl(rest, shop, [table(f"t{number:02}") for number in range(60)])
    client = rest.client("viewer")
    seen: list[str] = []

    def counted(path: str) -> int:
        ok(client.get(path, params={"pageSize": 100} if path == VIOLATIONS else {}))
        seen.clear()
        ok(client.get(path, params={"pageSize": 100} if path == VIOLATIONS else {}))
        return len(seen)

    event.listen(rest.platform.engine, "before_cursor_execute", lambda *given: seen.append(given[2]))
    violation(rest, shop, "personal-data-owner", "t00")
    evaluation(rest, shop, {"personal-data-owner": (59, 1, 0)})
    few = counted(VIOLATIONS), counted(STATUS)
    for number in range(1, 60):
        violation(rest, shop, "personal-data-owner", f"t{number:02}")
        evaluation(rest, connection(rest, f"c{number}"), {"connection-owner": (0, 1, 0)})
    assert (counted(VIOLATIONS), counted(STATUS)) == few
    assert max(few) <= 6


def test_tenants_and_grants_hold(rest: Rest, shop: int) -> None:
    prod, theirs = connection(rest, "prod", environment="prod"), connection(rest, "shop", "acme")
    for key, rule in ((shop, "tls-version"), (prod, "connection-owner"), (theirs, "password-hashing")):
        violation(rest, key, rule, severity="low")
        evaluation(rest, key, {rule: (0, 1, 0)})
    assert set(listed(rest.client("viewer"))) == {"tls-version", "connection-owner"}
    assert listed(rest.client("viewer", "acme")) == ["password-hashing"]
    scoped = rest.client("viewer", attributes={"environment": ["prod"]})
    assert listed(scoped) == ["connection-owner"]
    for path in (VIOLATIONS, STATUS):
        assert scoped.get(path, params={"connectionId": "shop"}).status_code == 400
    assert scoped.get(VIOLATIONS, params={"assetId": str(asset_id(rest, "people"))}).status_code == 400
    assert listed(rest.client("viewer", attributes={"region": ["eu"]})) == []
    found = ok(scoped.get(STATUS))
    assert found["connections"] == {"total": 1, "scanned": 1, "neverScanned": 0}
    assert {each["standard"]: each["openViolations"] for each in found["standards"]} == dict.fromkeys(STANDARDS, 1)
    theirs_only = ok(rest.client("viewer", "acme").get(STATUS))["standards"]
    assert {each["standard"]: each["openViolations"] for each in theirs_only}["GDPR"] == 0


def test_roles(rest: Rest) -> None:
    for role in ("viewer", "data_analyst", "data_engineer", "connection_admin", "security_admin", "platform_admin"):
        assert rest.client(role).get(VIOLATIONS).status_code == 200
        assert rest.client(role).get(STATUS).status_code == 200
    assert rest.anonymous().get(VIOLATIONS).status_code == 401
    assert rest.client(scopes=["connection:read"]).get(STATUS).status_code == 403


def test_violations_of_a_deleted_connection_are_gone(rest: Rest, shop: int) -> None:
    violation(rest, shop, "connection-owner")
    evaluation(rest, shop, {"connection-owner": (0, 1, 0)})
    with rest.platform.session() as session:
        session.connection().exec_driver_sql("UPDATE crosswind.connections SET deleted_at = now()")
        session.commit()
    assert listed(rest.client()) == []
    assert of_standard(rest, "GDPR")["lastScan"] is None


def test_a_violation_of_a_rule_that_is_gone_is_still_shown(rest: Rest, shop: int) -> None:
    violation(rest, shop, "taken-away")
    (found,) = ok(rest.client().get(VIOLATIONS))["data"]
    assert (found["title"], found["standards"], found["action"]) == ("taken-away", [], None)
    assert listed(rest.client(), standard="GDPR") == []


def test_a_standard_that_was_never_scanned_is_unknown(rest: Rest, shop: int) -> None:
    found = ok(rest.client("viewer").get(STATUS))
    assert [each["standard"] for each in found["standards"]] == STANDARDS
    assert found["connections"] == {"total": 1, "scanned": 0, "neverScanned": 1}
    for each in found["standards"]:
        assert each["rules"] == each["unknown"] > 10
        assert (each["passed"], each["failed"], each["openViolations"], each["bySeverity"]) == (0, 0, 0, {})
        assert each["lastScan"] is None


def test_rules_pass_fail_or_stay_unknown_by_their_newest_evaluations(rest: Rest, shop: int) -> None:
    other = connection(rest, "other")
    connection(rest, "never")
    evaluation(rest, shop, {"tls-version": (0, 1, 0)}, completed_at=NOW - timedelta(days=1))
    evaluation(rest, shop, {"tls-version": (1, 0, 0), "password-hashing": (1, 0, 0), "connection-owner": (0, 1, 0)})
    evaluation(rest, other, {"tls-version": (1, 0, 0), "password-hashing": (0, 0, 1), "connection-owner": (1, 0, 0)},
               completed_at=NOW - timedelta(hours=1))  # fmt: skip
    violation(rest, shop, "connection-owner", severity="medium")
    violation(rest, shop, "tls-version", severity="high", status="closed", closed_at=NOW)
    pci = of_standard(rest, "PCI-DSS")
    assert (pci["passed"], pci["failed"], pci["unknown"]) == (1, 1, pci["rules"] - 2)
    assert (pci["openViolations"], pci["bySeverity"]) == (1, {"medium": 1})
    assert pci["lastScan"] == NOW.isoformat().replace("+00:00", "Z")
    one = of_standard(rest, "PCI-DSS", connectionId="other")
    assert (one["passed"], one["failed"], one["openViolations"]) == (2, 0, 0)
    assert of_standard(rest, "PCI-DSS", connectionId="never")["lastScan"] is None
    assert ok(rest.client().get(STATUS))["connections"] == {"total": 3, "scanned": 2, "neverScanned": 1}


def test_a_rule_that_some_scan_did_not_know_is_unknown(rest: Rest, shop: int) -> None:
    evaluation(rest, shop, {"tls-version": (1, 0, 0)})
    assert of_standard(rest, "PCI-DSS")["passed"] == 1
    evaluation(rest, connection(rest, "older"), {"password-hashing": (1, 0, 0)})
    assert of_standard(rest, "PCI-DSS")["passed"] == 0


def test_a_rule_that_met_nothing_did_not_pass(rest: Rest, shop: int) -> None:
    evaluation(rest, shop, {"card-data-in-scope": (0, 0, 0), "tls-version": (1, 0, 0)})
    pci = of_standard(rest, "PCI-DSS")
    assert (pci["passed"], pci["failed"], pci["notApplicable"]) == (1, 0, 1)
    assert pci["passed"] + pci["failed"] + pci["unknown"] + pci["notApplicable"] == pci["rules"]
    other = connection(rest, "other")
    evaluation(rest, other, {"card-data-in-scope": (1, 0, 0), "tls-version": (1, 0, 0)})
    pci = of_standard(rest, "PCI-DSS")
    assert (pci["passed"], pci["notApplicable"]) == (2, 0), "there is something now, and it passed"


@pytest.mark.parametrize(
    "last", [{"tls-version": (0, 0, 1)}, {"tls-version": (0, 0, 0)}, {"connection-owner": (1, 0, 0)}]
)
def test_a_rule_with_an_open_violation_is_failed(rest: Rest, shop: int, last: Any) -> None:
    evaluation(rest, shop, last)
    violation(rest, shop, "tls-version", severity="high")
    pci = of_standard(rest, "PCI-DSS")
    assert (pci["failed"], pci["openViolations"]) == (1, 1)
    found = ok(rest.client().get(REPORTS, params={"standard": "PCI-DSS"}))["standards"][0]
    tls = next(each for each in found["controls"] if each["rule"] == "tls-version")
    assert (found["failed"], tls["result"], tls["failed"], tls["openViolations"]) == (1, "failed", 1, 1)
