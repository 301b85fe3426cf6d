"""Scans that end in violations: opened, left alone, closed and reopened, on a real store."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, text
from tests.support.app import PLATFORM, Rest, rest_app
from tests.support.catalog import connection, crawl, ok, table
from tests.support.compliance import SAFE, evaluated, last_results, own_rule, scanned, stored, versions
from tests.support.scans import ScanTask, findings, review, seen

PEOPLE = [table("people", "id integer", "email text", "phone text"), table("orders", "id integer", "note text")]
EMAIL = {"people.email": [seen("EMAIL", 0.98)]}
OWNED: dict[str, Any] = {"owner": "ana", "data_classification": "internal"}
PERSONAL = {
    ("personal-data-tagged", "people.email"),
    ("personal-data-classified", "people"),
    ("personal-data-retention", "people"),
}


@pytest.fixture
def key(rest: Rest) -> int:
    made = connection(rest, **OWNED)
    crawl(rest, made, PEOPLE)
    return made


def test_a_scan_opens_what_violates_the_rules_with_evidence_owner_and_severity(rest: Rest, key: int) -> None:
    told = scanned(rest, key, EMAIL, {**SAFE, "encryptedInTransit": False, "tlsVersion": None})
    found = stored(rest, key)
    assert set(found) == PERSONAL | {("encrypted-in-transit", "")}
    assert (told["opened"], told["closed"], told["reopened"], told["failed"]) == (4, 0, 0, 4)
    column = found["personal-data-tagged", "people.email"]
    assert column.evidence == {"column.personalData": ["EMAIL"], "column.confirmedData": [], "column.tags": []}
    assert (column.owner, column.severity, column.last_seen, column.rule_version) == ("ana", "medium", None, 1)
    link = found["encrypted-in-transit", ""]
    assert (link.asset_key, link.column_key, link.severity) == (None, None, "high")
    assert link.evidence == {"security.encryptedInTransit": False}, "what is not known is left out"


def test_a_scan_in_order_opens_nothing_and_keeps_its_counts(rest: Rest, key: int) -> None:
    told = scanned(rest, key)
    assert stored(rest, key) == {}
    assert (told["opened"], told["failed"]) == (0, 0)
    assert told["notApplicable"] > 0
    assert sum(told[name] for name in ("passed", "failed", "unknown", "notApplicable")) == told["rules"]
    results = last_results(rest, key)
    assert len(results) == told["rules"] == 27
    assert {name: results["connection-owner"][name] for name in ("version", "passed", "failed", "unknown")} == {
        "version": 1, "passed": 1, "failed": 0, "unknown": 0,
    }  # fmt: skip
    assert results["personal-data-owner"]["passed"] == 0, "no personal data was found, so the rule is about nothing"
    assert results["tls-required"]["unknown"] == 1, "Airflow has no such connection, so nobody knows its TLS mode"


def test_an_unchanged_evaluation_writes_nothing_to_violations(rest: Rest, key: int) -> None:
    scanned(rest, key, EMAIL)
    before = versions(rest)
    assert len(before) == 3
    told = scanned(rest, key, EMAIL)
    assert versions(rest) == before
    assert (told["opened"], told["reopened"], told["changed"], told["closed"], told["failed"]) == (0, 0, 0, 0, 3)
    evaluated(rest, key)
    assert versions(rest) == before


def test_what_is_mended_closes_and_comes_back_under_its_id(rest: Rest, key: int) -> None:
    scanned(rest, key, EMAIL)
    first = stored(rest, key)["personal-data-tagged", "people.email"]
    _label(rest, "PII")
    told = evaluated(rest, key)
    closed = stored(rest, key, "closed")["personal-data-tagged", "people.email"]
    assert (told["closed"], closed.closed_why, closed.id, closed.version) == (1, "met", first.id, 2)
    assert first.first_seen <= closed.last_seen < closed.closed_at
    _label(rest, None)
    assert evaluated(rest, key)["reopened"] == 1
    again = stored(rest, key)["personal-data-tagged", "people.email"]
    assert (again.id, again.first_seen, again.version) == (first.id, first.first_seen, 3)
    assert (again.last_seen, again.closed_at, again.closed_why) == (None, None, None)


def test_a_rejected_finding_and_a_removed_table_close_what_they_violated(rest: Rest, key: int) -> None:
    scanned(rest, key, {**EMAIL, "orders.note": [seen("PHONE")]})
    admin = rest.client()
    review(admin, [findings(admin, kind="PHONE")[0]["id"]], "reject")
    evaluated(rest, key)
    closed = stored(rest, key, "closed")
    assert {row.closed_why for row in closed.values()} == {"not-applicable"}
    assert {place for _, place in closed} == {"orders", "orders.note"}
    crawl(rest, key, PEOPLE[1:])
    evaluated(rest, key)
    assert stored(rest, key) == {}
    assert stored(rest, key, "closed")["personal-data-tagged", "people.email"].closed_why == "resource-removed"


def test_a_bucket_and_what_is_in_it_are_judged_by_what_a_crawl_said(rest: Rest) -> None:
    lake = connection(rest, "lake", **OWNED)
    with rest.platform.session() as session:
        session.execute(text("UPDATE crosswind.connections SET type = 'storage', sub_type = 's3'"))
        session.commit()
    told = {"publicAccess": True, "openToAllLogins": False, "encryptedAtRest": False, "versioned": "unknown"}
    bucket = table("/", schema="lake", kind="DATASET", type_detail="bucket", facts=told)
    cards = table("cards", "number text", schema="lake", kind="DATASET", type_detail="dataset", facts={"format": "csv"})
    crawl(rest, lake, [bucket, cards])
    scanned(rest, lake, {"cards.number": [seen("PAYMENT_CARD")]}, {"encryptedInTransit": True})
    found = stored(rest, lake)
    assert {place for rule, place in found if rule in {"no-public-access", "dataset-encrypted-at-rest"}} == {"/"}
    assert found["card-data-unreadable", "cards"].evidence["asset.encryptedAtRest"] is False
    assert ("card-data-in-scope", "cards.number") in found
    assert last_results(rest, lake)["bucket-versioned"]["unknown"] == 1
    mended = table("/", schema="lake", kind="DATASET", type_detail="bucket", facts={**told, "publicAccess": False})
    crawl(rest, lake, [mended, cards])
    evaluated(rest, lake)
    assert stored(rest, lake, "closed")["no-public-access", "/"].closed_why == "met"


def test_what_is_not_known_neither_opens_nor_closes(rest: Rest, key: int) -> None:
    scanned(rest, key, EMAIL, {**SAFE, "superuser": True})
    assert ("login-no-superuser", "") in stored(rest, key)
    told = scanned(rest, key, EMAIL, {})
    assert ("login-no-superuser", "") in stored(rest, key)
    assert told["closed"] == 0
    kept = last_results(rest, key)["login-no-superuser"]
    assert (kept["failed"], kept["unknown"]) == (1, 0), "its violation is open, so it is failed"
    assert told["failed"] == len({rule for rule, _ in stored(rest, key)})
    scanned(rest, key, EMAIL)
    assert ("login-no-superuser", "") not in stored(rest, key)


def test_before_the_first_scan_personal_data_is_unknown(rest: Rest, key: int) -> None:
    told = evaluated(rest, key)
    results = last_results(rest, key)
    assert results["personal-data-tagged"]["unknown"] == 5
    assert results["personal-data-owner"]["unknown"] == 0, "it has an owner, whatever is in it"
    assert results["personal-data-retention"]["unknown"] == 2
    assert told["opened"] == 0


def test_what_nobody_looked_at_does_not_pass_as_free_of_personal_data(rest: Rest, key: int) -> None:
    task = ScanTask(rest, key)
    ok(task.send({**EMAIL, "people.id": [], "people.phone": [], "orders.id": []}))
    ok(task.end(facts=SAFE))
    results = last_results(rest, key)
    assert results["personal-data-retention"]["unknown"] == 1, "orders.note could hold anything"
    assert (results["personal-data-tagged"]["unknown"], results["personal-data-tagged"]["failed"]) == (1, 1)
    before = _scanned_columns(rest)
    assert [name for name, _, at in before if at is None] == ["note"]
    scanned(rest, key, EMAIL)
    results = last_results(rest, key)
    assert (results["personal-data-retention"]["unknown"], results["personal-data-tagged"]["unknown"]) == (0, 0)
    after = _scanned_columns(rest)
    assert [row for row in after if row[0] != "note"] == [row for row in before if row[0] != "note"]
    scanned(rest, key, EMAIL)
    assert _scanned_columns(rest) == after, "the same again writes no column"


def test_a_column_that_held_no_value_was_looked_at_and_keeps_its_findings(rest: Rest, key: int) -> None:
    scanned(rest, key, EMAIL)
    task = ScanTask(rest, key)
    ok(task.send(dict.fromkeys(task.ids())))
    summary = ok(task.end(facts=SAFE))["summary"]
    assert (summary["found"], summary["gone"]) == (1, 0)
    assert all(at is not None for _, _, at in _scanned_columns(rest))
    assert last_results(rest, key)["personal-data-retention"]["unknown"] == 0


def test_a_source_tells_only_facts_of_their_kind(rest: Rest, key: int) -> None:
    scanned(rest, key, facts={**SAFE, "superuser": "yes", "tlsVersion": "x" * 300, "sample": "ann@example.org"})
    with rest.platform.session() as session:
        kept = session.execute(text("SELECT source_facts FROM crosswind.evaluations")).scalar_one()
    assert kept == {name: value for name, value in SAFE.items() if name not in {"superuser", "tlsVersion"}}


def test_an_own_rule_counts_at_once_and_closes_with_its_file(store: str, tmp_path: Path) -> None:
    with rest_app(store, rules_folder=str(tmp_path)) as rest:
        key = connection(rest, **OWNED)
        path = own_rule(tmp_path)
        assert scanned(rest, key)["opened"] == 1
        row = stored(rest, key)["region-known", ""]
        own_rule(tmp_path, severity="critical", version=2)
        assert evaluated(rest, key)["changed"] == 1
        changed = stored(rest, key)["region-known", ""]
        assert (changed.id, changed.severity, changed.rule_version, changed.version) == (row.id, "critical", 2, 2)
        path.unlink()
        assert evaluated(rest, key)["closed"] == 1
        assert stored(rest, key, "closed")["region-known", ""].closed_why == "rule-removed"


@pytest.mark.parametrize(("broken", "line"), [(("version: 1", "version: one"), 2), (("id: region-known", "id?"), 2)])
def test_a_broken_rule_disables_only_itself_and_leaves_its_violations(
    store: str, tmp_path: Path, broken: tuple[str, str], line: int
) -> None:
    with rest_app(store, rules_folder=str(tmp_path)) as rest:
        key = connection(rest)
        path = own_rule(tmp_path)
        scanned(rest, key)
        before = versions(rest)
        assert ("region-known", "") in stored(rest, key)
        path.write_text(path.read_text().replace(*broken))
        told = scanned(rest, key)
        assert (told["brokenFiles"], told["rules"], told["closed"]) == (1, 27, 0)
        assert versions(rest) == before
        [problem] = ok(rest.client("viewer").get(f"{PLATFORM}/compliance/rules"))["problems"]
        assert (problem["origin"], problem["file"], problem["line"]) == ("installation", "region-known.yaml", line)


def test_only_rules_of_the_named_standards_are_judged_and_the_others_keep_their_counts(rest: Rest, key: int) -> None:
    scanned(rest, key, EMAIL, {**SAFE, "encryptedAtRest": False, "tlsVersion": "TLSv1.1"})
    before = last_results(rest, key)
    told = scanned(rest, key, EMAIL, SAFE, standards=["PCI-DSS"])
    assert ("tls-version", "") not in stored(rest, key)
    assert ("encrypted-at-rest", "") in stored(rest, key), "PCI-DSS does not ask for it, so it was not looked at"
    assert told["rules"] == 27
    assert last_results(rest, key)["encrypted-at-rest"] == before["encrypted-at-rest"]
    assert last_results(rest, key)["tls-version"] != before["tls-version"]


def test_evaluations_of_a_connection_wait_for_each_other(rest: Rest) -> None:
    key = connection(rest)
    with ThreadPoolExecutor(4) as pool:
        opened = sorted(told["opened"] for told in pool.map(lambda _: evaluated(rest, key), range(4)))
    assert opened[:3] == [0, 0, 0]
    assert opened[3] == len(stored(rest, key)) >= 2


def test_tenants_are_judged_apart(rest: Rest, key: int) -> None:
    other = connection(rest, tenant="acme")
    crawl(rest, other, PEOPLE, tenant="acme")
    scanned(rest, other, EMAIL, tenant="acme")
    scanned(rest, key)
    assert stored(rest, key) == {}
    found = stored(rest, other)
    assert {row.tenant for row in found.values()} == {"acme"}
    assert ("connection-owner", "") in found
    assert evaluated(rest, other, "acme")["opened"] == 0
    with pytest.raises(Exception, match="not found"):
        evaluated(rest, other)


def test_the_statements_do_not_grow_with_the_number_of_assets(
    rest: Rest, key: int, statements: Callable[[Callable[[], object]], int]
) -> None:
    scanned(rest, key, EMAIL)
    few = statements(lambda: evaluated(rest, key))
    many = [table(f"t{number:03}", "id integer", "email text") for number in range(200)]
    crawl(rest, key, PEOPLE + many)
    scanned(rest, key, {**EMAIL, **{f"t{number:03}.email": [seen("EMAIL")] for number in range(200)}})
    assert len(stored(rest, key)) == 3 * 201
    assert statements(lambda: evaluated(rest, key)) == few


@pytest.fixture
def statements(rest: Rest) -> Callable[[Callable[[], object]], int]:
    counted: list[str] = []
    event.listen(rest.platform.engine, "before_cursor_execute", lambda *given: counted.append(given[2]))

    def count(step: Callable[[], object]) -> int:
        counted.clear()
        step()
        return len(counted)

    return count


def test_ten_thousand_columns_are_judged_in_a_bounded_number_of_statements(
    rest: Rest, statements: Callable[[Callable[[], object]], int]
) -> None:
    wide = connection(rest, "wide", **OWNED)
    crawl(rest, wide, [table("people", "id integer")])
    scanned(rest, wide)
    with rest.platform.session() as session:
        session.execute(text(WIDE))
        session.commit()
    first = statements(lambda: evaluated(rest, wide))
    assert len(stored(rest, wide)) == 10_000 + 2
    again = statements(lambda: evaluated(rest, wide))
    assert first - again == 4, "one insert for assets, one for each stretch of columns, and one for the audit"
    assert again < 25


WIDE = """
    WITH made AS (
        INSERT INTO crosswind.columns (tenant, asset_key, name, position, data_type, nullable)
        SELECT a.tenant, a.key, 'c' || n, n + 1, 'text', true
          FROM crosswind.assets a, generate_series(1, 10000) n RETURNING tenant, asset_key, key)
    INSERT INTO crosswind.findings (tenant, asset_key, column_key, kind, confidence, reason, last_scan)
    SELECT tenant, asset_key, key, 'EMAIL', 0.9, 'all values', 1 FROM made
"""


def test_the_audit_tells_what_opened_and_closed_and_nothing_of_an_unchanged_evaluation(rest: Rest, key: int) -> None:
    scanned(rest, key, EMAIL)
    scanned(rest, key, EMAIL)
    with rest.platform.session() as session:
        asked = text("SELECT after FROM crosswind.audit WHERE entity_type = 'compliance'")
        [after] = session.execute(asked).scalars().all()
    assert (after["opened"], after["closed"]) == (3, 0)


def _label(rest: Rest, tag: str | None) -> None:
    with rest.platform.session() as session:
        asked = "UPDATE crosswind.columns SET tags = CAST(:tags AS text[]) WHERE name = 'email'"
        session.execute(text(asked), {"tags": [tag] if tag else []})
        session.commit()


def _scanned_columns(rest: Rest) -> list[tuple[str, str, Any]]:
    """Each column with its place in the table, which every write changes, and when it was first looked at."""
    with rest.platform.session() as session:
        rows = session.execute(text("SELECT name, ctid::text, scanned_at FROM crosswind.columns ORDER BY key"))
        return [(row[0], row[1], row[2]) for row in rows]
