"""Scans started for many connections at once: one task and one run each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from crosswind.contexts.connections.models import ConnectionRow
from crosswind.contexts.connections.records import require_runnable
from crosswind.contexts.connections.repository import ConnectionRepository
from crosswind.contexts.governance.compliance.book import RuleBook
from crosswind.contexts.governance.compliance.schemas import MOST_SCANNED, ScanRequest, ScansStarted, ScanStarted
from crosswind.contexts.tasks.dags import DAGS
from crosswind.contexts.tasks.models import TaskRow
from crosswind.contexts.tasks.ports import Runs
from crosswind.contexts.tasks.repository import TaskRepository
from crosswind.contexts.tasks.schemas import SourcePayload, TaskRequest
from crosswind.contexts.tasks.service import launch, new_task
from crosswind.kit.errors import Conflict, Invalid, NotFound
from crosswind.kit.unit_of_work import UnitOfWork

KIND = "COMPLIANCE_SCAN"


class ScanStarter:
    """Starts scans of the connections that the actor may see."""

    def __init__(self, uow: UnitOfWork, runs: Runs, rules: RuleBook) -> None:
        self._uow = uow
        self._runs = runs
        self._rules = rules
        self._tasks = TaskRepository(uow.session)
        self._connections = ConnectionRepository(uow.session, uow.actor)

    def start(self, request: ScanRequest) -> ScansStarted:
        """Start a scan of each connection; one that waits for the same already is answered instead of another."""
        self._check(request.standards)
        rows = self._named(request.connection_ids) if request.connection_ids is not None else self._all()
        self._runs.require_ready(DAGS[KIND])
        open_ones = self._waiting([row.key for row in rows])
        found = [self._one(row, request, open_ones.get(row.key, ())) for row in rows]
        return ScansStarted(task_id=found[0].task_id, tasks=found)

    def _check(self, standards: Sequence[str] | None) -> None:
        known = {each.standard for rule in self._rules.book().rules.values() for each in rule.standards}
        for name in standards or ():
            if name not in known:
                raise Invalid(f"No rule cites '{name}'; there are {', '.join(sorted(known))}", field="standards")

    def _named(self, identifiers: Sequence[str]) -> Sequence[ConnectionRow]:
        wanted = list(dict.fromkeys(identifiers))
        found = {row.id: row for row in self._connections.find_many(wanted)}
        for each in wanted:
            if each not in found:
                raise NotFound("Connection", each, unknown=[name for name in wanted if name not in found])
            require_runnable(found[each])
        return [found[each] for each in wanted]

    def _all(self) -> Sequence[ConnectionRow]:
        rows = self._connections.active(MOST_SCANNED + 1)
        if len(rows) > MOST_SCANNED:
            raise Invalid(
                f"More than {MOST_SCANNED} connections are active; name at most {MOST_SCANNED} of them",
                field="connectionIds",
            )
        if not rows:
            raise Conflict("There is no active connection to scan")
        return rows

    def _waiting(self, keys: Sequence[int]) -> Mapping[int, Sequence[TaskRow]]:
        found: dict[int, list[TaskRow]] = {}
        for task in self._tasks.open_of(KIND, keys):
            if task.status == "PENDING" and task.connection_key is not None:
                found.setdefault(task.connection_key, []).append(task)
        return found

    def _one(self, row: ConnectionRow, request: ScanRequest, waiting: Sequence[TaskRow]) -> ScanStarted:
        payload = SourcePayload(connection_id=row.id, standards=request.standards)
        made = new_task(TaskRequest(type=KIND, priority=5, payload=payload), row, self._uow.actor.account)
        task = next((each for each in waiting if each.payload == made.payload), None)
        if task is None:
            task = made
            self._tasks.add(task)
            launch(self._uow, self._runs, task, row)
        return ScanStarted(task_id=task.id, connection_id=row.id)
