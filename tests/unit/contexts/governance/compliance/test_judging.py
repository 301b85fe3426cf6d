"""Subjects judged, and what that means for what is stored."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from crosswind.contexts.governance.compliance.facts import UNKNOWN
from crosswind.contexts.governance.compliance.judging import Changes, Tally, compare, evidence, judge, results
from crosswind.contexts.governance.compliance.rules import Rule, load
from crosswind.contexts.governance.compliance.subjects import Subject

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
TEXT = b"""
id: house
version: 3
title: Databases have an owner
severity: high
applies_to: connection
standards:
  - {standard: HOUSE, citation: Rule 7}
when: {fact: connection.type, equals: database}
require: {fact: connection.owner, exists: true}
evidence: [connection.owner, connection.type, credentials.updatedAt, connection.tags]
message: Nobody answers for it.
remedy: Name somebody.
"""
RULE: Rule = load(TEXT, "house.yaml")
WRONG = {"connection.type": "database", "connection.owner": None}
RIGHT = {"connection.type": "database", "connection.owner": "ana"}
UNCLEAR = {"connection.type": "database", "connection.owner": UNKNOWN}
OTHER = {"connection.type": "storage", "connection.owner": None}


def row(status: str = "open", **changed: Any) -> Any:
    found: dict[str, Any] = {
        "rule_version": 3,
        "severity": "high",
        "owner": None,
        "evidence": evidence(RULE, Subject(WRONG, None)),
    }
    place = {"key": 7, "rule": "house", "asset_key": None, "column_key": None, "gone": False}
    return SimpleNamespace(**{**place, **found, "status": status, **changed})


def compared(facts: Any, *stored: Any) -> tuple[Changes, Tally]:
    tally = Tally.over([RULE])
    found = [] if facts is None else [Subject(facts, None)]
    return compare([RULE], found, stored, NOW, tally), tally


@pytest.mark.parametrize(
    ("facts", "outcome"),
    [
        (WRONG, "failed"),
        (RIGHT, "passed"),
        (UNCLEAR, "unknown"),
        (OTHER, "spared"),
        ({"connection.type": UNKNOWN, "connection.owner": None}, "unknown"),
        ({"connection.type": UNKNOWN, "connection.owner": "ana"}, "passed"),
    ],
)
def test_a_rule_judges_what_it_is_meant_for(facts: Any, outcome: str) -> None:
    assert judge(RULE, Subject(facts, None), NOW) == outcome


def test_what_is_new_is_opened_and_what_is_as_it_was_is_left_alone() -> None:
    changes, tally = compared(WRONG)
    assert [each["rule"] for each in changes.opened] == ["house"]
    assert (changes.renewed, changes.closed, tally.changes["opened"]) == ([], [], 1)
    assert compared(WRONG, row())[0] == Changes()


@pytest.mark.parametrize(
    ("changed", "counted"),
    [
        ({"rule_version": 2}, "changed"),
        ({"severity": "low"}, "changed"),
        ({"owner": "ben"}, "changed"),
        ({"evidence": {}}, "changed"),
        ({"status": "closed"}, "reopened"),
    ],
)
def test_what_is_otherwise_now_is_renewed(changed: dict[str, Any], counted: str) -> None:
    changes, tally = compared(WRONG, row(**changed))
    assert [each["key"] for each in changes.renewed] == [7]
    assert (changes.opened, changes.closed, dict(tally.changes)[counted]) == ([], [], 1)


@pytest.mark.parametrize(
    ("facts", "stored", "why"),
    [
        (RIGHT, row(), "met"),
        (OTHER, row(), "not-applicable"),
        (None, row(), "not-applicable"),
        (None, row(gone=True), "resource-removed"),
    ],
)
def test_what_is_over_is_closed_with_the_reason(facts: Any, stored: Any, why: str) -> None:
    assert compared(facts, stored)[0].closed == [{"key": 7, "why": why}]


@pytest.mark.parametrize(("facts", "status"), [(UNCLEAR, "open"), (UNCLEAR, "closed"), (RIGHT, "closed")])
def test_what_is_not_known_or_closed_already_is_left_alone(facts: Any, status: str) -> None:
    assert compared(facts, row(status))[0] == Changes()


def test_evidence_is_plain_bounded_and_without_what_is_not_known() -> None:
    facts = {
        **WRONG,
        "credentials.updatedAt": datetime(2026, 1, 1, 13, tzinfo=UTC),
        "connection.tags": [f"tag {number} " + "x" * 300 for number in range(50)],
        "connection.owner": UNKNOWN,
    }
    found = evidence(RULE, Subject(facts, None))
    assert found["credentials.updatedAt"] == "2026-01-01T13:00:00+00:00"
    assert "connection.owner" not in found
    assert (len(found["connection.tags"]), len(found["connection.tags"][0])) == (20, 200)


def test_results_count_what_was_judged() -> None:
    _, tally = compared(WRONG)
    assert results(tally, {"house": RULE}, NOW) == {
        "house": {"version": 3, "passed": 0, "failed": 1, "unknown": 0, "at": NOW.isoformat()}
    }
