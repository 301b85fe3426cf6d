"""From rows to the facts that rules ask for."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from crosswind.contexts.connections.models import ConnectionRow
from crosswind.contexts.governance.compliance.facts import FACTS, UNKNOWN
from crosswind.contexts.governance.compliance.ports import Configured
from crosswind.contexts.governance.compliance.subjects import (
    Around,
    Audit,
    Subject,
    of_asset,
    of_column,
    of_connection,
    told,
)

AUDIT = Audit(intact=True, oldest_unsealed_at=None)
LEVELS = {"public": 0, "confidential": 2}


def connection(source: Any = None, audit: Audit = AUDIT, **values: Any) -> Subject:
    row = ConnectionRow(type="database", sub_type="postgres", **{"document": {}, "governed_tags": [], **values})
    return of_connection(row, source, Configured(), audit)


def asset(around: Around | None = None, **values: Any) -> Subject:
    facts = {
        "key": 1, "type": "TABLE", "type_detail": "table", "schema": "public", "name": "people", "tags": [],
        "classification": None, "kinds": None, "unseen": False, "dataset_facts": None, "owner": None, "retention": None,
    }  # fmt: skip
    return of_asset(SimpleNamespace(**(facts | values)), around or Around(connection().facts, LEVELS, scanned=True))


def column(on: Subject, scanned: bool = True, **values: Any) -> Subject:
    facts = {"key": 9, "name": "email", "data_type": "text", "tags": [], "classification": None, "unseen": False}
    row = SimpleNamespace(**(facts | {"kinds": None, "confirmed": None, "confidence": None} | values))
    return of_column(row, on, Around(connection().facts, LEVELS, scanned=scanned))


def test_every_fact_of_the_language_is_told() -> None:
    assert set(column(asset()).facts) == set(FACTS)


def test_without_a_scan_nothing_is_known_of_the_source() -> None:
    facts = connection().facts
    assert {name for name in facts if name.startswith("security.") and facts[name] is not UNKNOWN} == set()
    assert (facts["connection.encryptedAtRest"], facts["credentials.updatedAt"]) == (UNKNOWN, UNKNOWN)


@pytest.mark.parametrize(
    ("source", "stated", "expected"),
    [
        ({"encryptedAtRest": False}, "AES-256", False),
        ({}, "AES-256", True),
        ({}, {"algorithm": "AES-256"}, True),
        ({"encryptedAtRest": True}, "none", True),
        ({}, "none", False),
        ({}, "Not encrypted", False),
        ({}, {"atRest": False, "inTransit": "TLS 1.3"}, False),
        ({}, {"inTransit": "TLS 1.3"}, UNKNOWN),
        ({}, None, UNKNOWN),
        ({}, False, False),
    ],
)
def test_the_source_is_believed_before_what_somebody_stated(source: Any, stated: Any, expected: object) -> None:
    facts = connection(source, document={"compliance": {"encryption": stated}}).facts
    assert facts["connection.encryptedAtRest"] is expected


@pytest.mark.parametrize(
    "values",
    [
        {"governed_tags": ["PCI"]},
        {"document": {"tags": {"scope": "pci-dss", "PCI": "yes"}}},
        {"document": {"tags": ["pci"]}},
        {"document": {"compliance": {"pciScope": True}}},
    ],
)
def test_pci_scope_comes_of_a_tag_or_of_the_document(values: dict[str, Any]) -> None:
    assert connection(**values).facts["connection.pciScope"] is True
    assert connection(document={"compliance": {"pciScope": "yes"}}).facts["connection.pciScope"] is False


def test_tags_are_known_by_name_and_with_their_value() -> None:
    facts = connection(document={"tags": {"team": "sales"}}, governed_tags=["PII"]).facts
    assert facts["connection.tags"] == ["team", "team:sales", "PII"]


def test_an_asset_has_its_own_owner_and_retention_or_those_of_its_connection() -> None:
    around = Around(
        connection(owner="ana", document={"compliance": {"retention": {"default": "7 years"}}}).facts, LEVELS
    )
    facts = asset(around).facts
    assert (facts["asset.owner"], facts["asset.retention"]) == ("ana", "default: 7 years")
    own = asset(around, owner="ben", retention="30 days")
    assert (own.owner, own.facts["asset.retention"]) == ("ben", "30 days")


@pytest.mark.parametrize(("word", "level"), [(None, None), ("confidential", 2), ("nobody knows it", UNKNOWN)])
def test_the_level_of_a_classification_is_the_tenants(word: str | None, level: object) -> None:
    assert asset(classification=word).facts["asset.classificationLevel"] == level


def test_a_dataset_is_as_its_bucket_unless_it_tells_of_itself() -> None:
    bucket = {"encryptedAtRest": True, "publicAccess": True, "versioned": "unknown"}
    around = Around(connection({"encryptedAtRest": False}).facts, LEVELS, {"lake": bucket})
    facts = asset(around, type="DATASET", schema="lake", dataset_facts={"publicAccess": False}).facts
    assert (facts["asset.encryptedAtRest"], facts["asset.publicAccess"]) == (True, False)
    assert facts["asset.versioned"] is UNKNOWN, "a word means that nobody could tell"
    table = asset(around, schema="lake").facts
    assert (table["asset.encryptedAtRest"], table["asset.publicAccess"]) == (False, UNKNOWN)


def test_personal_data_is_known_once_a_scan_has_looked() -> None:
    before = asset(Around(connection().facts, LEVELS))
    assert before.facts["asset.personalData"] is UNKNOWN
    assert column(before, scanned=False, kinds=["EMAIL"]).facts["column.personalData"] is UNKNOWN
    assert asset().facts["asset.personalData"] == []
    found = column(asset(kinds=["EMAIL"]), kinds=["EMAIL"], confirmed=["EMAIL"], confidence=1.0)
    assert (found.facts["column.confirmedData"], found.facts["column.confidence"]) == (["EMAIL"], 1.0)
    assert (found.asset_key, found.column_key) == (1, 9)


def test_nothing_found_is_no_answer_where_nobody_looked() -> None:
    partly = asset(unseen=True)
    assert partly.facts["asset.personalData"] is UNKNOWN
    assert asset(unseen=True, kinds=["EMAIL"]).facts["asset.personalData"] == ["EMAIL"]
    never = column(partly, unseen=True).facts
    assert {never[f"column.{name}"] for name in ("personalData", "confirmedData", "confidence")} == {UNKNOWN}
    assert column(partly).facts["column.personalData"] == [], "this one was looked at"


def test_only_known_facts_of_the_right_kind_are_kept_of_what_a_scan_sends() -> None:
    sent = {
        "superuser": True, "loginCanWrite": 1, "tlsVersion": "TLSv1.3", "passwordHashing": "x" * 201,
        "certificateExpiresAt": "soon", "rows": ["ann@example.org"],
    }  # fmt: skip
    assert told(sent) == {"superuser": True, "tlsVersion": "TLSv1.3"}
    assert told({"certificateExpiresAt": "2027-01-01T00:00:00Z"}) == {"certificateExpiresAt": "2027-01-01T00:00:00Z"}


def test_the_state_of_the_audit_is_a_fact() -> None:
    since = datetime(2026, 1, 1, tzinfo=UTC)
    assert connection(audit=Audit(None, since)).facts["audit.intact"] is UNKNOWN
    assert connection(audit=Audit(False, since)).facts["audit.oldestUnsealedAt"] == since
