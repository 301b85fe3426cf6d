"""Compliance: the rules in force, and connections judged by them."""

from __future__ import annotations

from crosswind.contexts.connections.records import Records
from crosswind.contexts.governance.compliance.book import Book, RuleBook
from crosswind.contexts.governance.compliance.facts import FACTS
from crosswind.contexts.governance.compliance.rules import STANDARDS, Rule
from crosswind.contexts.governance.compliance.schemas import (
    CitationShown,
    EvidenceShown,
    RuleProblem,
    RuleShown,
    RulesShown,
    StandardShown,
)
from crosswind.kit.unit_of_work import UnitOfWork


class ComplianceService:
    """Rules and evaluations of one unit of work."""

    def __init__(self, uow: UnitOfWork, rules: RuleBook, records: Records) -> None:
        self._uow = uow
        self._session = uow.session
        self._rules = rules
        self._records = records

    def rules(self) -> RulesShown:
        """The rules in force, and the files that are not used."""
        book = self._rules.book()
        cited = sorted({each.standard for rule in book.rules.values() for each in rule.standards})
        return RulesShown(
            rules=[_rule(book, rule) for rule in book.rules.values()],
            standards=[StandardShown(standard=each, title=STANDARDS.get(each, each)) for each in cited],
            problems=[RuleProblem(**vars(each)) for each in book.problems],
        )


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
