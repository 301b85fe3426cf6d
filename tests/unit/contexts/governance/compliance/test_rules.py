"""The rules that come with Crosswind: each parses, cites, and tells a violation from what is in order."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from crosswind.contexts.governance import compliance
from crosswind.contexts.governance.compliance.facts import FACTS, UNKNOWN, Facts
from crosswind.contexts.governance.compliance.language import Verdict
from crosswind.contexts.governance.compliance.rules import STANDARDS, Rule, load

FOLDER = Path(compliance.__file__).parent / "rules"
FILES = sorted(FOLDER.iterdir())
NAMES = [file.stem for file in FILES]
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
DATABASE = {"connection.type": "database"}
BUCKET = {"asset.typeDetail": "bucket"}
ENCRYPTED = {"security.encryptedInTransit": True}
PERSONAL = {"asset.personalData": ["EMAIL"]}
CARD = {"column.personalData": ["PAYMENT_CARD"], "column.tags": [], "asset.pciScope": False}

CASES: Mapping[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "audit-intact": ({"audit.intact": False}, {"audit.intact": True}),
    "audit-sealed": (
        {"audit.oldestUnsealedAt": NOW - timedelta(minutes=61)},
        {"audit.oldestUnsealedAt": NOW - timedelta(minutes=59)},
    ),
    "bucket-versioned": (BUCKET | {"asset.versioned": False}, BUCKET | {"asset.versioned": True}),
    "card-data-in-scope": (CARD, CARD | {"column.tags": ["PCI"]}),
    "card-data-unreadable": (
        {"asset.personalData": ["EMAIL", "PAYMENT_CARD"], "asset.encryptedAtRest": False},
        {"asset.personalData": ["EMAIL", "PAYMENT_CARD"], "asset.encryptedAtRest": True},
    ),
    "certificate-expiry": (
        ENCRYPTED | {"security.certificateExpiresAt": NOW + 29 * DAY},
        ENCRYPTED | {"security.certificateExpiresAt": NOW + 31 * DAY},
    ),
    "connection-classified": ({"connection.dataClassification": None}, {"connection.dataClassification": "public"}),
    "connection-owner": ({"connection.owner": None}, {"connection.owner": "ann"}),
    "credentials-fresh": ({"credentials.updatedAt": NOW - 91 * DAY}, {"credentials.updatedAt": NOW - 89 * DAY}),
    "dataset-encrypted-at-rest": (BUCKET | {"asset.encryptedAtRest": False}, BUCKET | {"asset.encryptedAtRest": True}),
    "encrypted-at-rest": ({"connection.encryptedAtRest": False}, {"connection.encryptedAtRest": True}),
    "encrypted-in-transit": ({"security.encryptedInTransit": False}, ENCRYPTED),
    "login-no-superuser": (DATABASE | {"security.superuser": True}, DATABASE | {"security.superuser": False}),
    "login-only-reads": (
        DATABASE | {"security.superuser": False, "security.loginCanWrite": True},
        DATABASE | {"security.superuser": False, "security.loginCanWrite": False},
    ),
    "no-plain-secrets": ({"connection.plainSecrets": ["endpoint"]}, {"connection.plainSecrets": []}),
    "no-public-access": (
        BUCKET | {"asset.publicAccess": True},
        BUCKET | {"asset.publicAccess": False, "asset.openToAllLogins": False},
    ),
    "not-open-to-every-login": (
        DATABASE | {"security.openToAllLogins": True},
        DATABASE | {"security.openToAllLogins": False},
    ),
    "password-hashing": (
        DATABASE | {"security.passwordHashing": "md5"},
        DATABASE | {"security.passwordHashing": "scram-sha-256"},
    ),
    "personal-data-classified": (
        PERSONAL | {"asset.classificationLevel": 1},
        PERSONAL | {"asset.classificationLevel": 2},
    ),
    "personal-data-owner": (PERSONAL | {"asset.owner": None}, PERSONAL | {"asset.owner": "ann"}),
    "personal-data-retention": (PERSONAL | {"asset.retention": None}, PERSONAL | {"asset.retention": "P1Y"}),
    "personal-data-tagged": (
        {"column.personalData": ["EMAIL"], "column.tags": ["orders"]},
        {"column.personalData": ["EMAIL"], "column.tags": ["orders", "PII"]},
    ),
    "server-verified": (
        ENCRYPTED | {"security.certificateVerified": False},
        ENCRYPTED | {"security.certificateVerified": True},
    ),
    "source-logs-access": ({"security.logsAccess": False}, {"security.logsAccess": True}),
    "source-not-public": (
        {"connection.type": "storage", "security.publicAccess": True},
        {"connection.type": "storage", "security.publicAccess": False},
    ),
    "tls-required": ({"connection.tlsMode": "prefer"}, {"connection.tlsMode": "require"}),
    "tls-version": (ENCRYPTED | {"security.tlsVersion": "TLSv1.1"}, ENCRYPTED | {"security.tlsVersion": "TLSv1.2"}),
}


def rule_of(name: str) -> Rule:
    file = FOLDER / f"{name}.yaml"
    return load(file.read_bytes(), file.name)


def holds(rule: Rule, facts: Facts) -> Verdict:
    """What the rule requires, of facts that it is meant for."""
    if rule.when is not None:
        assert rule.when.verdict(facts, NOW) is True
    return rule.require.verdict(facts, NOW)


def test_every_shipped_rule_has_its_cases_and_every_case_its_rule() -> None:
    assert sorted(CASES) == NAMES
    assert {file.suffix for file in FILES} == {".yaml"}


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_rule_is_named_as_its_file_and_cites_a_standard(name: str) -> None:
    rule = rule_of(name)
    assert (rule.id, rule.file) == (name, f"{name}.yaml")
    assert rule.standards
    assert {each.standard for each in rule.standards} <= set(STANDARDS)
    assert len(set(rule.standards)) == len(rule.standards)


def test_the_standards_are_the_four_that_we_know() -> None:
    assert set(STANDARDS) == {"GDPR", "HIPAA", "SOC2", "PCI-DSS"}
    cited = {each.standard for name in NAMES for each in rule_of(name).standards}
    assert cited == set(STANDARDS)


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_rule_names_facts_that_exist_and_shows_what_it_requires(name: str) -> None:
    rule = rule_of(name)
    asked = rule.require.facts() | (rule.when.facts() if rule.when else frozenset())
    assert asked | set(rule.evidence) <= set(FACTS)
    assert set(rule.evidence)


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_rule_finds_its_violation_and_nothing_in_what_is_in_order(name: str) -> None:
    wrong, right = CASES[name]
    rule = rule_of(name)
    assert holds(rule, wrong) is False
    assert holds(rule, right) is True


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_rule_never_passes_what_is_not_known(name: str) -> None:
    rule = rule_of(name)
    assert rule.require.verdict({}, NOW) is None
    assert rule.when is None or rule.when.verdict({}, NOW) is None
    assert rule.require.verdict(dict.fromkeys(FACTS, UNKNOWN), NOW) is None


@pytest.mark.parametrize(
    ("name", "facts"),
    [
        ("bucket-versioned", {"asset.typeDetail": "dataset"}),
        ("login-no-superuser", {"connection.type": "storage"}),
        ("login-only-reads", DATABASE | {"security.superuser": True}),
        ("source-not-public", DATABASE),
        ("tls-version", {"security.encryptedInTransit": False}),
        ("personal-data-owner", {"asset.personalData": []}),
        ("card-data-in-scope", {"column.personalData": ["EMAIL"]}),
        ("credentials-fresh", {"credentials.updatedAt": None}),
    ],
)
def test_a_rule_leaves_alone_what_it_is_not_meant_for(name: str, facts: Facts) -> None:
    when = rule_of(name).when
    assert when is not None
    assert when.verdict(facts, NOW) is False


def test_only_rules_of_columns_with_personal_data_spare_the_others() -> None:
    assert {name for name in NAMES if rule_of(name).about_personal_data} == {
        "card-data-in-scope", "personal-data-tagged"
    }  # fmt: skip


def test_a_bucket_for_every_login_of_its_provider_is_a_public_one() -> None:
    facts = BUCKET | {"asset.publicAccess": False, "asset.openToAllLogins": True}
    assert holds(rule_of("no-public-access"), facts) is False
