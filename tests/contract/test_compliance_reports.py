"""Reports on compliance, over HTTP: as data, for spreadsheets, and to print."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
import re
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from html.parser import HTMLParser
from time import monotonic, sleep
from typing import Any

import httpx
import pytest
from sqlalchemy import event, text
from tests.support.app import CONNECTIONS, Rest
from tests.support.catalog import connection, crawl, ok, table
from tests.support.listening import Listening
from tests.support.violations import NOW, REPORTS, STATUS, VIOLATIONS, evaluation, violation

from crosswind.doors.rest import streams

NASTY = "<script>alert(1)</script> & \"x\" 'y' =1+1"
_FILL = """
INSERT INTO crosswind.violations (tenant, connection_key, rule, rule_version, asset_key, severity, status, owner,
                                  evidence, first_seen)
SELECT 'default', :connection, 'personal-data-owner', 1, a.key, 'high', 'open', 'owner-' || a.key,
       jsonb_build_object('asset.personalData', jsonb_build_array('EMAIL')), now()
  FROM crosswind.assets a WHERE a.connection_key = :connection
"""
_ASSETS = """
INSERT INTO crosswind.assets (tenant, connection_key, type, name, qualified_name, schema)
SELECT 'default', :connection, 'TABLE', 't' || n, 'shop.shop.public.t' || n, 'public' FROM generate_series(1, :rows) n
"""


@pytest.fixture
def shop(rest: Rest) -> int:
    made = connection(rest, environment="dev")
    crawl(rest, made, [table("people", "id integer", "email text"), table("orders", "id integer")])
    results = {
        "tls-version": (1, 0, 0), "personal-data-owner": (1, 1, 0), "password-hashing": (0, 0, 1),
        "card-data-in-scope": (0, 0, 0),
    }  # fmt: skip
    evaluation(rest, made, results)
    violation(rest, made, "personal-data-owner", "people", severity="high", evidence={"asset.personalData": ["EMAIL"]})
    return made


def fill(rest: Rest, key: int, rows: int) -> None:
    with rest.platform.session() as session:
        session.execute(text(_ASSETS), {"connection": key, "rows": rows})
        session.execute(text(_FILL), {"connection": key})
        session.commit()


def report(client: httpx.Client, **query: Any) -> httpx.Response:
    answer = client.get(REPORTS, params=query)
    assert answer.status_code == 200, answer.text
    return answer


def control(found: Any, standard: str, rule: str) -> Any:
    section = next(each for each in found["standards"] if each["standard"] == standard)
    return next(each for each in section["controls"] if each["rule"] == rule)


def rows(answer: httpx.Response) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.text, newline="")))


class Page(HTMLParser):
    """The tags and texts of a page."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, list[str]] = {}
        self._open: list[str] = []
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in {"meta", "br"}:
            self._open.append(tag)
            self.texts.setdefault(tag, []).append("")

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        for tag in set(self._open):
            self.texts[tag][-1] += data

    def whole(self) -> bool:
        return not self._open


def test_json_has_each_standard_with_its_controls_and_what_violates_them(rest: Rest, shop: int) -> None:
    viewer = rest.client("viewer", subject="ana")
    answer = report(viewer)
    found = answer.json()
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["content-disposition"] == 'attachment; filename="compliance.json"'
    assert answer.headers["x-content-type-options"] == "nosniff"
    status = ok(viewer.get(STATUS))
    figures = [{name: each[name] for name in status["standards"][0]} for each in found["standards"]]
    assert (figures, found["connections"]) == (status["standards"], status["connections"])
    owner = control(found, "GDPR", "personal-data-owner")
    assert (owner["citations"], owner["result"], owner["severity"]) == (["Art. 5(2)"], "failed", "high")
    assert (owner["passed"], owner["failed"], owner["unknown"], owner["openViolations"]) == (1, 1, 0, 1)
    assert owner["judgedByVersions"] == [1]
    assert owner["newestEvaluation"] == owner["oldestEvaluation"] == NOW.isoformat().replace("+00:00", "Z")
    assert owner["violations"] == ok(viewer.get(VIOLATIONS))["data"]
    tls = control(found, "PCI-DSS", "tls-version")
    assert (tls["result"], tls["violations"]) == ("passed", [])
    hashing = control(found, "PCI-DSS", "password-hashing")
    never = control(found, "PCI-DSS", "credentials-fresh")
    assert (hashing["result"], never["result"]) == ("unknown", "unknown")
    assert (never["judgedByVersions"], never["newestEvaluation"]) == ([], None)
    nothing = control(found, "PCI-DSS", "card-data-in-scope")
    assert (nothing["result"], nothing["passed"], found["standards"][3]["notApplicable"]) == ("not-applicable", 0, 1)
    cited = [each["citations"][0] for each in found["standards"][3]["controls"]]
    assert cited == sorted(cited, key=lambda word: [int(part) for part in word.split(".")])


def test_one_standard_and_one_connection(rest: Rest, shop: int) -> None:
    other = connection(rest, "other")
    evaluation(rest, other, {"personal-data-owner": (0, 3, 0)}, completed_at=NOW - timedelta(days=1))
    violation(rest, other, "personal-data-owner")
    found = report(rest.client(), standard="HIPAA").json()
    assert [each["standard"] for each in found["standards"]] == ["HIPAA"]
    owner = control(found, "HIPAA", "personal-data-owner")
    assert (owner["failed"], owner["openViolations"], len(owner["violations"])) == (4, 2, 2)
    assert owner["oldestEvaluation"] < owner["newestEvaluation"]
    found = report(rest.client(), standard="HIPAA", connectionId="other").json()
    owner = control(found, "HIPAA", "personal-data-owner")
    assert (found["connectionId"], owner["failed"], len(owner["violations"])) == ("other", 3, 1)
    assert owner["violations"][0]["connectionId"] == "other"


def test_closed_violations_are_no_part_of_a_report(rest: Rest, shop: int) -> None:
    violation(rest, shop, "personal-data-owner", "orders", status="closed", closed_at=NOW)
    assert len(control(report(rest.client()).json(), "GDPR", "personal-data-owner")["violations"]) == 1


def test_csv_has_a_line_a_control_and_a_line_a_violation(rest: Rest, shop: int) -> None:
    answer = report(rest.client(), format="csv", standard="PCI-DSS")
    assert answer.headers["content-disposition"] == 'attachment; filename="compliance-pci-dss.csv"'
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    found = rows(answer)
    pci = ok(rest.client().get(STATUS))["standards"][3]
    assert len([each for each in found if each["line"] == "control"]) == pci["rules"]
    (line,) = [each for each in found if each["line"] == "violation"]
    before = found[found.index(line) - 1]
    assert (before["line"], before["rule"], before["result"]) == ("control", "personal-data-owner", "failed")
    assert (line["standard"], line["citations"], line["judgedByVersions"]) == ("PCI-DSS", "3.1.2", "1")
    assert (line["resourceType"], line["resource"]) == ("asset", "shop.shop.public.people")
    assert json.loads(line["evidence"]) == {"asset.personalData": ["EMAIL"]}
    assert line["newestEvaluation"] == NOW.isoformat()
    (nothing,) = [each for each in found if each["rule"] == "card-data-in-scope"]
    assert (nothing["result"], nothing["passed"]) == ("not-applicable", "0")


def test_the_page_has_headings_citations_results_and_evidence(rest: Rest, shop: int) -> None:
    answer = report(rest.client("viewer", subject="ana"), format="html")
    page = Page(answer.text)
    assert page.whole()
    assert page.texts["h1"] == ["Compliance report: GDPR, HIPAA, SOC2, PCI-DSS"]
    assert [each.split()[0] for each in page.texts["h2"]] == ["GDPR", "HIPAA", "SOC2", "PCI-DSS"]
    assert "Art. 5(2): Somebody answers for personal data" in page.texts["h3"]
    assert "3.1.2: Somebody answers for personal data" in page.texts["h3"]
    article = next(each for each in page.texts["article"] if "Art. 5(2): Somebody answers for personal" in each)
    for said in (
        "Failed", "severity high", "rule personal-data-owner", "version 1, evaluated 2026-11-20 12:00 UTC",
        "shop.shop.public.people", "asset.personalData: EMAIL", "What helps:", "metadata.owner",
    ):  # fmt: skip
        assert said in article
    assert "1 not applicable" in answer.text
    nothing = next(each for each in page.texts["article"] if "card-data-in-scope" in each)
    assert "Not applicable: there was nothing to judge" in nothing
    assert "by ana" in page.texts["header"][0]
    assert "Connections: 1; scanned: 1; never scanned: 0." in page.texts["header"][0]


def test_the_page_needs_and_runs_nothing(rest: Rest, shop: int) -> None:
    answer = report(rest.client(), format="html")
    page, policy = Page(answer.text), answer.headers["content-security-policy"]
    assert answer.headers["content-type"].startswith("text/html")
    assert answer.headers["content-disposition"] == "inline"
    assert "default-src 'none'" in policy
    style = re.search(r"<style>(.*?)</style>", answer.text, re.DOTALL)
    assert style is not None
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in policy
    assert "@media print" in style[1]
    assert "A4" in style[1]
    for tag, attributes in page.tags:
        assert tag not in {"script", "link", "img", "iframe", "object", "form", "base", "a"}
        assert not {"src", "href", "style", "srcset", "action"} & attributes.keys()
        assert not [name for name in attributes if name.startswith("on")]


def test_nothing_that_people_wrote_runs(rest: Rest) -> None:
    key = connection(rest, "named", environment="dev")
    with rest.platform.session() as session:
        session.execute(text("UPDATE crosswind.connections SET name = :name"), {"name": NASTY})
        session.commit()
    violation(rest, key, "connection-owner", owner=NASTY, evidence={NASTY: [NASTY, {"=2": NASTY}]})
    page = Page(report(rest.client(), format="html", standard="SOC2").text)
    assert page.whole()
    assert not [tag for tag, _ in page.tags if tag == "script"]
    assert any(NASTY in each for each in page.texts["td"])
    found = report(rest.client(), standard="SOC2").json()
    assert control(found, "SOC2", "connection-owner")["violations"][0]["owner"] == NASTY
    with rest.platform.session() as session:
        session.execute(text("UPDATE crosswind.connections SET name = :name"), {"name": "=HYPERLINK(1)"})
        session.execute(text("UPDATE crosswind.violations SET owner = :owner"), {"owner": "@SUM(1)"})
        session.commit()
    (line,) = [each for each in rows(report(rest.client(), format="csv", standard="SOC2")) if each["owner"]]
    assert (line["owner"], line["resource"]) == ("'@SUM(1)", "'=HYPERLINK(1)")


@pytest.mark.parametrize("kind", ["json", "csv", "html"])
@pytest.mark.parametrize("number", [498, 499, 500, 999])
def test_every_violation_is_in_it_once(rest: Rest, shop: int, kind: str, number: int) -> None:
    """499 and 500 more than the one that is there: at the edge of a stretch, and beside it."""
    key = connection(rest, "many")
    fill(rest, key, number)
    answer = report(rest.client(), format=kind, standard="SOC2")
    if kind == "json":
        found = [each["id"] for each in control(answer.json(), "SOC2", "personal-data-owner")["violations"]]
    elif kind == "csv":
        found = [each["violationId"] for each in rows(answer) if each["line"] == "violation"]
    else:
        page = Page(answer.text)
        found = [each for each in page.texts["td"] if each.startswith("asset ")]
        assert page.whole()
        left = number + 1 - 500
        assert (f"{left} more are in the report as CSV or JSON" in answer.text) == (left > 0)
        assert len(set(found)) == len(found) == min(number + 1, 500)
        return
    assert len(set(found)) == len(found) == number + 1


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"standard": "ISO"}, "standard"),
        ({"format": "pdf"}, "format"),
        ({"severity": "high"}, "severity"),
        ({"connectionId": "nothing"}, "connectionId"),
    ],
)
def test_what_cannot_be_reported_is_refused(rest: Rest, query: dict[str, str], field: str) -> None:
    answer = rest.client().get(REPORTS, params=query)
    assert (answer.status_code, answer.json()["error"]["details"]["field"]) == (400, field), answer.text


def test_a_report_is_audited_and_a_head_makes_none(rest: Rest, shop: int) -> None:
    client = rest.client(subject="ana")
    report(client, standard="GDPR", format="csv", connectionId="shop")
    assert client.request("HEAD", REPORTS).status_code == 405
    told = ok(client.get(f"{CONNECTIONS}/governance/audit", params={"actor": "ana", "action": "EXPORT"}))["data"]
    assert [each["after"] for each in told] == [{"standard": "GDPR", "format": "csv", "connectionId": "shop"}]
    assert (told[0]["entityType"], told[0]["connectionId"]) == ("compliance", "shop")


@pytest.mark.parametrize("kind", ["json", "csv", "html"])
def test_tenants_and_grants_hold(rest: Rest, shop: int, kind: str) -> None:
    assert "public.people" in report(rest.client("viewer"), format=kind).text
    for client in (rest.client(tenant="acme"), rest.client("viewer", attributes={"environment": ["prod"]})):
        assert "public.people" not in report(client, format=kind).text
        assert client.get(REPORTS, params={"format": kind, "connectionId": "shop"}).status_code == 400
    assert rest.anonymous().get(REPORTS, params={"format": kind}).status_code == 401
    assert rest.client(scopes=["connection:read"]).get(REPORTS).status_code == 403


@pytest.fixture
def listening(rest: Rest) -> Iterator[Listening]:
    with closing(Listening(rest.app)) as server:
        yield server


def test_a_report_starts_before_it_is_all_read_and_stops_when_the_client_leaves(
    rest: Rest, shop: int, listening: Listening
) -> None:
    fill(rest, connection(rest, "many"), 50_000)
    seen: list[str] = []
    event.listen(rest.platform.engine, "before_cursor_execute", lambda *given: seen.append(given[2]))
    headers = {"X-API-Key": rest.key("viewer")}
    with httpx.stream("GET", listening.url + REPORTS, headers=headers, timeout=60) as answer:
        next(answer.iter_bytes())
    deadline, before = monotonic() + 15, -1
    while before != len(seen) and monotonic() < deadline:
        before = len(seen)
        sleep(1)
    assert before == len(seen)
    assert before < 60, "a report that nobody reads went on"
    assert not +streams.Stream._running
