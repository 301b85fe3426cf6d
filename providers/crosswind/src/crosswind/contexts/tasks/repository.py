"""Reads and writes of tasks and leases; each is one statement whatever the number of rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Integer, Row, Select, Text, and_, cast, column, func, or_, select, update, values
from sqlalchemy.dialects.postgresql import TIMESTAMP, insert
from sqlalchemy.orm import InstrumentedAttribute, Session

from crosswind.contexts.connections.models import ConnectionRow
from crosswind.contexts.connections.repository import visible
from crosswind.contexts.tasks.dags import CRAWLS, IMPORT, SCANS
from crosswind.contexts.tasks.models import LeaseRow, TaskRow
from crosswind.kit import outbox
from crosswind.kit.actor import Actor
from crosswind.kit.paging import Page, Window

DueColumn = InstrumentedAttribute[datetime | None]
OPEN = ("PENDING", "RUNNING")
SETTLED_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Found:
    """A task with the connection it works on, None for one that works on none."""

    task: TaskRow
    connection: ConnectionRow | None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an open task turned out to stand."""

    id: str
    status: str
    progress: int
    started_at: datetime | None
    finished_at: datetime | None


class TaskRepository:
    """Tasks of one session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def connection(self, actor: Actor, identifier: str) -> ConnectionRow | None:
        """Return a live connection that the actor may see."""
        return self._session.scalar(select(ConnectionRow).where(visible(actor), ConnectionRow.id == identifier))

    def connection_of(self, airflow_conn_id: str) -> ConnectionRow | None:
        """Return the live connection, of whichever tenant, that Airflow knows under this id."""
        return self._session.scalar(
            select(ConnectionRow).where(
                ConnectionRow.airflow_conn_id == airflow_conn_id, ConnectionRow.deleted_at.is_(None)
            )
        )

    def add(self, row: TaskRow) -> None:
        """Store a new task."""
        self._session.add(row)
        self._session.flush()

    def find(self, actor: Actor, identifier: str, *, locked: bool = False) -> Found | None:
        """Return a task on no connection, or on one that the actor may see."""
        statement = _joined().where(_seen(actor), TaskRow.id == identifier)
        if locked:
            statement = statement.with_for_update(of=TaskRow)
        row = self._session.execute(statement).one_or_none()
        return Found(*row) if row else None

    def many(self, identifiers: Sequence[str]) -> Sequence[TaskRow]:
        """Return the tasks of these ids, of whichever tenant."""
        return self._session.scalars(select(TaskRow).where(TaskRow.id.in_(identifiers))).all()

    def seen(self, actor: Actor, identifiers: Sequence[str]) -> frozenset[str]:
        """Return those of the ids whose task works on no connection, or on one that the actor may see."""
        asked = select(TaskRow.id).outerjoin(ConnectionRow, _JOIN).where(_seen(actor), TaskRow.id.in_(identifiers))
        return frozenset(self._session.scalars(asked))

    def of_run(self, dag_id: str, run_id: str) -> Found | None:
        """Return the task of a run in Airflow, locked."""
        statement = _joined().where(TaskRow.dag_id == dag_id, TaskRow.run_id == run_id)
        row = self._session.execute(statement.with_for_update(of=TaskRow)).one_or_none()
        return Found(*row) if row else None

    def page(self, actor: Actor, where: Sequence[ColumnElement[bool]], window: Window) -> Page[Found]:
        """Return tasks, newest first."""
        conditions = (_seen(actor), *where)
        total = self._session.scalar(
            select(func.count()).select_from(TaskRow).outerjoin(ConnectionRow, _JOIN).where(*conditions)
        )
        rows = self._session.execute(
            _joined()
            .where(*conditions)
            .order_by(TaskRow.created_at.desc(), TaskRow.id.desc())
            .limit(window.limit)
            .offset(window.offset)
        )
        return Page([Found(*row) for row in rows], total or 0, window)

    def open(self, tenant: str | None = None) -> Sequence[TaskRow]:
        """Return the oldest tasks that have not ended."""
        statement = select(TaskRow).where(TaskRow.status.in_(OPEN)).order_by(TaskRow.created_at)
        if tenant is not None:
            statement = statement.where(TaskRow.tenant == tenant)
        return self._session.scalars(statement.limit(SETTLED_AT_ONCE)).all()

    def lately_cancelled(self, since: timedelta) -> Sequence[TaskRow]:
        """Return the tasks cancelled within `since`."""
        return self._session.scalars(
            select(TaskRow).where(TaskRow.status == "CANCELLED", TaskRow.finished_at > func.now() - since)
        ).all()

    def settle(self, standings: Sequence[Standing]) -> None:
        """Store where open tasks stand; one that ended meanwhile is left alone."""
        if not standings:
            return
        when = TIMESTAMP(timezone=True)
        found = values(
            column("id", Text()),
            column("status", Text()),
            column("progress", Integer()),
            column("started_at", when),
            column("finished_at", when),
            name="found",
        ).data([(s.id, s.status, s.progress, s.started_at, s.finished_at) for s in standings])
        statement = (
            update(TaskRow)
            .where(TaskRow.id == found.c.id, TaskRow.status.in_(OPEN))
            .values(
                status=found.c.status,
                progress=found.c.progress,
                started_at=func.coalesce(TaskRow.started_at, cast(found.c.started_at, when)),
                finished_at=cast(found.c.finished_at, when),
                version=TaskRow.version + 1,
            )
            .returning(
                TaskRow.tenant, TaskRow.id, TaskRow.type, TaskRow.status, TaskRow.progress, TaskRow.connection_key
            )
        )
        self._tell(self._session.execute(statement, execution_options={"synchronize_session": False}).all())

    def _tell(self, rows: Sequence[Row[Any]]) -> None:
        """Let those who follow know where tasks stand now."""
        by_tenant: dict[str, list[outbox.NewRow]] = defaultdict(list)
        for row in rows:
            data = {"id": row.id, "type": row.type, "status": row.status, "progress": row.progress}
            by_tenant[row.tenant].append({
                "type": outbox.TASK_EVENT, "entity_type": "task", "entity_id": row.id, "action": row.status,
                "data": data, "connection_key": row.connection_key,
            })  # fmt: skip
        for tenant, told in by_tenant.items():
            outbox.add_many(self._session, tenant, told)

    def due(self, moment: DueColumn, limit: int) -> Sequence[ConnectionRow]:
        """Return the active connections that are due by this column, locked; those that another holds are left out."""
        return self._session.scalars(
            select(ConnectionRow)
            .where(
                moment <= func.now(),
                ConnectionRow.status == "active",
                ConnectionRow.deleted_at.is_(None),
            )
            .order_by(moment)
            .limit(limit)
            .with_for_update(skip_locked=True)
        ).all()

    def open_of(self, kind: str, connection_keys: Sequence[int]) -> Sequence[TaskRow]:
        """Return the tasks of a type on these connections that have not ended, the oldest first."""
        mine = (TaskRow.type == kind, TaskRow.connection_key.in_(connection_keys), TaskRow.status.in_(OPEN))
        return self._session.scalars(select(TaskRow).where(*mine).order_by(TaskRow.created_at, TaskRow.id)).all()

    def working(self, connection_keys: Sequence[int]) -> frozenset[int]:
        """Return those of the connections that an open task works on."""
        keys = select(TaskRow.connection_key).where(
            TaskRow.connection_key.in_(connection_keys), TaskRow.type != IMPORT, TaskRow.status.in_(OPEN)
        )
        return frozenset(key for key in self._session.scalars(keys) if key is not None)


class LeaseRepository:
    """Leases of one session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def newest_try(self, task_id: str) -> int:
        """Return the highest try that was given a lease, 0 for none."""
        return self._session.scalar(select(func.max(LeaseRow.try_number)).where(LeaseRow.task_id == task_id)) or 0

    def busy_elsewhere(self, task: TaskRow) -> str | None:
        """Return another task of its sort, crawls or scans, on the same connection that holds a live lease."""
        if task.type == IMPORT:
            return None
        return self._session.scalar(
            select(TaskRow.id)
            .join(LeaseRow, LeaseRow.task_id == TaskRow.id)
            .where(
                TaskRow.connection_key == task.connection_key,
                TaskRow.id != task.id,
                TaskRow.type.in_(SCANS if task.type in SCANS else CRAWLS),
                LeaseRow.ended_why.is_(None),
                LeaseRow.expires_at > func.now(),
            )
            .limit(1)
        )

    def end(self, task_id: str, why: str) -> None:
        """End every live lease of a task."""
        ended = update(LeaseRow).where(LeaseRow.task_id == task_id, LeaseRow.ended_why.is_(None))
        self._session.execute(ended.values(ended_why=why))

    def add(self, token_hash: bytes, task: TaskRow, try_number: int, life: timedelta) -> datetime:
        """Store a lease and return when it expires."""
        row: dict[str, Any] = {"token_hash": token_hash, "task_id": task.id, "tenant": task.tenant}
        statement = insert(LeaseRow).values(**row, try_number=try_number, expires_at=func.now() + life)
        return self._session.execute(statement.returning(LeaseRow.expires_at)).scalar_one()

    def find(self, token_hash: bytes) -> tuple[LeaseRow, timedelta] | None:
        """Return a lease and how long it is still good for, which is negative when it has expired."""
        row = self._session.execute(
            select(LeaseRow, LeaseRow.expires_at - func.clock_timestamp()).where(LeaseRow.token_hash == token_hash)
        ).one_or_none()
        return (row[0], row[1]) if row else None

    def renew(self, token_hash: bytes, life: timedelta) -> None:
        """Let a lease that has not ended live on."""
        live = update(LeaseRow).where(LeaseRow.token_hash == token_hash, LeaseRow.ended_why.is_(None))
        self._session.execute(live.values(expires_at=func.clock_timestamp() + life))


_JOIN = TaskRow.connection_key == ConnectionRow.key


def _joined() -> Select[tuple[TaskRow, ConnectionRow]]:
    return select(TaskRow, ConnectionRow).outerjoin(ConnectionRow, _JOIN).execution_options(populate_existing=True)


def _seen(actor: Actor) -> ColumnElement[bool]:
    return and_(TaskRow.tenant == actor.tenant, or_(TaskRow.connection_key.is_(None), visible(actor)))
