"""What the tick asks for: start the discoveries that are due, and mend what was left behind."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from functools import partial

from crosswind.contexts.connections.models import ConnectionRow
from crosswind.contexts.connections.schedules import next_after
from crosswind.contexts.tasks.dags import DAGS
from crosswind.contexts.tasks.errors import NotRunnable
from crosswind.contexts.tasks.followup import FollowUp
from crosswind.contexts.tasks.models import TaskRow
from crosswind.contexts.tasks.ports import Runs
from crosswind.contexts.tasks.repository import TaskRepository
from crosswind.contexts.tasks.schemas import Due, SourcePayload, TaskRequest
from crosswind.contexts.tasks.service import launch, new_task, run_conf
from crosswind.kit.errors import Invalid
from crosswind.kit.unit_of_work import UnitOfWork

STARTED_AT_ONCE = 50
LOST_AFTER = timedelta(seconds=30)
CANCELLED_WITHIN = timedelta(hours=1)
SCHEDULE = "schedule"
log = logging.getLogger(__name__)


class DueService:
    """Acts for the whole installation, in every tenant."""

    def __init__(self, uow: UnitOfWork, runs: Runs) -> None:
        self._uow = uow
        self._runs = runs
        self._tasks = TaskRepository(uow.session)
        self._follow_up = FollowUp(self._tasks, runs)

    def look(self) -> Due:
        """Return the connections that are due, and start nothing."""
        return Due(due=[row.airflow_conn_id for row in self._tasks.due(STARTED_AT_ONCE)])

    def start(self) -> Due:
        """Mend what was left behind, then start one crawl for each connection that is due and not being worked on."""
        settled, restarted = self.reconcile()
        rows = self._tasks.due(STARTED_AT_ONCE)
        found = Due(due=[row.airflow_conn_id for row in rows], restarted=restarted, settled=settled)
        if not rows:
            return found
        try:
            self._runs.require_ready(DAGS["CRAWL"])
        except NotRunnable as error:
            return found.model_copy(update={"message": error.message})
        busy = self._tasks.working([row.key for row in rows])
        now = datetime.now(UTC)
        started = [self._start(row) for row in rows if _plan(row, now) and row.key not in busy]
        return found.model_copy(update={"started": started})

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
        connection = self._uow.session.get_one(ConnectionRow, row.connection_key)
        conf = run_conf(row, connection)
        dag_id, run_id, user = row.dag_id, row.run_id, row.requested_by
        self._uow.after_commit(lambda: self._runs.start(dag_id, run_id, conf, user))

    def _start(self, connection: ConnectionRow) -> str:
        request = TaskRequest(type="CRAWL", payload=SourcePayload(connection_id=connection.id))
        row = new_task(request, connection, SCHEDULE)
        self._tasks.add(row)
        launch(self._uow, self._runs, row, connection)
        return row.id


def _plan(row: ConnectionRow, now: datetime) -> bool:
    """Set when the connection is due next; say whether its schedule could be read at all."""
    schedule = ((row.document.get("configuration") or {}).get("discovery") or {}).get("schedule")
    try:
        row.discovery_next_at = next_after(str(schedule), now) if schedule else None
    except Invalid as error:
        log.warning("The discovery schedule of connection %s is left out: %s", row.airflow_conn_id, error.message)
        row.discovery_next_at = None
    return row.discovery_next_at is not None
