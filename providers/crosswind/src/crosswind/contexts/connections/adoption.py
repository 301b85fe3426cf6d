"""Connections that Airflow had before: listed, and taken under our governance without touching them."""

from __future__ import annotations

from crosswind.contexts.connections import configuration, drafts, identity, secrecy
from crosswind.contexts.connections.models import ConnectionRow
from crosswind.contexts.connections.ports import Listed, Stored
from crosswind.contexts.connections.records import Records, now
from crosswind.contexts.connections.repository import live_ids, try_lock
from crosswind.contexts.connections.schemas import (
    AdoptionBody,
    AirflowConnection,
    AirflowConnectionQuery,
    Connection,
    ConnectionBody,
)
from crosswind.kit.errors import AlreadyExists, Invalid, NotFound
from crosswind.kit.paging import Page, Window


class AdoptionService:
    """Airflow's connections belong to no tenant: only who administers the platform may bring them into one."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self._session = records.uow.session

    def list(self, query: AirflowConnectionQuery, window: Window) -> Page[AirflowConnection]:
        """The Airflow connections of systems we know that nobody adopted yet."""
        types = {each.conn_type for each in self._records.registry}
        ours = live_ids(self._session)
        found = [each for each in self._records.airflow.listed(types, query.search) if each.conn_id not in ours]
        items = [self._shown(each) for each in found[window.offset : window.offset + window.limit]]
        return Page(items, len(found), window)

    def _shown(self, listed: Listed) -> AirflowConnection:
        connector = self._records.registry.for_airflow(listed.conn_type)
        return {
            "connId": listed.conn_id,
            "connType": listed.conn_type,
            "system": connector.name if connector else listed.conn_type,
            "type": connector.kind if connector else "",
            "host": listed.host,
            "port": listed.port,
            "database": listed.schema,
            "description": listed.description,
        }

    def adopt(self, conn_id: str, body: AdoptionBody) -> Connection:
        """Govern an Airflow connection from now on; its row in Airflow stays as it is, and stays when ours goes."""
        stored = self._records.airflow.read([conn_id]).get(conn_id)
        if stored is None or stored.marked:
            raise NotFound("Airflow connection", conn_id, parameter="conn_id")
        if not try_lock(self._session, conn_id) or conn_id in live_ids(self._session):
            raise AlreadyExists(f"The Airflow connection '{conn_id}' is governed already", field="connId")
        row = self._row(conn_id, stored, body)
        self._records.rows.add(row)
        self._records.record(row, "adopt", None, self._records.audited(row, stored))
        note = self._records.note(row, "adopt", id=row.id)
        self._records.uow.after_commit(lambda: self._records.airflow.note(note))
        return self._records.view(row, stored)

    def _row(self, conn_id: str, stored: Stored, body: AdoptionBody) -> ConnectionRow:
        connector = self._records.registry.for_airflow(stored.fields.conn_type)
        if connector is None:
            raise Invalid(
                f"No connector is installed for Airflow's type '{stored.fields.conn_type}'",
                field="connId",
                known=drafts.known(self._records.registry),
            )
        identifier = identity.check_id(body.id or identity.id_from(conn_id))
        sent = body.model_dump(by_alias=True, exclude_unset=True, exclude={"id"})
        secrecy.refuse_secrets(sent)
        if body.sub_type is not None and self._records.registry.find(body.sub_type) is not connector:
            raise Invalid(f"The Airflow connection is one of {connector.title}", field="subType")
        row = self._free_row(identifier)
        row.airflow_conn_id, row.adopted, row.status, row.deleted_at = conn_id, True, "active", None
        row.type, row.sub_type = connector.kind, body.sub_type or connector.name
        drafts.governance(row, ConnectionBody.model_validate(sent))
        row.document = {**row.document, "configuration": configuration.adopted(connector, stored)}
        row.created = row.updated = now()
        row.version = (row.version or 0) + 1
        drafts.check_grants(self._records.uow.actor, row)
        return row

    def _free_row(self, identifier: str) -> ConnectionRow:
        actor = self._records.uow.actor
        row = self._records.rows.of_tenant(identifier) or ConnectionRow(tenant=actor.tenant, id=identifier)
        if row.key is not None and not self._records.rows.may_revive(row):
            raise AlreadyExists(f"A connection '{identifier}' exists already; give another id", field="id")
        row.health = row.checked_at = row.discovery_next_at = row.compliance_next_at = None
        return row
