"""Violations, listed and counted, within what the actor may see."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from crosswind.contexts.connections.repository import ConnectionRepository
from crosswind.contexts.governance.compliance.answers import repository
from crosswind.contexts.governance.compliance.answers.schemas import (
    ComplianceStatus,
    Result,
    StandardStatus,
    StatusQuery,
    Violation,
    ViolationQuery,
)
from crosswind.contexts.governance.compliance.answers.shapes import Rules, violation
from crosswind.contexts.governance.compliance.rules import SEVERITIES, STANDARDS, Rule
from crosswind.kit.errors import Invalid, NotFound
from crosswind.kit.paging import Page, Window
from crosswind.kit.unit_of_work import UnitOfWork


class ComplianceAnswers:
    """What is known of compliance in one unit of work; `rules` are those that hold now, by their ids."""

    def __init__(self, uow: UnitOfWork, rules: Rules) -> None:
        self._uow = uow
        self._session = uow.session
        self._actor = uow.actor
        self._rules = rules

    def violations(self, query: ViolationQuery, window: Window) -> Page[Violation]:
        """One page of the violations."""
        narrowed = [rule.id for rule in self._citing(query.standard)] if query.standard is not None else None
        if query.rule is not None and query.rule not in self._rules:
            raise Invalid(f"There is no rule '{query.rule}'", field="rule")
        rows, total = repository.page(self._session, self._actor, query, narrowed, window)
        return Page([violation(row, self._rules) for row in rows], total, window)

    def status(self, query: StatusQuery) -> ComplianceStatus:
        """The state of every standard over the connections that the actor may see, or over one of them."""
        connection = self._connection(query.connection_id)
        known = repository.scanned(self._session, self._actor, connection)
        judged = {row.rule: row for row in repository.judged(self._session, self._actor, connection)}
        counts = repository.open_counts(self._session, self._actor, connection)
        shown = [_standard(name, list(self._citing(name)), judged, counts, known) for name in standards(self._rules)]
        never = known.total - known.scanned
        return {
            "standards": shown,
            "connections": {"total": known.total, "scanned": known.scanned, "neverScanned": never},
        }

    def _citing(self, standard: str) -> Iterator[Rule]:
        known = standards(self._rules)
        if standard not in known:
            raise Invalid(f"No rule cites '{standard}'; there are {', '.join(known)}", field="standard")
        return (rule for rule in self._rules.values() if cites(rule, standard))

    def _connection(self, identifier: str | None) -> str | None:
        if identifier is not None and ConnectionRepository(self._session, self._actor).find(identifier) is None:
            raise NotFound("Connection", identifier)
        return identifier


def standards(rules: Rules) -> list[str]:
    """The standards of these rules: those that Crosswind knows first."""
    cited = {each.standard for rule in rules.values() for each in rule.standards}
    return [*(name for name in STANDARDS if name in cited), *sorted(cited - STANDARDS.keys())]


def cites(rule: Rule, standard: str) -> bool:
    """Whether a rule is one of a standard's."""
    return any(each.standard == standard for each in rule.standards)


def result(row: Any, scanned: int) -> Result:
    """What a rule's newest evaluations come to: one failure fails it, one doubt leaves it unknown.

    A rule that some connection was not judged by, because it is newer than that evaluation, is unknown too.
    """
    if row is not None and row.failed:
        return "failed"
    return "unknown" if row is None or row.unknown or row.connections < scanned or not scanned else "passed"


def _standard(name: str, rules: list[Rule], judged: Any, counts: Any, known: Any) -> StandardStatus:
    results = [result(judged.get(rule.id), known.scanned) for rule in rules]
    ids = {rule.id for rule in rules}
    by_severity = dict.fromkeys(SEVERITIES, 0)
    for row in counts:
        if row.rule in ids:
            by_severity[row.severity] += row.number
    return {
        "standard": name,
        "title": STANDARDS.get(name, name),
        "rules": len(rules),
        "passed": results.count("passed"),
        "failed": results.count("failed"),
        "unknown": results.count("unknown"),
        "openViolations": sum(by_severity.values()),
        "bySeverity": {word: number for word, number in by_severity.items() if number},
        "lastScan": known.last,
    }
