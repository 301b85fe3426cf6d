"""A rule: what it is about, what must hold, what it cites, and what to do about a violation."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal, cast, get_args

from crosswind.contexts.governance.compliance import language
from crosswind.contexts.governance.compliance.facts import SCOPES, Scope, usable
from crosswind.contexts.governance.compliance.language import Condition, Joined, Leaf
from crosswind.contexts.governance.compliance.yaml_nodes import Node, RuleError, read

Severity = Literal["critical", "high", "medium", "low"]
Action = Literal["require-tls", "add-tags", "classify", "set-retention"]
SEVERITIES: tuple[Severity, ...] = get_args(Severity)
STANDARDS: Mapping[str, str] = MappingProxyType(
    {
        "GDPR": "General Data Protection Regulation (EU) 2016/679",
        "HIPAA": "HIPAA Security and Privacy Rules, 45 CFR Part 164",
        "SOC2": "SOC 2, Trust Services Criteria 2017 (points of focus 2022)",
        "PCI-DSS": "PCI Data Security Standard v4.0.1",
    }
)
"""The standards that come with Crosswind; rules of an installation may name others."""

_ID = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?")
_STANDARD = re.compile(r"[A-Z0-9][A-Z0-9-]{0,31}")
_NEEDED = ("id", "version", "title", "severity", "applies_to", "standards", "require", "evidence", "message", "remedy")
_KNOWN = frozenset({*_NEEDED, "when", "action", "parameters"})
_PARAMETERS: Mapping[str, tuple[str, tuple[Scope, ...]]] = MappingProxyType(
    {
        "require-tls": ("mode", ("connection",)),
        "add-tags": ("tags", SCOPES),
        "classify": ("classification", ("asset", "column")),
        "set-retention": ("retention", ("connection", "asset")),
    }
)
TLS_MODES = ("require", "verify-full")


@dataclass(frozen=True)
class Citation:
    """Where a standard asks for it."""

    standard: str
    citation: str


@dataclass(frozen=True)
class Rule:
    """A rule that parsed; `parameters` are those of its action, `line` is where its id stands in its file."""

    id: str
    version: int
    title: str
    severity: Severity
    applies_to: Scope
    standards: tuple[Citation, ...]
    when: Condition | None
    require: Condition
    evidence: tuple[str, ...]
    message: str
    remedy: str
    action: Action | None
    parameters: Mapping[str, Any]
    file: str = ""
    line: int = 1

    @property
    def about_personal_data(self) -> bool:
        """Whether only columns with personal data can be meant, so that no others need to be read."""
        return self.applies_to == "column" and self.when is not None and _narrows(self.when)


def load(text: bytes, file: str) -> Rule:
    """A rule from what a file holds, or RuleError naming file, line and field."""
    try:
        return parse(read(text), file)
    except RuleError as error:
        error.file = file
        raise


def parse(node: Node, file: str = "") -> Rule:
    """A rule from its YAML, or RuleError naming line and field."""
    given = node.mapping()
    for word in given:
        if word not in _KNOWN:
            raise given[word].error(f"'{word}' is no field of a rule; there are {', '.join(sorted(_KNOWN))}")
    for word in _NEEDED:
        if word not in given:
            raise RuleError(f"the field '{word}' is missing", node.line, word)
    scope = cast("Scope", _choice(given["applies_to"], SCOPES))
    action = cast("Action | None", _choice(given["action"], tuple(_PARAMETERS)) if "action" in given else None)
    return Rule(
        id=_matching(given["id"], _ID, "lower-case letters, digits and hyphens, at most 64"),
        version=_version(given["version"]),
        title=given["title"].text(200),
        severity=cast("Severity", _choice(given["severity"], SEVERITIES)),
        applies_to=scope,
        standards=tuple(_citation(each) for each in given["standards"].items()),
        when=language.parse(given["when"], scope) if "when" in given else None,
        require=language.parse(given["require"], scope),
        evidence=tuple(_evidence(each, scope) for each in given["evidence"].items()),
        message=given["message"].text(),
        remedy=given["remedy"].text(),
        action=action,
        parameters=_parameters(node, given, action, scope),
        file=file,
        line=given["id"].line,
    )


def _choice(node: Node, words: tuple[str, ...]) -> str:
    if node.value not in words:
        raise node.error(f"one of {', '.join(words)} is needed here")
    return str(node.value)


def _matching(node: Node, pattern: re.Pattern[str], meaning: str) -> str:
    if not isinstance(node.value, str) or not pattern.fullmatch(node.value):
        raise node.error(f"{meaning} are needed here")
    return node.value


def _version(node: Node) -> int:
    if isinstance(node.value, bool) or not isinstance(node.value, int) or not 1 <= node.value < 2**31:
        raise node.error("a whole number from 1 is needed here")
    return node.value


def _citation(node: Node) -> Citation:
    given = node.mapping()
    if set(given) != {"standard", "citation"}:
        raise node.error("a standard has exactly the fields standard and citation")
    name = _matching(given["standard"], _STANDARD, "capital letters, digits and hyphens, at most 32,")
    return Citation(name, given["citation"].text(200))


def _evidence(node: Node, scope: Scope) -> str:
    name = node.text(100)
    if not usable(name, scope):
        raise node.error(f"there is no fact '{name}' that a rule for a {scope} can see")
    return name


def _parameters(node: Node, given: Mapping[str, Node], action: Action | None, scope: Scope) -> Mapping[str, Any]:
    if action is None:
        if "parameters" in given:
            raise given["parameters"].error("parameters are those of an action, and there is none")
        return MappingProxyType({})
    word, scopes = _PARAMETERS[action]
    if scope not in scopes:
        raise given["action"].error(f"'{action}' cannot be done to a {scope}")
    if "parameters" not in given and action == "set-retention":
        return MappingProxyType({})
    if "parameters" not in given:
        raise RuleError(f"the action '{action}' needs the parameter '{word}'", node.line, "parameters")
    parameters = given["parameters"].mapping()
    if set(parameters) != {word}:
        raise given["parameters"].error(f"the action '{action}' takes the parameter '{word}' and no other")
    return MappingProxyType({word: _parameter(word, parameters[word])})


def _parameter(word: str, node: Node) -> Any:
    if word == "tags":
        return [each.text(100) for each in node.items()]
    return _choice(node, TLS_MODES) if word == "mode" else node.text(100)


def _narrows(condition: Condition) -> bool:
    if isinstance(condition, Joined):
        return condition.every and any(_narrows(part) for part in condition.parts)
    if not isinstance(condition, Leaf) or condition.fact not in {"column.personalData", "column.confirmedData"}:
        return False
    return condition.operator != "exists" or condition.operand is True
