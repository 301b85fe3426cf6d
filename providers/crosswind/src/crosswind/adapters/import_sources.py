"""The files that imports take in: those that were sent, and objects in buckets that a governed connection is to."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from crosswind.connectors.registry import ConnectorRegistry
from crosswind.contexts.catalog.transfer.repository import imports, uploads
from crosswind.contexts.connections import configuration
from crosswind.contexts.connections.models import ConnectionRow
from crosswind.contexts.connections.ports import AirflowConnections, Stored
from crosswind.contexts.connections.repository import visible
from crosswind.contexts.tasks.schemas import ImportPayload
from crosswind.kit.actor import Actor
from crosswind.kit.errors import Invalid, NotFound

MOST_BUCKETS = 1000
SYSTEM = "s3"


class ImportSources:
    """Finds where a file lies, with one statement on each side."""

    def __init__(self, session: Session, airflow: AirflowConnections, registry: ConnectorRegistry) -> None:
        self._session = session
        self._airflow = airflow
        self._registry = registry

    def connection(self, actor: Actor, payload: ImportPayload) -> ConnectionRow | None:
        """The connection that the file is read through, None for an uploaded one; Invalid names the field."""
        if payload.upload is not None:
            self._uploaded(actor, payload)
            return None
        bucket, key = payload.place
        named = self._named(actor, payload.connection_id)
        stored = self._airflow.read([row.airflow_conn_id for row in named])
        fitting = [row for row in named if self._holds(row, stored.get(row.airflow_conn_id), bucket, key)]
        if len(fitting) == 1:
            return fitting[0]
        if fitting:
            raise Invalid(
                f"Several connections are to the bucket '{bucket}'; say through which one it is to be read",
                field="payload.connection_id", connections=sorted(row.id for row in fitting)[:20],
            )  # fmt: skip
        where = f"The connection '{payload.connection_id}'" if payload.connection_id else "No connection of yours"
        reaches = "does not reach" if payload.connection_id else "reaches"
        raise Invalid(f"{where} {reaches} '{payload.source}'; register the bucket first", field="payload.source")

    def called(self, actor: Actor, payload: ImportPayload) -> str | None:
        """The name that an uploaded file was sent with, None for one that lies elsewhere or has none."""
        found = uploads.find(self._session, actor.tenant, UUID(payload.upload)) if payload.upload else None
        return None if found is None else found.name

    def begin(self, task_id: str, actor: Actor) -> None:
        """Note a new import and what whoever asked for it may see and change."""
        scope = {
            "subject": actor.subject,
            "name": actor.name,
            "permissions": sorted(actor.permissions),
            "attributes": {name: sorted(values) for name, values in actor.attributes.items()},
        }
        values = {"task_id": task_id, "tenant": actor.tenant, "requested_by": actor.account, "scope": scope}
        imports.add(self._session, values)

    def _uploaded(self, actor: Actor, payload: ImportPayload) -> None:
        if payload.connection_id is not None:
            raise Invalid("An uploaded file is read through no connection", field="payload.connection_id")
        if uploads.find(self._session, actor.tenant, UUID(payload.upload)) is None:
            raise Invalid(f"There is no file '{payload.source}'; upload it first", field="payload.source")

    def _named(self, actor: Actor, identifier: str | None) -> Sequence[ConnectionRow]:
        asked = select(ConnectionRow).where(visible(actor))
        if identifier is None:
            buckets = asked.where(ConnectionRow.sub_type == SYSTEM, ConnectionRow.status == "active")
            return self._session.scalars(buckets.order_by(ConnectionRow.id).limit(MOST_BUCKETS)).all()
        row = self._session.scalar(asked.where(ConnectionRow.id == identifier))
        if row is None:
            raise NotFound("Connection", identifier)
        return [row]

    def _holds(self, row: ConnectionRow, stored: Stored | None, bucket: str, key: str) -> bool:
        connector = self._registry.find(row.sub_type)
        if connector is None or stored is None or row.sub_type != SYSTEM:
            return False
        settings = configuration.resolve(connector, stored).settings
        prefix = getattr(settings, "prefix", None) or ""
        return getattr(settings, "bucket", None) == bucket and key.startswith(prefix)
