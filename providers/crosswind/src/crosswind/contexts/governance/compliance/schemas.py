"""Rules as they are shown."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from crosswind.contexts.governance.compliance.book import Origin
from crosswind.contexts.governance.compliance.facts import Scope
from crosswind.contexts.governance.compliance.rules import Action, Severity


class Camel(BaseModel):
    """Base of what the platform family shows and takes."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="forbid")


class CitationShown(Camel):
    """Where a standard asks for it."""

    standard: str
    citation: str


class EvidenceShown(Camel):
    """A fact that a rule's evidence is made of, and what it says."""

    fact: str
    says: str


class RuleShown(Camel):
    """A rule in force; `action` is what remediate can do about a violation, with its `parameters`."""

    id: str
    version: int
    title: str
    severity: Severity
    applies_to: Scope
    standards: list[CitationShown]
    evidence: list[EvidenceShown]
    message: str
    remedy: str
    action: Action | None
    parameters: dict[str, Any]
    origin: Origin
    file: str


class RuleProblem(Camel):
    """A file that is not used, and why; `rule` is what it seems to be about, whose violations stay as they are."""

    origin: Origin
    file: str
    line: int
    field: str
    message: str
    rule: str | None


class StandardShown(Camel):
    """A standard that rules cite."""

    standard: str
    title: str


class RulesShown(Camel):
    """The rules in force by id, the standards they cite, and the files that are not used."""

    rules: list[RuleShown]
    standards: list[StandardShown]
    problems: list[RuleProblem]
