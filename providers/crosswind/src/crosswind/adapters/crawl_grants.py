"""What a task's lease allows in the catalog: to fill it for its own connection, as the newest try of its own task."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy.orm import Session

from crosswind.connectors.connector_type import dotted
from crosswind.connectors.patterns import Patterns
from crosswind.connectors.registry import installed
from crosswind.contexts.catalog.ports import CrawlGrant
from crosswind.contexts.tasks.dags import CRAWLS, DEPTHS
from crosswind.contexts.tasks.errors import Fenced
from crosswind.contexts.tasks.leases import discovery_of
from crosswind.contexts.tasks.repository import Found, LeaseRepository, TaskRepository
from crosswind.kit.actor import Actor
from crosswind.kit.errors import Conflict, Forbidden, NotFound


class LeaseGrants:
    """Grants of the acting lease, read in the transaction that uses them."""

    def __init__(self, session: Session, actor: Actor) -> None:
        self._session = session
        self._actor = actor

    def __call__(self, task_id: str) -> CrawlGrant:
        """The grant for this task; Forbidden for another's, Fenced when a newer try has taken over."""
        found = held(self._session, self._actor, task_id, CRAWLS)
        connection = found.connection
        assert connection is not None, "a crawl works on a connection"
        wanted = discovery_of(found.task, connection)
        connector = installed().find(connection.sub_type)
        return CrawlGrant(
            task_id=task_id,
            try_number=self._actor.trying,
            connection_key=connection.key,
            connection_id=connection.id,
            depth=DEPTHS[found.task.type],
            patterns=Patterns(tuple(wanted.include), tuple(wanted.exclude)),
            dataset_name=connector.dataset_name if connector else dotted,
        )


def held(session: Session, actor: Actor, task_id: str, types: Collection[str]) -> Found:
    """The running task that a lease is for; Forbidden for any other, Fenced when a newer try has taken over."""
    if actor.kind != "task" or actor.subject != task_id:
        raise Forbidden("A lease works for its own task only")
    found = TaskRepository(session).find(actor, task_id)
    if found is None:
        raise NotFound("Task", task_id)
    session.refresh(found.task)
    if found.task.type not in types:
        raise Forbidden(f"The lease is for a task of type {found.task.type}")
    newest = LeaseRepository(session).newest_try(task_id)
    if newest != actor.trying:
        raise Fenced(f"Try {actor.trying} is over; try {newest} has taken over")
    if found.task.status != "RUNNING":
        raise Conflict(f"The task is {found.task.status}; nothing more is taken for it", status=found.task.status)
    return found
