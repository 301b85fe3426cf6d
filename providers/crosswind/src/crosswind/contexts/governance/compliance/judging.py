"""Subjects judged by rules, and what that means for the violations that are stored; nothing here is read or written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from crosswind.contexts.governance.compliance.facts import UNKNOWN
from crosswind.contexts.governance.compliance.rules import Rule
from crosswind.contexts.governance.compliance.statements import LONGEST
from crosswind.contexts.governance.compliance.subjects import Subject

Outcome = Literal["passed", "failed", "unknown", "spared"]
Why = Literal["met", "not-applicable", "resource-removed", "rule-removed", "connection-deleted"]
Place = tuple[str, int | None, int | None]
"""A rule, an asset's key and a column's key."""
MOST_LISTED = 20
OPEN, CLOSED = "open", "closed"


@dataclass
class Tally:
    """How many subjects each rule passed, failed or could not be judged on, and what changed."""

    counts: dict[str, Counter[str]]
    changes: Counter[str] = field(default_factory=Counter)

    @classmethod
    def over(cls, rules: Iterable[Rule]) -> Tally:
        """An empty tally of these rules."""
        return cls({rule.id: Counter() for rule in rules})


@dataclass
class Changes:
    """What is to be written: violations that are new, that hold again or otherwise, and that are over."""

    opened: list[dict[str, Any]] = field(default_factory=list)
    renewed: list[dict[str, Any]] = field(default_factory=list)
    closed: list[dict[str, Any]] = field(default_factory=list)


def judge(rule: Rule, subject: Subject, now: datetime) -> Outcome:
    """What a rule says of a subject; it is spared where the rule is not about it."""
    meant = True if rule.when is None else rule.when.verdict(subject.facts, now)
    if meant is False:
        return "spared"
    held = rule.require.verdict(subject.facts, now)
    if held is True:
        return "passed"
    return "unknown" if held is None or meant is None else "failed"


def compare(
    rules: Sequence[Rule], subjects: Iterable[Subject], stored: Sequence[Any], now: datetime, tally: Tally
) -> Changes:
    """Judge subjects and compare with the stored violations of the same stretch, counting into `tally`.

    What cannot be judged now and has an open violation counts as failed, as the violation stays open.
    """
    changes = Changes()
    rows = {(row.rule, row.asset_key, row.column_key): row for row in stored}
    left = {place: row for place, row in rows.items() if row.status == OPEN}
    for subject in subjects:
        for rule in rules:
            outcome = judge(rule, subject, now)
            if outcome == "spared":
                continue
            place: Place = (rule.id, subject.asset_key, subject.column_key)
            stays = outcome == "unknown" and place in left
            tally.counts[rule.id]["failed" if stays else outcome] += 1
            if outcome == "failed":
                _failed(rule, subject, rows.get(place), changes, tally)
            if outcome != "passed":
                left.pop(place, None)
            elif place in left:
                changes.closed.append({"key": left.pop(place).key, "why": "met"})
    changes.closed.extend({"key": row.key, "why": _why(row)} for row in left.values())
    tally.changes.update(opened=len(changes.opened), closed=len(changes.closed))
    return changes


def _failed(rule: Rule, subject: Subject, row: Any, changes: Changes, tally: Tally) -> None:
    found = {
        "rule_version": rule.version,
        "severity": rule.severity,
        "owner": subject.owner,
        "evidence": evidence(rule, subject),
    }
    if row is None:
        place = {"rule": rule.id, "asset_key": subject.asset_key, "column_key": subject.column_key}
        changes.opened.append(place | found)
    elif row.status != OPEN or any(getattr(row, name) != value for name, value in found.items()):
        changes.renewed.append({"key": row.key, **found})
        tally.changes["changed" if row.status == OPEN else "reopened"] += 1


def _why(row: Any) -> Why:
    return "resource-removed" if row.gone else "not-applicable"


def evidence(rule: Rule, subject: Subject) -> dict[str, Any]:
    """What the rule shows of a violation: names and settings, what is not known left out."""
    shown = ((name, subject.facts.get(name, UNKNOWN)) for name in rule.evidence)
    return {name: _plain(value) for name, value in shown if value is not UNKNOWN}


def _plain(value: object) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, list | tuple):
        return [str(each)[:LONGEST] for each in value[:MOST_LISTED]]
    return value[:LONGEST] if isinstance(value, str) else value


def results(tally: Tally, rules: Mapping[str, Rule], at: datetime) -> dict[str, dict[str, Any]]:
    """The counts of each rule as an evaluation keeps them."""
    return {
        rule: {
            "version": rules[rule].version,
            **{outcome: counts[outcome] for outcome in ("passed", "failed", "unknown")},
            "at": at.isoformat(),
        }
        for rule, counts in tally.counts.items()
    }
