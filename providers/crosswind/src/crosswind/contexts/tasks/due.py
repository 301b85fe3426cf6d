"""What the tick asks for: start the crawls and scans that are due, and mend what was left behind."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

from crosswind.contexts.connections.models import ConnectionRow
from crosswind.contexts.connections.schedules import next_after
from crosswind.contexts.tasks.dags import DAGS
from crosswind.contexts.tasks.errors import NotRunnable
from crosswind.contexts.tasks.followup import FollowUp
from crosswind.contexts.tasks.models import TaskRow
from crosswind.contexts.tasks.ports import Runs
from crosswind.contexts.tasks.repository import DueColumn, TaskRepository
from crosswind.contexts.tasks.schemas import Due, SourcePayload, TaskRequest, TaskType
from crosswind.contexts.tasks.service import launch, new_task, run_conf
from crosswind.kit.errors import Invalid
from crosswind.kit.unit_of_work import UnitOfWork

STARTED_AT_ONCE = 50
LOST_AFTER = timedelta(seconds=30)
CANCELLED_WITHIN = timedelta(hours=1)
SCHEDULE = "schedule"
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Sort:
    """A type of task that connections are due for, when, and the section of `configuration` that has its schedule."""

    kind: TaskType
    column: DueColumn
    section: str


SORTS = (
    Sort("CRAWL", ConnectionRow.discovery_next_at, "discovery"),
    Sort("COMPLIANCE_SCAN", ConnectionRow.compliance_next_at, "compliance"),
)


class DueService:
    """Acts for the whole installation, in every tenant."""

    def __init__(self, uow: UnitOfWork, runs: Runs) -> None:
        self._uow = uow
        self._runs = runs
        self._tasks = TaskRepository(uow.session)
        self._follow_up = FollowUp(self._tasks, runs)

    def look(self) -> Due:
        """Return the connections that are due for anything, and start nothing."""
        found = (row.airflow_conn_id for sort in SORTS for row in self._tasks.due(sort.column, STARTED_AT_ONCE))
        return Due(due=list(dict.fromkeys(found)))

    def start(self) -> Due:
        """Mend what was left behind, then start one run for each connection that is due and not being worked on."""
        settled, restarted = self.reconcile()
        found = Due(due=[], restarted=restarted, settled=settled)
        for sort in SORTS:
            self._start_sort(sort, found)
        return found

    def _start_sort(self, sort: Sort, found: Due) -> None:
        rows = self._tasks.due(sort.column, STARTED_AT_ONCE)
        if not rows:
            return
        found.due += [each for row in rows if (each := row.airflow_conn_id) not in found.due]
        try:
            self._runs.require_ready(DAGS[sort.kind])
        except NotRunnable as error:
            found.message = error.message
            return
        busy = self._busy(sort, [row.key for row in rows])
        now = datetime.now(UTC)
        found.started += [self._start(sort, row) for row in rows if _plan(sort, row, now) and row.key not in busy]

    def _busy(self, sort: Sort, keys: list[int]) -> frozenset[int]:
        """A scan waits for another scan only; a crawl for whatever works on the connection."""
        if sort.kind == "CRAWL":
            return self._tasks.working(keys)
        found = (task.connection_key for task in self._tasks.open_of(sort.kind, keys))
        return frozenset(key for key in found if key is not None)

    def reconcile(self) -> tuple[int, list[str]]:
        """Store where open tasks stand, start runs that were lost, end those whose task was cancelled."""
        settled, unstarted = self._follow_up.settle(self._tasks.open())
        lost = [row for row in unstarted if row.created_at < datetime.now(UTC) - LOST_AFTER]
        for row in lost:
            self._restart(row)
        cancelled = {(row.dag_id, row.run_id) for row in self._tasks.lately_cancelled(CANCELLED_WITHIN)}
        for (dag_id, run_id), state in (self._runs.states(cancelled) if cancelled else {}).items():
            if state.state in {"queued", "running"}:
                self._uow.after_commit(partial(self._runs.end, dag_id, run_id))
        return settled, [row.id for row in lost]

    def _restart(self, row: TaskRow) -> None:
        connection = self._uow.session.get(ConnectionRow, row.connection_key) if row.connection_key else None
        conf = run_conf(row, connection)
        dag_id, run_id, user = row.dag_id, row.run_id, row.requested_by
        self._uow.after_commit(lambda: self._runs.start(dag_id, run_id, conf, user))

    def _start(self, sort: Sort, connection: ConnectionRow) -> str:
        request = TaskRequest(type=sort.kind, priority=5, payload=SourcePayload(connection_id=connection.id))
        row = new_task(request, connection, SCHEDULE)
        self._tasks.add(row)
        launch(self._uow, self._runs, row, connection)
        return row.id


def _plan(sort: Sort, row: ConnectionRow, now: datetime) -> bool:
    """Set when the connection is due next; say whether its schedule could be read at all."""
    schedule = ((row.document.get("configuration") or {}).get(sort.section) or {}).get("schedule")
    try:
        planned = next_after(str(schedule), now) if schedule else None
    except Invalid as error:
        log.warning(
            "The %s schedule of connection %s is left out: %s", sort.section, row.airflow_conn_id, error.message
        )
        planned = None
    setattr(row, sort.column.key, planned)
    return planned is not None
