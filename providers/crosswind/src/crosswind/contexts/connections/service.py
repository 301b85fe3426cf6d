"""Connections: registered, changed, deleted; Airflow's side first, ours in the unit of work."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from crosswind.connectors.connector_type import ConnectorType
from crosswind.contexts.connections import configuration, drafts, identity, reconcile, secrecy
from crosswind.contexts.connections.models import ConnectionRow
from crosswind.contexts.connections.ports import Stored
from crosswind.contexts.connections.reconcile import Sessions
from crosswind.contexts.connections.records import Records, gone, now
from crosswind.contexts.connections.repository import if_not_committed, try_lock
from crosswind.contexts.connections.schemas import (
    Connection,
    ConnectionBody,
    ConnectionQuery,
    Credentials,
    StatusChange,
)
from crosswind.contexts.connections.views import MISSING, credentials_of
from crosswind.kit.errors import AlreadyExists, Forbidden, Invalid
from crosswind.kit.paging import Page, Window

Deleted = Callable[[Session, int], object]
"""Told, in the same transaction, of the key of a connection that was deleted."""


ROLES = ("assumeRole", "externalId")
"""Credentials that are no secrets, and yet say what a secret is good for."""


class ConnectionService:
    """The registry of connections."""

    def __init__(self, records: Records, sessions: Sessions, on_deleted: Sequence[Deleted] = ()) -> None:
        self._records = records
        self._uow = records.uow
        self._rows = records.rows
        self._airflow = records.airflow
        self._sessions = sessions
        self._on_deleted = on_deleted

    def list(self, query: ConnectionQuery, window: Window) -> Page[Connection]:
        """The connections that the actor may see and that fit the filters."""
        page = self._rows.page(query, window, self._words)
        return Page(self._records.views(page.items), page.total, page.window)

    def get(self, identifier: str) -> Connection:
        """One connection."""
        row = self._records.get(identifier)
        return self._records.view(row, self._records.stored(row))

    def create(self, body: ConnectionBody, expected: ConnectorType | None = None) -> Connection:
        """Register a connection; nothing is dialled. `expected` is the system of a typed path."""
        connector = drafts.find_connector(self._records.registry, body, expected)
        given = body.credentials or {}
        secrecy.refuse_masks(given)
        shown, secret = drafts.part_credentials(connector, given)
        kept = drafts.without_login(connector, shown) if body.credentials is not None else None
        made = drafts.draft(body, connector, kept)
        row = self._new_row(identity.check_id(body.id or identity.new_id()), made)
        stored = drafts.to_stored(made, shown, secret, before=None, marked=True)
        conn_id = row.airflow_conn_id
        if_not_committed(self._uow.session, self._sweeper(conn_id))
        self._airflow.insert(conn_id, stored, self._records.note(row, "create"), replace_marked=True)
        self._records.record(row, "create", None, self._records.audited(row, stored))
        return self._records.view(row, stored)

    def _new_row(self, identifier: str, made: drafts.Draft) -> ConnectionRow:
        """Our record, written so that a taken name or id shows before Airflow's side is touched."""
        actor = self._uow.actor
        conn_id = identity.airflow_conn_id(actor.tenant, identifier)
        if not try_lock(self._uow.session, conn_id):
            raise AlreadyExists(f"A connection '{identifier}' is being made at this moment", field="id")
        row = self._rows.of_tenant(identifier) or ConnectionRow(tenant=actor.tenant, id=identifier, version=0)
        if row.key is not None and not self._rows.may_revive(row):
            raise AlreadyExists(f"A connection '{identifier}' exists already", field="id")
        row.airflow_conn_id, row.adopted, row.status, row.deleted_at = conn_id, False, "active", None
        row.health = row.checked_at = row.discovery_next_at = row.compliance_next_at = None
        row.governed_tags = []
        row.created, row.version = now(), row.version + 1
        row.credentials_updated_at = row.created
        self._write(row, made)
        row.updated = row.created
        self._rows.add(row)
        return row

    def _write(self, row: ConnectionRow, made: drafts.Draft) -> None:
        name = made.columns["name"]
        if name is not None and self._rows.name_taken(name, row.id):
            raise AlreadyExists(f"A connection named '{name}' exists already", field="name")
        made.apply(row, now())
        drafts.check_grants(self._uow.actor, row)

    def update(self, identifier: str, body: ConnectionBody, if_match: int | None) -> Connection:
        """Replace a connection; without `credentials` those that are stored stay."""
        row = self._records.get(identifier, lock=True, if_match=if_match)
        if body.id not in (None, row.id):
            raise Invalid("id cannot be changed; it is in the path", field="id")
        before = self._records.stored(row)
        if before is None and body.credentials is None:
            raise gone(row)
        connector = self._same_system(row, body)
        shown, secret = self._credentials(row, before, connector, body.credentials)
        keeps = body.credentials is not None or "credentials" in row.document
        made = drafts.draft(body, connector, drafts.without_login(connector, shown) if keeps else None)
        after = drafts.to_stored(made, shown, secret, before=before, marked=before.marked if before else True)
        self._check_exposure(before, after, made, body.credentials)
        return self._change(row, before, after, partial(self._write, row, made), "update")

    def _same_system(self, row: ConnectionRow, body: ConnectionBody) -> ConnectorType:
        connector = self._records.connector(row)
        if body.type is None and body.sub_type is None:
            body.sub_type = row.sub_type
        expected = connector if body.sub_type is None else None
        if drafts.find_connector(self._records.registry, body, expected) != connector:
            raise Invalid(f"A connection stays with its system, {connector.title}; make another one", field="subType")
        if body.sub_type is None:
            body.sub_type = row.sub_type
        return connector

    def _credentials(
        self, row: ConnectionRow, before: Stored | None, connector: ConnectorType, given: dict[str, Any] | None
    ) -> tuple[secrecy.Tree, secrecy.Tree]:
        """The credentials after a change, in both parts: those given, with what is stored where the mask stands."""
        public, secret = credentials_of(connector, row, before)
        stored = secrecy.merge(public, secret)
        old = set(secrecy.references(public))
        shown, hidden = drafts.part_credentials(connector, stored if given is None else secrecy.unmask(given, stored))
        added = [field for field, value in secrecy.references(shown) if (field, value) not in old]
        if added and not self._uow.actor.may("credential:update"):
            raise Forbidden("Another reference needs the permission credential:update", field=added[0])
        return shown, hidden

    def _check_exposure(
        self, before: Stored | None, after: Stored, made: drafts.Draft, given: dict[str, Any] | None
    ) -> None:
        """Whoever may not touch secrets must not have a stored one sent to an address of their own."""
        if self._uow.actor.may("credential:update"):
            return
        masked = given is None or any(value == secrecy.MASK for _, value in secrecy.leaves(given, ""))
        held = before is not None and (before.problem is not None or any(_secret(made.connector, before)))
        refers = any(True for _ in secrecy.references(made.document.get("credentials") or {}))
        known = configuration.resolve(made.connector, before).settings if before else None
        field = configuration.exposed(made.connector, known, made.settings) or self._raised(made, before, after)
        if ((masked and held) or refers) and field is not None:
            raise Forbidden(
                f"A change of {field} would send the stored secret elsewhere: give the secret anew, or have "
                "somebody with the permission credential:update do it",
                field=field,
            )

    def _raised(self, made: drafts.Draft, before: Stored | None, after: Stored) -> str | None:
        """The role that a stored secret would be used for instead of the one that it was stored for."""
        old, new = (configuration.resolve(made.connector, each).credentials if each else {} for each in (before, after))
        return next((f"credentials.{name}" for name in ROLES if old.get(name) != new.get(name)), None)

    def _change(
        self, row: ConnectionRow, before: Stored | None, after: Stored, write: Callable[[], None], action: str
    ) -> Connection:
        """Write ours, then Airflow's side if it differs; undo that should ours not be committed.

        A change to what is stored already writes nothing: the version stays and the audit tells of nothing.
        """
        told, version = self._records.audited(row, before), row.version
        write()
        if after == before and not self._rows.differs(row):
            return self._records.view(row, after)
        row.version += 1
        row.updated = now()
        connector = self._records.connector(row)
        if _secret(connector, before) != _secret(connector, after):
            row.credentials_updated_at = row.updated
        self._rows.flush()
        if before is None:
            self._restore_missing(row, after)
        elif after != before:
            self._replace(row, before, after, version, action)
        self._records.record(row, action, told, self._records.audited(row, after))
        return self._records.view(row, after)

    def _restore_missing(self, row: ConnectionRow, after: Stored) -> None:
        if row.status == MISSING:
            row.status = "active"
        self._airflow.insert(row.airflow_conn_id, after, self._records.note(row, "restore"))

    def _replace(self, row: ConnectionRow, before: Stored, after: Stored, version: int, action: str) -> None:
        conn_id = row.airflow_conn_id
        back = reconcile.restorer(self._airflow, conn_id, before, self._records.note(row, "undo"))
        undo = partial(reconcile.put_back, self._sessions, row.key, version, back)
        if_not_committed(self._uow.session, partial(reconcile.quietly, undo, conn_id))
        if not self._airflow.update(conn_id, after, self._records.note(row, action)):
            raise gone(row)

    def set_status(self, identifier: str, change: StatusChange, if_match: int | None) -> Connection:
        """Switch a connection on or off."""
        row = self._records.get(identifier, lock=True, if_match=if_match)
        stored = self._records.stored(row)
        if change.status == row.status and not change.reason:
            return self._records.view(row, stored)
        before = {"status": row.status}
        row.status = change.status
        row.version += 1
        row.updated = now()
        self._rows.flush()
        after = {"status": row.status} | ({"reason": change.reason} if change.reason else {})
        self._records.record(row, "status", before, after)
        note = self._records.note(row, "status", status=row.status)
        self._uow.after_commit(lambda: self._airflow.note(note))
        return self._records.view(row, stored)

    def delete(self, identifier: str, if_match: int | None) -> None:
        """Delete a connection, what the catalog knows through it, and its Airflow connection unless it was adopted."""
        row = self._records.get(identifier, lock=True, if_match=if_match)
        stored = self._records.stored(row)
        conn_id, before = row.airflow_conn_id, self._records.audited(row, stored)
        note = self._records.note(row, "delete", kept=row.adopted)
        self._rows.remove(row, now())
        for told in self._on_deleted:
            told(self._uow.session, row.key)
        self._records.record(row, "delete", before, {"airflowConnection": "kept" if row.adopted else "removed"})
        self._uow.after_commit(lambda: self._airflow.note(note))
        self._uow.after_commit(self._sweeper(conn_id))

    def _sweeper(self, conn_id: str) -> Callable[[], None]:
        sweep = partial(reconcile.sweep, self._sessions, self._airflow, conn_id)
        return partial(reconcile.quietly, sweep, conn_id)

    def credentials(self, identifier: str) -> Credentials:
        """The credentials, secrets masked and references shown."""
        row = self._records.get(identifier)
        public, secret = credentials_of(self._records.registry.find(row.sub_type), row, self._records.stored(row))
        masked = secrecy.masked(public, secret, references_too=False)
        return {"connectionId": row.id, "credentials": masked, "version": row.version}

    def set_credentials(self, identifier: str, given: dict[str, Any], if_match: int | None) -> Credentials:
        """Replace the credentials; the mask keeps what is stored in its place."""
        row = self._records.get(identifier, lock=True, if_match=if_match)
        before = self._records.require_stored(row)
        connector = self._records.connector(row)
        shown, secret = self._credentials(row, before, connector, given)
        after = drafts.with_credentials(connector, before, shown, secret)
        document = {**row.document, "credentials": drafts.without_login(connector, shown)}
        self._change(row, before, after, partial(setattr, row, "document", document), "credentials")
        return self.credentials(identifier)

    def _words(self, word: str) -> frozenset[str]:
        """All the names of the system that its own name means; any other word means itself."""
        found = self._records.registry.find(word)
        return found.words if found is not None and found.name == word.lower() else frozenset({word.lower()})


def _secret(connector: ConnectorType, stored: Stored | None) -> tuple[Any, ...]:
    """Every secret of a connection, wherever Airflow's row keeps it."""
    if stored is None:
        return ()
    read = configuration.resolve(connector, stored).credentials
    return stored.fields.password, dict(stored.more), {key: read[key] for key in read if key in connector.secret_fields}
