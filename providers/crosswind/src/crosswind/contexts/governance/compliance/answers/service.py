"""Violations, listed and counted, within what the actor may see."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from crosswind.contexts.catalog.repository import assets
from crosswind.contexts.connections.repository import ConnectionRepository
from crosswind.contexts.governance.compliance.answers import repository
from crosswind.contexts.governance.compliance.answers.reports import Control, Report, ReportQuery, Section, by_citation
from crosswind.contexts.governance.compliance.answers.schemas import (
    ComplianceStatus,
    Result,
    Scanned,
    StandardStatus,
    StatusQuery,
    Violation,
    ViolationQuery,
)
from crosswind.contexts.governance.compliance.answers.shapes import Rules, violation
from crosswind.contexts.governance.compliance.rules import SEVERITIES, STANDARDS, Rule
from crosswind.kit.errors import Invalid, NotFound
from crosswind.kit.paging import Page, Window
from crosswind.kit.unit_of_work import Event, UnitOfWork


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
        self._connection(query.connection_id)
        if query.asset_id is not None and assets.find(self._session, self._actor, query.asset_id) is None:
            raise Invalid(f"There is no asset '{query.asset_id}' that you may see", field="assetId")
        rows, total = repository.page(self._session, self._actor, query, narrowed, window)
        return Page([violation(row, self._rules) for row in rows], total, window)

    def violation(self, identifier: UUID) -> Violation:
        """One violation."""
        row = repository.one(self._session, self._actor, identifier)
        if row is None:
            raise NotFound("Violation", identifier)
        return violation(row, self._rules)

    def status(self, query: StatusQuery) -> ComplianceStatus:
        """The state of every standard over the connections that the actor may see, or over one of them."""
        connection = self._connection(query.connection_id)
        known = repository.scanned(self._session, self._actor, connection)
        judged = {row.rule: row for row in repository.judged(self._session, self._actor, connection)}
        counts = repository.open_counts(self._session, self._actor, connection)
        shown = [_standard(name, list(self._citing(name)), judged, counts, known) for name in standards(self._rules)]
        return {"standards": shown, "connections": _scanned(known)}

    def report(self, query: ReportQuery) -> Report:
        """A report on one standard or on all, which the audit has from now on; `stretch` gives its violations."""
        connection = self._connection(query.connection_id)
        wanted = standards(self._rules) if query.standard is None else [query.standard]
        citing = {name: list(self._citing(name)) for name in wanted}
        known = repository.scanned(self._session, self._actor, connection)
        judged = {row.rule: row for row in repository.judged(self._session, self._actor, connection)}
        counts = repository.open_counts(self._session, self._actor, connection)
        open_ = _open(counts)
        sections = [
            Section(
                _standard(name, rules, judged, counts, known),
                sorted((_control(rule, name, judged.get(rule.id), known, open_) for rule in rules), key=by_citation),
            )
            for name, rules in citing.items()
        ]
        told = query.model_dump(by_alias=True, exclude_none=True)
        self._uow.record(Event("compliance", "report", "EXPORT", None, told, connection))
        return Report(datetime.now(UTC), self._actor.account, connection, _scanned(known), sections)

    def stretch(self, rule: str, connection: str | None, after: int, limit: int) -> list[tuple[int, Violation]]:
        """The next open violations of a rule, each with its key."""
        rows = repository.open_of_rule(self._session, self._actor, rule, connection, after, limit)
        return [(row.key, violation(row, self._rules)) for row in rows]

    def _citing(self, standard: str) -> Iterator[Rule]:
        known = standards(self._rules)
        if standard not in known:
            raise Invalid(f"No rule cites '{standard}'; there are {', '.join(known)}", field="standard")
        return (rule for rule in self._rules.values() if cites(rule, standard))

    def _connection(self, identifier: str | None) -> str | None:
        if identifier is not None and ConnectionRepository(self._session, self._actor).find(identifier) is None:
            raise Invalid(f"There is no connection '{identifier}' that you may see", field="connectionId")
        return identifier


def standards(rules: Rules) -> list[str]:
    """The standards of these rules: those that Crosswind knows first."""
    cited = {each.standard for rule in rules.values() for each in rule.standards}
    return [*(name for name in STANDARDS if name in cited), *sorted(cited - STANDARDS.keys())]


def cites(rule: Rule, standard: str) -> bool:
    """Whether a rule is one of a standard's."""
    return any(each.standard == standard for each in rule.standards)


def result(row: Any, judged: int, open_: int) -> Result:
    """What a rule's newest evaluations come to: one failure fails it, one doubt leaves it unknown.

    A rule that some connection was not judged by, because it is newer than that evaluation, is unknown too, unless a
    violation of it is open. One that met nothing it is about did not pass.
    """
    if open_ or (row is not None and row.failed):
        return "failed"
    if row is None or row.unknown or row.connections < judged:
        return "unknown"
    return "passed" if row.passed else "not-applicable"


def _open(counts: Any) -> Counter[str]:
    """The open violations of each rule."""
    found = Counter[str]()
    for row in counts:
        found[row.rule] += row.number
    return found


def _scanned(known: Any) -> Scanned:
    return {"total": known.total, "scanned": known.scanned, "neverScanned": known.total - known.scanned}


def _control(rule: Rule, standard: str, row: Any, known: Any, open_: Counter[str]) -> Control:
    return Control(
        standard=standard,
        rule=rule,
        citations=tuple(each.citation for each in rule.standards if each.standard == standard),
        result=result(row, known.judged, open_[rule.id]),
        passed=row.passed if row else 0,
        failed=max(row.failed if row else 0, open_[rule.id]),
        unknown=row.unknown if row else 0,
        versions=tuple(sorted(row.versions)) if row else (),
        oldest=row.oldest if row else None,
        newest=row.newest if row else None,
        open=open_[rule.id],
    )


def _standard(name: str, rules: list[Rule], judged: Any, counts: Any, known: Any) -> StandardStatus:
    open_ = _open(counts)
    results = [result(judged.get(rule.id), known.judged, open_[rule.id]) for rule in rules]
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
        "notApplicable": results.count("not-applicable"),
        "openViolations": sum(by_severity.values()),
        "waivedViolations": sum(row.waived for row in counts if row.rule in ids),
        "bySeverity": {word: number for word, number in by_severity.items() if number},
        "lastScan": known.last,
    }
