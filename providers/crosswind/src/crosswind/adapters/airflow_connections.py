"""Airflow's connections in its own database, written as Airflow's models write them.

Secrets that no field of an Airflow connection takes stand in a second row beside it, because upstream's hooks hand
every key of `extra` to their driver. Rows are read and written by column, so that one that Airflow can no longer
decrypt can still be listed, replaced and removed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any

from sqlalchemy import Row, delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from crosswind.connectors.connector_type import AirflowFields
from crosswind.contexts.connections.ports import Listed, Note, Stored
from crosswind.kit.errors import AlreadyExists

MORE = ".secrets"
"""What the second row's id ends with; no id of ours can hold a dot."""

_MARK = re.compile(r"\s*\[Crosswind: (?P<conn_id>[^\]]+)\]\s*$")
_UNREADABLE = "Airflow cannot decrypt it: its Fernet key has changed since it was stored"


class AirflowDatabaseConnections:
    """Reads and writes Airflow's table of connections, each call in a short session of Airflow's own."""

    def read(self, conn_ids: Collection[str]) -> Mapping[str, Stored]:
        """The connections of these ids that exist, in one statement."""
        if not conn_ids:
            return {}
        table = _table()
        wanted = [*conn_ids, *(each + MORE for each in conn_ids)]
        with _session() as session:
            rows = {row.conn_id: row for row in session.execute(select(table).where(table.c.conn_id.in_(wanted)))}
        return {each: _stored(rows[each], rows.get(each + MORE)) for each in conn_ids if each in rows}

    def present(self) -> frozenset[str]:
        """The ids of all connections."""
        with _session() as session:
            return frozenset(session.scalars(select(_table().c.conn_id)))

    def insert(self, conn_id: str, stored: Stored, note: Note, *, replace_marked: bool = False) -> None:
        """Add a connection with our mark; `AlreadyExists` when the id is taken."""
        try:
            with _session() as session:
                if replace_marked:
                    _remove(session, conn_id)
                session.execute(insert(_table()).values(_values(conn_id, stored)))
                _write_more(session, conn_id, stored.more)
                _log(session, note)
        except IntegrityError:
            raise AlreadyExists(
                f"Airflow already has a connection '{conn_id}'; choose another id, or adopt that connection", field="id"
            ) from None

    def update(self, conn_id: str, stored: Stored, note: Note) -> bool:
        """Overwrite a connection's fields; False when it is not there."""
        table = _table()
        with _session() as session:
            done = session.execute(
                update(table).where(table.c.conn_id == conn_id).values(_values(conn_id, stored)).returning(table.c.id)
            ).first()
            if done is None:
                return False
            _write_more(session, conn_id, stored.more)
            _log(session, note)
        return True

    def delete(self, conn_id: str, note: Note) -> bool:
        """Remove a connection that bears our mark; False when there is none."""
        with _session() as session:
            if not _remove(session, conn_id):
                return False
            _log(session, note)
        return True

    def note(self, note: Note) -> None:
        """Write to Airflow's log without touching a connection."""
        with _session() as session:
            _log(session, note)

    def marked(self) -> Sequence[str]:
        """The ids of all connections that bear our mark."""
        table = _table()
        asked = select(table.c.conn_id, table.c.description).where(table.c.description.contains("[Crosswind: "))
        with _session() as session:
            return [row.conn_id for row in session.execute(asked) if _is_marked(row.conn_id, row.description)]

    def listed(self, conn_types: Collection[str], search: str | None = None) -> Sequence[Listed]:
        """The connections of these types without our mark, in the order of their ids."""
        table = _table()
        names = ("conn_id", "conn_type", "host", "port", "schema", "description")
        asked = select(*(table.c[name] for name in names)).where(table.c.conn_type.in_(conn_types))
        if search:
            asked = asked.where(table.c.conn_id.icontains(search, autoescape=True))
        with _session() as session:
            rows = session.execute(asked.order_by(table.c.conn_id)).all()
        return [Listed(**row._asdict()) for row in rows if not _is_marked(row.conn_id, row.description)]


def _session() -> AbstractContextManager[Session]:
    from airflow.utils.session import create_session

    return create_session(scoped=False)


def _table() -> Any:
    from airflow.models import Connection

    return Connection.__table__


def _values(conn_id: str, stored: Stored) -> dict[str, Any]:
    """The columns as Airflow's own model fills and encrypts them; it also has its masker know the password."""
    from airflow.models import Connection

    fields = stored.fields
    model = Connection(
        conn_id=conn_id,
        conn_type=fields.conn_type,
        description=_marked(conn_id, stored.description) if stored.marked else stored.description,
        host=fields.host,
        login=fields.login,
        password=fields.password,
        schema=fields.schema,
        port=fields.port,
        extra=json.dumps(dict(fields.extra)) if fields.extra else None,
    )
    names = ("conn_id", "conn_type", "description", "host", "login", "schema", "port")
    given = {name: getattr(model, name) for name in names}
    given |= {"password": model._password, "extra": model._extra}  # noqa: SLF001 - the encrypted text of each column
    flags = ("is_encrypted", "is_extra_encrypted")
    return given | {name: bool(getattr(model, name)) for name in flags}


def _write_more(session: Session, conn_id: str, more: Mapping[str, Any]) -> None:
    beside = conn_id + MORE
    _remove(session, beside)
    if more:
        said = f"Further secrets of {conn_id}"
        stored = Stored(AirflowFields("generic", extra=more), description=said, marked=True)
        session.execute(insert(_table()).values(_values(beside, stored)))


def _remove(session: Session, conn_id: str) -> bool:
    """Remove what bears our mark of a row and the one beside it; False when neither does."""
    table = _table()
    asked = select(table.c.conn_id, table.c.description).where(table.c.conn_id.in_([conn_id, conn_id + MORE]))
    rows = session.execute(asked.with_for_update())
    ours = [row.conn_id for row in rows if _is_marked(row.conn_id, row.description)]
    session.execute(delete(table).where(table.c.conn_id.in_(ours)))
    return bool(ours)


def _log(session: Session, note: Note) -> None:
    from airflow.models import Log

    extra = json.dumps(dict(note.facts), ensure_ascii=False, sort_keys=True)
    session.add(Log(event=note.event, owner=note.subject, owner_display_name=note.name, extra=extra))


def _marked(conn_id: str, description: str | None) -> str:
    return f"{(description or '')[:4000]} [Crosswind: {conn_id}]".strip()


def _is_marked(conn_id: str, description: str | None) -> bool:
    found = _MARK.search(description or "")
    return found is not None and found["conn_id"] == conn_id


def _stored(row: Row[Any], more: Row[Any] | None) -> Stored:
    problem = None
    password, extra, beside = None, {}, {}
    try:
        password = _clear(row.password, row.is_encrypted)
        extra = _object(_clear(row.extra, row.is_extra_encrypted))
        beside = _object(_clear(more.extra, more.is_extra_encrypted)) if more else {}
    except ValueError as error:
        problem = str(error)
    fields = AirflowFields(row.conn_type, row.host, row.port, row.schema, row.login, password, extra)
    said = _MARK.sub("", row.description or "") or None
    return Stored(fields, beside, said, _is_marked(row.conn_id, row.description), problem)


def _clear(text: str | None, encrypted: bool) -> str | None:
    """Decrypt as Airflow does, or raise ValueError."""
    from airflow.models.crypto import get_fernet
    from cryptography.fernet import InvalidToken

    if not text or not encrypted:
        return text
    try:
        return get_fernet().decrypt(text.encode()).decode()
    except InvalidToken:
        raise ValueError(_UNREADABLE) from None


def _object(text: str | None) -> dict[str, Any]:
    if not text:
        return {}
    try:
        found = json.loads(text)
    except ValueError:
        raise ValueError("Its extra is not JSON") from None
    if not isinstance(found, dict):
        raise ValueError("Its extra is not a JSON object")
    return found
