"""What would be done about a violation, from what is stored now; nothing here is read or written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal
from uuid import UUID

from crosswind.contexts.governance.compliance.answers.shapes import place
from crosswind.contexts.governance.compliance.remedies.schemas import RemedyOutcome
from crosswind.contexts.governance.compliance.rules import Action, Rule
from crosswind.kit.errors import CrosswindError, Forbidden, Invalid, NotFound

TLS_RANKS: Mapping[str, int] = {
    "disable": 0, "allow": 1, "prefer": 2, "require": 3, "verify-ca": 4, "verify-full": 5,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Step:
    """One change of one thing, which a service of its own makes; `before` and `after` show it."""

    kind: Literal["labels", "asset-retention", "connection-retention", "tls"]
    resource: Literal["connection", "asset", "column"]
    target: str
    before: dict[str, Any] = field(compare=False)
    after: dict[str, Any] = field(compare=False)
    tags: tuple[str, ...] = ()
    classification: str | None = None
    value: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """What becomes of one violation; only one with a step changes anything."""

    violation: UUID
    action: Action | None
    outcome: RemedyOutcome
    message: str
    step: Step | None = None
    error: CrosswindError | None = None
    row: Any = None

    def failed(self, error: CrosswindError) -> Plan:
        """The same, which could not be done."""
        return replace(self, outcome="failed", message=error.message, error=error, step=None)


@dataclass(frozen=True, slots=True)
class Known:
    """What planning needs beside the violations themselves.

    `tags` are words that the tenant's vocabulary has, `levels` its classifications, `tls` the mode in force by the
    connection's id (None where a system has none, or Airflow does not tell), `retention` how long the request says.
    """

    may: Callable[[str], bool]
    tags: Mapping[str, str]
    levels: Mapping[str, int]
    tls: Mapping[str, str | None]
    retention: str | None = None


def unknown(violation: UUID) -> Plan:
    """The plan for an id that means nothing to the actor."""
    error = NotFound("Violation", violation)
    return Plan(violation, None, "failed", error.message, error=error)


def plan(row: Any, rule: Rule | None, known: Known) -> Plan:
    """What can be done about a violation, by the rule's action."""
    made = Plan(row.id, rule.action if rule else None, "manual", "", row=row)
    if row.status == "closed":
        return replace(made, outcome="unchanged", message="The violation is closed; nothing is left to do")
    if row.asset_gone or row.column_gone:
        return replace(made, message="What violated is not there any more; the next scan closes the violation")
    if rule is None:
        return replace(made, message="No rule of this id is in force, so nothing is known that would help")
    return _by_action(made, rule, known) if rule.action else replace(made, message=rule.remedy)


def _by_action(made: Plan, rule: Rule, known: Known) -> Plan:
    assert rule.action is not None
    try:
        step = _STEPS[rule.action](made.row, rule, known)
    except CrosswindError as error:
        return made.failed(error)
    if isinstance(step, str):
        return replace(made, message=f"{step} {rule.remedy}")
    return replace(made, outcome="planned", message=_SAYS[step.kind], step=step)


_SAYS = {
    "labels": "Puts the label on; the data itself is not touched",
    "asset-retention": "Writes the retention on the asset; erasing older data stays with whoever owns it",
    "connection-retention": "Writes the retention on the connection; erasing older data stays with whoever owns it",
    "tls": "Demands an encrypted link, which the last scan was given",
}


def _need(known: Known, permission: str) -> None:
    if not known.may(permission):
        raise Forbidden(f"This needs the permission {permission} too", permission=permission)


def _labelled(row: Any) -> tuple[list[str], str | None]:
    if row.column_key is not None:
        return row.column_tags, row.column_classification
    if row.asset_key is not None:
        return row.asset_tags, row.asset_classification
    return row.connection_tags, row.connection_classification


def _add_tags(row: Any, rule: Rule, known: Known) -> Step | str:
    _need(known, "tag:update")
    if row.asset_key is None:
        _need(known, "connection:update")
    wanted = tuple(dict.fromkeys(rule.parameters["tags"]))
    if any(each not in known.tags for each in wanted):
        _need(known, "tag:create")
    tags, _ = _labelled(row)
    missing = [each for each in wanted if each not in tags]
    if not missing:
        return "The tags are there already, so the rule must ask for more."
    return Step("labels", *_target(row), {"tags": list(tags)}, {"tags": [*tags, *missing]}, tags=wanted)


def _classify(row: Any, rule: Rule, known: Known) -> Step | str:
    _need(known, "tag:update")
    wanted = rule.parameters["classification"]
    if wanted not in known.levels:
        raise Invalid(f"'{wanted}' is none of the classifications {', '.join(known.levels)}", field="classification")
    _, present = _labelled(row)
    if present is not None and known.levels.get(present, known.levels[wanted]) >= known.levels[wanted]:
        return f"It is classified {present}, and nothing is classified lower by itself."
    shown = {"classification": present}, {"classification": wanted}
    return Step("labels", *_target(row), *shown, classification=wanted)


def _set_retention(row: Any, rule: Rule, known: Known) -> Step | str:
    on_asset = row.asset_key is not None
    _need(known, "asset:update" if on_asset else "connection:update")
    present = (row.metadata if on_asset else row.compliance or {}).get("retention")
    if present not in (None, ""):
        return f"A retention is set ({str(present)[:100]}), and only a person changes one."
    wanted = known.retention or rule.parameters.get("retention")
    if wanted is None:
        return "Nobody chose how long; send parameters.retention, such as 90 days or 7 years, to have it written."
    kind: Literal["asset-retention", "connection-retention"] = "asset-retention" if on_asset else "connection-retention"
    return Step(kind, *_target(row), {"retention": None}, {"retention": wanted}, value=wanted)


def _require_tls(row: Any, rule: Rule, known: Known) -> Step | str:
    _need(known, "connection:update")
    present, facts = known.tls.get(row.connection_id), row.source_facts or {}
    if present is None or present not in TLS_RANKS:
        return "This system has no such mode, or Airflow does not tell it."
    if facts.get("encryptedInTransit") is not True:
        return "No scan saw that the source speaks TLS; demanding it could cut the connection off."
    verified = facts.get("certificateVerified") is True
    wanted = rule.parameters["mode"] if verified else "require"
    if TLS_RANKS[present] >= TLS_RANKS[wanted]:
        return f"The mode is {present}; a stricter one works only once the certificate can be verified."
    return Step("tls", "connection", row.connection_id, {"sslMode": present}, {"sslMode": wanted}, value=wanted)


def _target(row: Any) -> tuple[Literal["connection", "asset", "column"], str]:
    found = place(row)
    return found["type"], found["id"]


_STEPS: Mapping[Action, Callable[[Any, Rule, Known], Step | str]] = {
    "add-tags": _add_tags,
    "classify": _classify,
    "set-retention": _set_retention,
    "require-tls": _require_tls,
}
