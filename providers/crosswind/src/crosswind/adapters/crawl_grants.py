"""What a task's lease allows in the catalog: to fill it for its own connection, as the newest try of its own task."""

from __future__ import annotations

from sqlalchemy.orm import Session

from crosswind.connectors.patterns import Patterns
from crosswind.contexts.catalog.ports import CrawlGrant
from crosswind.contexts.tasks.dags import DEPTHS
from crosswind.contexts.tasks.errors import Fenced
from crosswind.contexts.tasks.leases import discovery_of
from crosswind.contexts.tasks.repository import LeaseRepository, TaskRepository
from crosswind.kit.actor import Actor
from crosswind.kit.errors import Conflict, Forbidden, NotFound


class LeaseGrants:
    """Grants of the acting lease, read in the transaction that uses them."""

    def __init__(self, session: Session, actor: Actor) -> None:
        self._session = session
        self._actor = actor

    def __call__(self, task_id: str) -> CrawlGrant:
        """The grant for this task; Forbidden for another's, Fenced when a newer try has taken over."""
        if self._actor.kind != "task" or self._actor.subject != task_id:
            raise Forbidden("A lease fills the catalog for its own task only")
        found = TaskRepository(self._session).find(self._actor, task_id)
        if found is None:
            raise NotFound("Task", task_id)
        self._session.refresh(found.task)
        newest = LeaseRepository(self._session).newest_try(task_id)
        if newest != self._actor.trying:
            raise Fenced(f"Try {self._actor.trying} is over; try {newest} has taken over")
        if found.task.status != "RUNNING":
            raise Conflict(f"The task is {found.task.status}; nothing more is taken for it", status=found.task.status)
        wanted = discovery_of(found.task, found.connection)
        return CrawlGrant(
            task_id=task_id,
            try_number=newest,
            connection_key=found.connection.key,
            connection_id=found.connection.id,
            depth=DEPTHS[found.task.type],
            patterns=Patterns(tuple(wanted.include), tuple(wanted.exclude)),
        )
