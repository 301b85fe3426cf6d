"""Remedies of one unit of work: planned for all violations at once, then done by the services that own the things."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from crosswind.contexts.catalog.repository import classifications as levels
from crosswind.contexts.catalog.repository import tags as vocabulary
from crosswind.contexts.connections import configuration
from crosswind.contexts.connections.records import Records
from crosswind.contexts.governance.compliance.answers.shapes import Rules
from crosswind.contexts.governance.compliance.remedies import repository
from crosswind.contexts.governance.compliance.remedies.changes import Changes
from crosswind.contexts.governance.compliance.remedies.plans import Known, Plan, Step, plan, unknown
from crosswind.contexts.governance.compliance.remedies.schemas import RemediateRequest
from crosswind.contexts.governance.compliance.service import ComplianceService
from crosswind.kit.errors import Conflict
from crosswind.kit.unit_of_work import Event, UnitOfWork

OPEN_YET = "; the violation stays open until a scan sees the change at the source"


@dataclass(frozen=True)
class Together:
    """The services that a remedy works through."""

    records: Records
    changes: Changes
    compliance: ComplianceService


class RemedyService:
    """Plans remedies, shows them or does them."""

    def __init__(self, uow: UnitOfWork, rules: Rules, together: Together) -> None:
        self._uow = uow
        self._session = uow.session
        self._actor = uow.actor
        self._rules = rules
        self._together = together

    def remediate(self, request: RemediateRequest) -> Sequence[Plan]:
        """What would be done, or was done, about each of the violations, in the order of the request."""
        asked = list(dict.fromkeys(request.violation_ids))
        if not request.dry_run:
            held = repository.connection_keys(self._session, self._actor, asked)
            self._together.compliance.hold(held)
            self._together.compliance.reconsider(repository.open_on(self._session, self._actor, asked))
        rows = {row.id: row for row in repository.named(self._session, self._actor, asked)}
        known = replace(self._known(list(rows.values())), retention=request.parameters.retention)
        plans = {
            each: plan(rows[each], self._rules.get(rows[each].rule), known) if each in rows else unknown(each)
            for each in asked
        }
        planned = _agreeing([each for each in plans.values() if each.step is not None])
        plans |= {each.violation: each for each in planned}
        if not request.dry_run:
            plans |= {each.violation: each for each in self._do([each for each in planned if not each.error])}
        return [plans[each] for each in asked]

    def _known(self, rows: Sequence[Any]) -> Known:
        tenant, rules = self._actor.tenant, [rule for row in rows if (rule := self._rules.get(row.rule))]
        words = sorted({tag for rule in rules if rule.action == "add-tags" for tag in rule.parameters["tags"]})
        named = vocabulary.named(self._session, tenant, words) if words else {}
        classifying = any(rule.action == "classify" for rule in rules)
        known = {each.name: each.level for each in levels.known(self._session, tenant)} if classifying else {}
        encrypting = {rule.id for rule in rules if rule.action == "require-tls"}
        modes = self._tls({row.connection_id for row in rows if row.rule in encrypting})
        return Known(self._actor.may, named, known, modes)

    def _tls(self, connections: Iterable[str]) -> dict[str, str | None]:
        """The modes in force: one statement here and one on Airflow's side."""
        records, wanted = self._together.records, list(connections)
        rows = records.rows.find_many(wanted) if wanted else []
        stored = records.airflow.read([row.airflow_conn_id for row in rows]) if rows else {}
        modes: dict[str, str | None] = {}
        for row in rows:
            connector, found = records.registry.find(row.sub_type), stored.get(row.airflow_conn_id)
            settings = configuration.resolve(connector, found).settings if connector and found else None
            modes[row.id] = getattr(settings, "tls", None)
        return modes

    def _do(self, planned: Sequence[Plan]) -> list[Plan]:
        """Make the changes, judge the connections anew, and say which violations are closed by that."""
        told = self._together.changes.make([_step(each) for each in planned if not each.error])
        done = [each.failed(error) if (error := told.get(_step(each))) else each for each in planned]
        made = [each for each in done if each.error is None]
        for each in made:
            self._uow.record(_event(each))
        for key in sorted({each.row.connection_key for each in made}):
            self._together.compliance.evaluate(key)
        after = repository.statuses(self._session, [each.row.key for each in made])
        return [each if each.error else _applied(each, closed=after[each.row.key] == "closed") for each in done]


def _step(each: Plan) -> Step:
    assert each.step is not None
    return each.step


def _agreeing(planned: Sequence[Plan]) -> list[Plan]:
    """Of steps that would write different things in one place only the first stands."""
    kept: list[Plan] = []
    ordered = sorted(planned, key=lambda each: _place(_step(each)))
    for _, same in groupby(ordered, key=lambda each: _place(_step(each))):
        first, *others = same
        kept.append(first)
        kept += [
            each
            if _step(each).after == _step(first).after or _step(each).tags
            else each.failed(Conflict("Another violation of this request asks for something else"))
            for each in others
        ]
    return kept


def _place(step: Step) -> tuple[str, str, bool]:
    return step.kind, step.target, bool(step.tags)


def _event(each: Plan) -> Event:
    step, row = _step(each), each.row
    about = {"rule": row.rule, "action": each.action}
    return Event("violation", str(row.id), "remediate", step.before, {**about, **step.after}, row.connection_id)


def _applied(each: Plan, *, closed: bool) -> Plan:
    return replace(
        each, outcome="applied", message="Done, and the violation is closed" if closed else f"Done{OPEN_YET}"
    )
