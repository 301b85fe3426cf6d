"""What the services of this context share: finding a connection, joining it with Airflow's side, telling of changes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

from crosswind.connectors.connector_type import ConnectorType
from crosswind.connectors.registry import ConnectorRegistry
from crosswind.contexts.connections.models import ConnectionRow
from crosswind.contexts.connections.ports import AirflowConnections, Note, Stored
from crosswind.contexts.connections.repository import ConnectionRepository
from crosswind.contexts.connections.schemas import Connection
from crosswind.contexts.connections.views import MISSING, audited, view
from crosswind.kit.errors import Conflict, NotFound, StaleVersion
from crosswind.kit.unit_of_work import Event, UnitOfWork

NOUN: Final = "connection"


class Records:
    """Connections of one unit of work."""

    def __init__(self, uow: UnitOfWork, airflow: AirflowConnections, registry: ConnectorRegistry) -> None:
        self.uow = uow
        self.airflow = airflow
        self.registry = registry
        self.rows = ConnectionRepository(uow.session, uow.actor)

    def get(self, identifier: str, *, lock: bool = False, if_match: int | None = None) -> ConnectionRow:
        """The visible connection of this id, or `NotFound`; `StaleVersion` when it is not the version meant."""
        row = self.rows.find(identifier, lock=lock)
        if row is None:
            raise NotFound("Connection", identifier)
        if if_match is not None and if_match != row.version:
            raise StaleVersion(
                f"Connection '{identifier}' is at version {row.version}, not {if_match}; read it again",
                field="If-Match",
                version=row.version,
            )
        return row

    def stored(self, row: ConnectionRow) -> Stored | None:
        """The Airflow side of a connection, None when it is gone."""
        return self.airflow.read([row.airflow_conn_id]).get(row.airflow_conn_id)

    def require_stored(self, row: ConnectionRow) -> Stored:
        """The Airflow side of a connection, or `Conflict` when it is gone."""
        stored = self.stored(row)
        if stored is None:
            raise gone(row)
        return stored

    def connector(self, row: ConnectionRow) -> ConnectorType:
        """The connector of a connection, or `Conflict` when its package is not installed any more."""
        found = self.registry.find(row.sub_type)
        if found is None:
            raise Conflict(f"No connector is installed for '{row.sub_type}'", field="subType", connection_id=row.id)
        return found

    def view(self, row: ConnectionRow, stored: Stored | None) -> Connection:
        """A connection as this actor may see it."""
        return view(row, stored, self.registry, references=self.uow.actor.may("credential:read"))

    def views(self, rows: Sequence[ConnectionRow]) -> list[Connection]:
        """Several connections, with one statement on Airflow's side."""
        stored = self.airflow.read([row.airflow_conn_id for row in rows])
        return [self.view(row, stored.get(row.airflow_conn_id)) for row in rows]

    def audited(self, row: ConnectionRow, stored: Stored | None) -> dict[str, Any]:
        """A connection as the audit keeps it."""
        return audited(row, stored, self.registry)

    def record(
        self, row: ConnectionRow, action: str, before: dict[str, Any] | None, after: dict[str, Any] | None
    ) -> None:
        """Tell the audit of a change."""
        self.uow.record(Event(NOUN, row.id, action, before, after, connection_id=row.id))

    def note(self, row: ConnectionRow, action: str, **facts: Any) -> Note:
        """What Airflow's log keeps of a change."""
        actor = self.uow.actor
        told = {"conn_id": row.airflow_conn_id, "tenant": row.tenant, "request_id": actor.request_id, **facts}
        return Note(f"crosswind.connection.{action}", actor.subject, actor.name, told)


def now() -> datetime:
    """The present moment in UTC."""
    return datetime.now(UTC)


def gone(row: ConnectionRow) -> Conflict:
    """What to say of a connection whose Airflow connection was deleted."""
    return Conflict(
        f"The Airflow connection '{row.airflow_conn_id}' was deleted in Airflow. Store it again with a PUT that has "
        "credentials, or delete this connection",
        connection_id=row.id,
        status=MISSING,
    )


def require_runnable(row: ConnectionRow) -> None:
    """Raise `Conflict` unless a connection may be discovered and crawled."""
    if row.status == MISSING:
        raise gone(row)
    if row.status != "active":
        raise Conflict(
            f"Connection '{row.id}' is {row.status}; set its status to active first",
            connection_id=row.id,
            status=row.status,
        )
