"""Rules as they are shown, and scans as they are asked for."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from crosswind.contexts.governance.compliance.book import Origin
from crosswind.contexts.governance.compliance.facts import Scope
from crosswind.contexts.governance.compliance.rules import Action, Severity
from crosswind.contexts.tasks.schemas import Standards

MOST_SCANNED = 100


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


class ScanRequest(Camel):
    """Which connections to scan, all active ones where none is named, and by the rules of which standards."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"connectionIds": ["conn-postgres-001"], "standards": ["GDPR"]}]}
    )
    connection_ids: (
        Annotated[
            list[Annotated[str, Field(min_length=1, max_length=128)]], Field(min_length=1, max_length=MOST_SCANNED)
        ]
        | None
    ) = None
    standards: Standards | None = None


class ScanStarted(Camel):
    """The task that scans one connection."""

    task_id: str
    connection_id: str


class ScansStarted(Camel):
    """The tasks that were started; `taskId` is the first of them, where Location points."""

    task_id: str
    tasks: list[ScanStarted]
