"""Tasks: made, followed and cancelled by people; each is a run in Airflow."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, func

from crosswind.connectors.patterns import Patterns
from crosswind.contexts.connections.models import ConnectionRow
from crosswind.contexts.connections.records import require_runnable
from crosswind.contexts.tasks.dags import DAGS, IMPORT, NEEDED
from crosswind.contexts.tasks.errors import AlreadyOver
from crosswind.contexts.tasks.followup import FollowUp
from crosswind.contexts.tasks.models import TaskRow
from crosswind.contexts.tasks.ports import Imports, Runs
from crosswind.contexts.tasks.repository import OPEN, Found, LeaseRepository, TaskRepository
from crosswind.contexts.tasks.schemas import (
    UPLOADED,
    BackgroundTask,
    ImportPayload,
    Outcome,
    Run,
    RunQuery,
    SourcePayload,
    TaskRequest,
)
from crosswind.contexts.tasks.standing import standing
from crosswind.kit.actor import DEFAULT_TENANT
from crosswind.kit.errors import Forbidden, NotFound, StaleVersion
from crosswind.kit.paging import Page, Window
from crosswind.kit.unit_of_work import Event, UnitOfWork


class TaskService:
    """What callers do with tasks, within what the actor may see."""

    def __init__(self, uow: UnitOfWork, runs: Runs, imports: Imports) -> None:
        self._uow = uow
        self._runs = runs
        self._imports = imports
        self._tasks = TaskRepository(uow.session)
        self._leases = LeaseRepository(uow.session)
        self._follow_up = FollowUp(self._tasks, runs)

    def create(self, request: TaskRequest) -> BackgroundTask:
        """Write the task first and start its run after the commit; Unavailable when the DAG could not run."""
        payload, needed = request.payload, NEEDED[request.type]
        if not self._uow.actor.may(needed):
            raise Forbidden(f"A task of type {request.type} takes the permission {needed}", permission=needed)
        connection = self._source(payload)
        self._runs.require_ready(DAGS[request.type])
        if isinstance(payload, ImportPayload) and payload.name is None:
            payload.name = self._imports.called(self._uow.actor, payload)
        row = new_task(request, connection, self._uow.actor.account, tenant=self._uow.actor.tenant)
        self._tasks.add(row)
        if isinstance(payload, ImportPayload):
            self._imports.begin(row.id, self._uow.actor)
        launch(self._uow, self._runs, row, connection)
        self._uow.session.refresh(row)
        return _shown(Found(row, connection), {})

    def _source(self, payload: SourcePayload | ImportPayload) -> ConnectionRow | None:
        """The connection that the task is to work on; None for an uploaded file."""
        if isinstance(payload, ImportPayload):
            connection = self._imports.connection(self._uow.actor, payload)
        else:
            connection = self._tasks.connection(self._uow.actor, payload.connection_id)
            if connection is None:
                raise NotFound("Connection", payload.connection_id)
            Patterns(tuple(payload.include or ()), tuple(payload.exclude or ()))
        if connection is not None:
            require_runnable(connection)
        return connection

    def get(self, identifier: str) -> BackgroundTask:
        """Return a task as its run in Airflow stands now."""
        found = self._find(identifier)
        changed, _ = self._follow_up.settle([found.task])
        if changed:
            found = self._find(identifier)
        return _shown(found, self._follow_up.progress([found.task]))

    def cancel(self, identifier: str, expected: int | None) -> BackgroundTask:
        """Mark a task cancelled, fence its leases, and end its run after the commit; cancelling twice is fine."""
        found = self.get_locked(identifier)
        row = found.task
        if expected is not None and expected != row.version:
            raise StaleVersion(f"Task '{identifier}' changed meanwhile", version=row.version)
        if row.status != "CANCELLED":
            if row.status not in OPEN:
                raise AlreadyOver(f"Task '{identifier}' has ended already: {row.status}", status=row.status)
            row.progress = max(row.progress, self._follow_up.progress([row]).get(row.id, 0))
            before, row.status, row.finished_at = row.status, "CANCELLED", func.now()
            row.version += 1
            self._leases.end(row.id, "The task was cancelled")
            self._uow.record(_event(row, found.connection, "cancel", {"status": before}))
        dag_id, run_id = row.dag_id, row.run_id
        self._uow.after_commit(lambda: self._runs.end(dag_id, run_id))
        self._uow.session.flush()
        self._uow.session.refresh(row)
        return _shown(found, {})

    def get_locked(self, identifier: str) -> Found:
        """Return a task as it stands now, locked until the unit of work ends."""
        found = self._find(identifier, locked=True)
        changed, _ = self._follow_up.settle([found.task])
        return self._find(identifier) if changed else found

    def list(self, query: RunQuery, window: Window) -> Page[Run]:
        """Return tasks with their runs, newest first, in a constant number of statements."""
        self._follow_up.settle(self._tasks.open(self._uow.actor.tenant))
        page = self._tasks.page(self._uow.actor, _conditions(query), window)
        progress = self._follow_up.progress([found.task for found in page.items])
        return page.map(lambda found: _run(found, progress))

    def page(self, query: RunQuery, window: Window) -> Page[BackgroundTask]:
        """The same tasks as the metastore design shows them."""
        self._follow_up.settle(self._tasks.open(self._uow.actor.tenant))
        page = self._tasks.page(self._uow.actor, _conditions(query), window)
        progress = self._follow_up.progress([found.task for found in page.items])
        return page.map(lambda found: _shown(found, progress))

    def record_outcome(self, identifier: str, outcome: Outcome) -> None:
        """Keep what a running try came to; the status itself is Airflow's to say."""
        row = self._uow.session.get(TaskRow, identifier, with_for_update=True)
        if row is None or identifier != self._uow.actor.subject:
            raise NotFound("Task", identifier)
        row.result = outcome.result
        row.error = outcome.error
        row.version += 1
        self._leases.end(row.id, "This try has ended")

    def _find(self, identifier: str, *, locked: bool = False) -> Found:
        found = self._tasks.find(self._uow.actor, identifier, locked=locked)
        if found is None:
            raise NotFound("Task", identifier)
        return found


def new_task(
    request: TaskRequest,
    connection: ConnectionRow | None,
    requested_by: str,
    identifier: str | None = None,
    *,
    tenant: str = DEFAULT_TENANT,
) -> TaskRow:
    """Return a task row that is to be stored, in its connection's tenant or the one given; its id is its run's id."""
    identifier = identifier or str(uuid4())
    return TaskRow(
        id=identifier,
        tenant=connection.tenant if connection else tenant,
        type=request.type,
        status="PENDING",
        priority=request.priority,
        payload=request.payload.model_dump(exclude_none=True, by_alias=True),
        connection_key=connection.key if connection else None,
        dag_id=DAGS[request.type],
        run_id=identifier,
        requested_by=requested_by,
        progress=0,
        version=1,
    )


def launch(uow: UnitOfWork, runs: Runs, row: TaskRow, connection: ConnectionRow | None) -> None:
    """Audit a new task, and start its run after the commit."""
    uow.record(_event(row, connection, "create", None))
    dag_id, run_id, user, conf = row.dag_id, row.run_id, row.requested_by, run_conf(row, connection)
    uow.after_commit(lambda: runs.start(dag_id, run_id, conf, user))


def run_conf(row: TaskRow, connection: ConnectionRow | None) -> dict[str, Any]:
    """Return the configuration of a task's run, as Airflow's own form would make it."""
    words = ("source", "format") if row.type == IMPORT else ("include", "exclude")
    given = {key: row.payload[key] for key in words if row.payload.get(key)}
    where = {"conn_id": connection.airflow_conn_id} if connection else {}
    return {**where, "priority": row.priority, **given}


def _event(row: TaskRow, connection: ConnectionRow | None, action: str, before: dict[str, Any] | None) -> Event:
    connection_id = connection.id if connection else None
    after = {"type": row.type, "status": row.status, "connection_id": connection_id, **row.payload}
    return Event("task", row.id, action, before, after, connection_id=connection_id)


def _conditions(query: RunQuery) -> Sequence[ColumnElement[bool]]:
    return [
        *([ConnectionRow.id == query.connection_id] if query.connection_id else []),
        *([TaskRow.status == query.status] if query.status else []),
        *([TaskRow.type == query.type] if query.type else []),
        *([TaskRow.priority == query.priority] if query.priority else []),
    ]


def _facts(found: Found, progress: dict[str, int]) -> dict[str, Any]:
    row = found.task
    connection = found.connection.id if found.connection else None
    return {**standing(row, progress), "priority": row.priority, "connection_id": connection}


def _shown(found: Found, progress: dict[str, int]) -> BackgroundTask:
    row = found.task
    facts = _facts(found, progress)
    return BackgroundTask(**facts, payload=row.payload, version=row.version)


def _run(found: Found, progress: dict[str, int]) -> Run:
    row = found.task
    name = found.connection.name if found.connection else None
    source, called = row.payload.get("source"), row.payload.get("name")
    uploaded = source is None or source.startswith(UPLOADED)
    names = {"connection_name": name, "source": source, "file_name": called or (None if uploaded else source)}
    ran = {"dag_id": row.dag_id, "run_id": row.run_id, "requested_by": row.requested_by}
    return Run(**_facts(found, progress), **names, **ran)
