"""Leases: what one try of a running Airflow task acts with, for its own run and nothing else."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from uuid import NAMESPACE_URL, uuid5

from pydantic import ValidationError
from sqlalchemy import func
from sqlalchemy.orm import Session

from crosswind.connectors.patterns import Patterns
from crosswind.contexts.connections.models import ConnectionRow
from crosswind.contexts.connections.records import require_runnable
from crosswind.contexts.tasks.dags import DEPTHS, IMPORT, NEEDED, TYPES
from crosswind.contexts.tasks.errors import ConnectionBusy, Fenced, NotOurs, RunNotActive
from crosswind.contexts.tasks.models import TaskRow
from crosswind.contexts.tasks.ports import Imports, People, RunFacts, Runs
from crosswind.contexts.tasks.repository import Found, LeaseRepository, TaskRepository
from crosswind.contexts.tasks.schemas import (
    ImportPayload,
    Lease,
    LeasedConnection,
    LeasedDiscovery,
    LeaseRequest,
    TaskRequest,
)
from crosswind.contexts.tasks.service import new_task
from crosswind.kit.actor import Actor
from crosswind.kit.errors import Invalid, NotFound
from crosswind.kit.problems import said
from crosswind.kit.unit_of_work import Event, UnitOfWork

PREFIX = "cwl_"
IMPORTING = (
    "asset:create", "asset:update", "relationship:create", "tag:create", "tag:update", "classification:create",
    "domain:create", "domain:update", "term:create", "term:update", "product:create", "product:update",
)  # fmt: skip
"""What an import that no person set off may write."""
LIFE = timedelta(minutes=2)
RENEW_BELOW = timedelta(seconds=100)
INGEST = frozenset({"crawl:ingest", "scan:ingest", "import:ingest"})
"""What a lease may do; the grants of crawls, scans and imports see to it that it does so for its own task."""


class LeaseService:
    """Gives leases to running tries of our own DAGs."""

    def __init__(self, uow: UnitOfWork, runs: Runs, people: People, imports: Imports) -> None:
        self._uow = uow
        self._runs = runs
        self._people = people
        self._imports = imports
        self._tasks = TaskRepository(uow.session)
        self._leases = LeaseRepository(uow.session)

    def issue(self, request: LeaseRequest) -> Lease:
        """Exchange a running try for a lease and fence the tries before it; the task row is made where none is."""
        facts = self._running(request)
        found = self._tasks.of_run(request.dag_id, request.run_id) or self._adopt(facts)
        task = found.task
        if task.status == "CANCELLED":
            raise Fenced(f"Task '{task.id}' was cancelled; start another one")
        self._fence(task, request.try_number)
        token = PREFIX + secrets.token_urlsafe(32)
        expires_at = self._leases.add(_hash(token), task, request.try_number, LIFE)
        task.status, task.finished_at, task.error = "RUNNING", None, None
        task.started_at = task.started_at or func.now()
        task.version += 1
        return Lease(
            lease=token,
            task_id=task.id,
            type=task.type,
            connection=_leased(found.connection) if found.connection else None,
            discovery=discovery_of(task, found.connection) if found.connection and task.type != IMPORT else None,
            payload=task.payload,
            expires_at=expires_at,
        )

    def _running(self, request: LeaseRequest) -> RunFacts:
        if request.dag_id not in TYPES:
            raise NotOurs(f"'{request.dag_id}' is not a DAG of Crosswind; it gets no lease", dag_id=request.dag_id)
        facts = self._runs.facts(request.dag_id, request.run_id)
        if facts is None:
            raise NotFound("Run", request.run_id)
        if facts.state != "running" or facts.trying == 0:
            raise RunNotActive(f"The run '{request.run_id}' is not running in Airflow", state=facts.state)
        if facts.trying != request.try_number:
            raise Fenced(f"Try {request.try_number} is over; Airflow is at try {facts.trying}")
        return facts

    def _adopt(self, facts: RunFacts) -> Found:
        """Make the task of a run that Airflow's own form, schedule or an operator started."""
        conn_id = facts.conf.get("conn_id")
        connection = self._tasks.connection_of(conn_id) if isinstance(conn_id, str) else None
        if connection is None:
            raise Invalid(f"The run names no connection that Crosswind governs: '{conn_id}'", field="conn_id")
        require_runnable(connection)
        kind = TYPES[facts.dag_id]
        actor = Actor("airflow", "airflow", connection.tenant, "system", frozenset(IMPORTING))
        if facts.user is not None:
            actor = self._require(facts.user, connection, NEEDED[kind])
        wanted = _wanted(facts, connection)
        identifier = str(uuid5(NAMESPACE_URL, f"airflow:{facts.dag_id}/{facts.run_id}"))
        row = new_task(wanted, connection, facts.user or "airflow", identifier)
        row.run_id = facts.run_id
        self._tasks.add(row)
        if isinstance(wanted.payload, ImportPayload):
            self._imports.connection(actor, wanted.payload)
            self._imports.begin(row.id, actor)
        self._uow.session.refresh(row)
        after = {"type": row.type, "status": row.status, "connection_id": connection.id, **row.payload}
        self._uow.record(Event("task", row.id, "create", None, after, connection_id=connection.id))
        return Found(row, connection)

    def _require(self, user: str, connection: ConnectionRow, permission: str) -> Actor:
        """The person who set the run off; NotOurs unless it may have this done to the connection now."""
        actor = self._people.actor(user, connection.tenant)
        if actor is None or not actor.may(permission) or self._tasks.connection(actor, connection.id) is None:
            raise NotOurs(f"'{user}' started the run but may not do so for '{connection.id}'", permission=permission)
        return actor

    def _fence(self, task: TaskRow, try_number: int) -> None:
        if self._leases.newest_try(task.id) > try_number:
            raise Fenced(f"A newer try than {try_number} has taken over")
        other = self._leases.busy_elsewhere(task)
        if other is not None:
            raise ConnectionBusy("Another run works on this connection; wait for it", retry_after=5, task_id=other)
        self._leases.end(task.id, f"Try {try_number} has taken over")


def identify(token: str, session: Session, request_id: str = "") -> Actor | None:
    """Return the task that a lease stands for, None for an unknown or expired one; Fenced when it is over.

    Use renews a lease, at most one write in twenty seconds, in a transaction of its own.
    """
    if not token.startswith(PREFIX):
        return None
    leases = LeaseRepository(session)
    found = leases.find(_hash(token))
    if found is None:
        return None
    lease, left = found
    if lease.ended_why is not None:
        raise Fenced(f"This lease is over: {lease.ended_why}")
    if left <= timedelta(0):
        return None
    if left < RENEW_BELOW:
        leases.renew(lease.token_hash, LIFE)
        session.commit()
    name = f"task {lease.task_id}"
    tenants = (lease.tenant,)
    return Actor(
        lease.task_id, name, lease.tenant, "task", INGEST,
        tenants=tenants, request_id=request_id, trying=lease.try_number,
    )  # fmt: skip


def _wanted(facts: RunFacts, connection: ConnectionRow) -> TaskRequest:
    """What a run that was not started by us is for, as if it had been asked for here."""
    kind = TYPES[facts.dag_id]
    words = ("source", "format") if kind == IMPORT else ("include", "exclude")
    given = {key: facts.conf[key] for key in words if facts.conf.get(key)}
    try:
        return TaskRequest.model_validate({"type": kind, "payload": {"connection_id": connection.id, **given}})
    except ValidationError as error:
        told = error.errors()[0]
        field = ".".join(str(part) for part in told["loc"])
        raise Invalid(f"The run's {field} cannot be taken: {said(told)}", field=field) from None


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def _leased(row: ConnectionRow) -> LeasedConnection:
    return LeasedConnection(id=row.id, airflow_conn_id=row.airflow_conn_id, type=row.type, sub_type=row.sub_type)


def discovery_of(task: TaskRow, connection: ConnectionRow) -> LeasedDiscovery:
    """The task's own patterns, else those of the connection's configuration."""
    configured = (connection.document.get("configuration") or {}).get("discovery") or {}

    def side(name: str) -> list[str]:
        given = task.payload.get(name)
        found = given if given is not None else configured.get(name)
        return [str(each) for each in found] if isinstance(found, list) else []

    patterns = Patterns(tuple(side("include")), tuple(side("exclude")))
    return LeasedDiscovery(include=list(patterns.include), exclude=list(patterns.exclude), depth=DEPTHS[task.type])
