"""Compliance: the rules in force, and connections judged by them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from crosswind.contexts.connections.models import ConnectionRow
from crosswind.contexts.governance.compliance import evaluation, judging, subjects
from crosswind.contexts.governance.compliance.book import Book, RuleBook
from crosswind.contexts.governance.compliance.evaluation import Evaluation
from crosswind.contexts.governance.compliance.facts import FACTS
from crosswind.contexts.governance.compliance.models import EvaluationRow
from crosswind.contexts.governance.compliance.ports import Configurations
from crosswind.contexts.governance.compliance.repository import things, violations
from crosswind.contexts.governance.compliance.rules import STANDARDS, Rule
from crosswind.contexts.governance.compliance.schemas import (
    CitationShown,
    EvidenceShown,
    RuleProblem,
    RuleShown,
    RulesShown,
    StandardShown,
)
from crosswind.kit.errors import NotFound
from crosswind.kit.unit_of_work import Event, UnitOfWork

Cause = Literal["scan", "metadata"]


class ComplianceService:
    """Rules and evaluations of one unit of work."""

    def __init__(self, uow: UnitOfWork, rules: RuleBook, configurations: Configurations) -> None:
        self._uow = uow
        self._session = uow.session
        self._rules = rules
        self._configurations = configurations

    def rules(self) -> RulesShown:
        """The rules in force, and the files that are not used."""
        book = self._rules.book()
        cited = sorted({each.standard for rule in book.rules.values() for each in rule.standards})
        return RulesShown(
            rules=[_rule(book, rule) for rule in book.rules.values()],
            standards=[StandardShown(standard=each, title=STANDARDS.get(each, each)) for each in cited],
            problems=[RuleProblem(**vars(each)) for each in book.problems],
        )

    def hold(self, connection_keys: Sequence[int]) -> None:
        """Keep these connections from being evaluated by others until the unit of work ends.

        For whoever changes what is on them and evaluates in one unit of work: before the first change.
        """
        for key in sorted(connection_keys):
            violations.hold(self._session, key)

    def reconsider(self, connection_keys: Sequence[int]) -> None:
        """Judge those of the connections that were judged before, by what is known now beside their sources' last word.

        What somebody decided or changed since then closes or opens what it must before anybody acts on it.
        """
        self.hold(connection_keys)
        for key in sorted(connection_keys):
            if violations.newest(self._session, key) is not None:
                self.evaluate(key)

    def evaluate(
        self,
        connection_key: int,
        facts: Mapping[str, Any] | None = None,
        *,
        task_id: str | None = None,
        standards: Sequence[str] = (),
    ) -> Mapping[str, Any]:
        """Judge a connection and return the counts; `facts` are what its source told now, None for the last ones.

        Where standards are named only their rules are judged, and the others keep the counts that they had.
        """
        violations.hold(self._session, connection_key)
        found = things.connection(self._session, self._uow.actor.tenant, connection_key)
        if found is None:
            raise NotFound("Connection", connection_key)
        row, now = found
        before = violations.newest(self._session, connection_key)
        last = before.source_facts if before is not None else None
        source = last if facts is None else subjects.told(facts)
        book = self._rules.book()
        rules = evaluation.chosen(book, standards)
        judged = Evaluation(self._session, row, rules, now, before.completed_at if before else None)
        judged.run(source, self._configurations(row))
        if book.certain and not standards:
            known = book.rules.keys() | book.broken
            judged.tally.changes["closed"] += violations.close_rules_but(self._session, row.key, sorted(known))
        results = {**_kept(before, book, rules), **judging.results(judged.tally, rules, now)}
        self._keep(row, now, results, source, task_id, "scan" if facts is not None else "metadata")
        return self._summary(row, judged.tally.changes, results, book)

    def _keep(
        self,
        row: ConnectionRow,
        now: datetime,
        results: Mapping[str, Any],
        source: Any,
        task_id: str | None,
        cause: Cause,
    ) -> None:
        told = {"task_id": task_id, "cause": cause, "source_facts": source, "results": results, "completed_at": now}
        violations.add_evaluation(self._session, {"tenant": row.tenant, "connection_key": row.key, **told})

    def _summary(
        self, row: ConnectionRow, changes: Mapping[str, int], results: Mapping[str, Any], book: Book
    ) -> Mapping[str, Any]:
        """The counts over all rules; what opened or closed is told to the audit."""
        counts = {
            name: sum(1 for each in results.values() if _verdict(each) == name)
            for name in ("passed", "failed", "unknown", "notApplicable")
        }
        told = {name: changes.get(name, 0) for name in ("opened", "reopened", "changed", "closed")}
        summary = {"rules": len(results), **counts, **told, "brokenFiles": len(book.problems)}
        if any(told.values()):
            self._uow.record(Event("compliance", row.id, "evaluate", None, summary, connection_id=row.id))
        return summary


def _kept(before: EvaluationRow | None, book: Book, judged: Mapping[str, Rule]) -> dict[str, Any]:
    """What an earlier evaluation says of rules that are in force and were not judged now."""
    known = before.results if before is not None else {}
    return {name: counts for name, counts in known.items() if name in book.rules and name not in judged}


def _verdict(counts: Mapping[str, Any]) -> str:
    """One failure fails a rule, one doubt leaves it unknown; one that met nothing it is about did not pass."""
    return next((name for name in ("failed", "unknown", "passed") if counts[name]), "notApplicable")


def _rule(book: Book, rule: Rule) -> RuleShown:
    return RuleShown(
        id=rule.id,
        version=rule.version,
        title=rule.title,
        severity=rule.severity,
        applies_to=rule.applies_to,
        standards=[CitationShown(standard=each.standard, citation=each.citation) for each in rule.standards],
        evidence=[EvidenceShown(fact=each, says=FACTS[each].says) for each in rule.evidence],
        message=rule.message,
        remedy=rule.remedy,
        action=rule.action,
        parameters=dict(rule.parameters),
        origin=book.origin(rule.id),
        file=rule.file,
    )
