"""What a task's lease allows of files: to take in its own, as the newest try."""

from __future__ import annotations

from typing import cast

from sqlalchemy.orm import Session

from crosswind.adapters.crawl_grants import held
from crosswind.contexts.catalog.ports import ImportGrant, ImportStatus
from crosswind.contexts.tasks.dags import IMPORT
from crosswind.contexts.tasks.repository import TaskRepository
from crosswind.contexts.tasks.schemas import ImportPayload
from crosswind.kit.actor import Actor


class ImportLeaseGrants:
    """Grants of the acting lease, read in the transaction that uses them."""

    def __init__(self, session: Session, actor: Actor) -> None:
        self._session = session
        self._actor = actor

    def __call__(self, task_id: str) -> ImportGrant:
        """The grant for this task; Forbidden for another's, Fenced when a newer try has taken over."""
        found = held(self._session, self._actor, task_id, {IMPORT})
        payload = ImportPayload.model_validate(found.task.payload)
        return ImportGrant(
            task_id=task_id,
            try_number=self._actor.trying,
            connection_id=found.connection.id if found.connection else None,
            source=payload.source,
            upload=payload.upload,
            upsert=payload.options.upsert,
            strict=payload.options.strict,
        )

    def status(self, task_id: str) -> ImportStatus | None:
        """How the task of an import stands; None for one that the actor may not see."""
        found = TaskRepository(self._session).find(self._actor, task_id)
        return None if found is None else cast("ImportStatus", found.task.status)
