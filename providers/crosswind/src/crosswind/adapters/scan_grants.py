"""What a task's lease allows in the findings: to tell what is in the columns of its own connection."""

from __future__ import annotations

from sqlalchemy.orm import Session

from crosswind.adapters.crawl_grants import held
from crosswind.connectors.patterns import Patterns
from crosswind.contexts.governance.findings.ports import ScanGrant
from crosswind.contexts.tasks.dags import SCANS
from crosswind.contexts.tasks.leases import discovery_of
from crosswind.kit.actor import Actor


class ScanLeaseGrants:
    """Grants of the acting lease, read in the transaction that uses them."""

    def __init__(self, session: Session, actor: Actor) -> None:
        self._session = session
        self._actor = actor

    def __call__(self, task_id: str) -> ScanGrant:
        """The grant for this task; Forbidden for another's, Fenced when a newer try has taken over."""
        found = held(self._session, self._actor, task_id, SCANS)
        connection = found.connection
        assert connection is not None, "a scan works on a connection"
        wanted = discovery_of(found.task, connection)
        return ScanGrant(
            task_id=task_id,
            try_number=self._actor.trying,
            connection_key=connection.key,
            connection_id=connection.id,
            patterns=Patterns(tuple(wanted.include), tuple(wanted.exclude)),
            standards=tuple(found.task.payload.get("standards") or ()),
        )
