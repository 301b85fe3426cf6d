"""A connection as it is shown: our record joined with what Airflow holds, secrets masked."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from crosswind.connectors.connector_type import ConnectorType
from crosswind.connectors.registry import ConnectorRegistry
from crosswind.contexts.connections import configuration as settings_of
from crosswind.contexts.connections import secrecy
from crosswind.contexts.connections.models import ConnectionRow
from crosswind.contexts.connections.ports import Stored
from crosswind.contexts.connections.schemas import Connection

MISSING = "missing"
"""The status of a connection whose Airflow connection is gone."""


def credentials_of(connector: ConnectorType | None, row: ConnectionRow, stored: Stored | None) -> tuple[Any, Any]:
    """The parts of a connection's credentials that may be shown and that may not, as they are now."""
    shown: dict[str, Any] = dict(row.document.get("credentials") or {})
    if stored is None:
        return shown, {}
    fields = stored.fields
    found: dict[str, str | None] = {"username": fields.login, "password": fields.password}
    if connector is not None and (read := settings_of.resolve(connector, stored)).settings is not None:
        found = dict(read.credentials)
    elif connector is not None and connector.held is not None and fields.conn_type == connector.conn_type:
        found = dict(connector.held(fields))
    secret_names = (connector.secret_fields if connector else frozenset()) | {"password"}
    held = {key: value for key, value in found.items() if value}
    public = {key: value for key, value in held.items() if key not in secret_names}
    secret = {key: value for key, value in held.items() if key in secret_names}
    return secrecy.merge(shown, public), secrecy.merge(secret, stored.more)


def view(
    row: ConnectionRow, stored: Stored | None, registry: ConnectorRegistry, *, references: bool = False
) -> Connection:
    """A connection as an answer shows it; `references` also shows where secrets are kept elsewhere."""
    connector = registry.find(row.sub_type)
    shown: dict[str, Any] = {
        "id": row.id,
        "name": row.name,
        "type": row.type,
        "subType": row.sub_type,
        "provider": row.provider,
        "owner": row.owner,
        "status": status_of(row, stored),
        "environment": row.environment,
        "aiZone": row.ai_zone,
        **row.document,
        "governedTags": row.governed_tags or None,
        "created": row.created,
        "updated": row.updated,
        "version": row.version,
    }
    kept = row.document.get("configuration") or {}
    shown["configuration"] = settings_of.shown(connector, kept, stored) if connector else _bare(kept)
    public, secret = credentials_of(connector, row, stored)
    credentials = secrecy.masked(public, secret, references_too=not references)
    shown.pop("credentials", None)
    if credentials or "credentials" in row.document:
        shown["credentials"] = credentials
    return cast(Connection, {key: value for key, value in shown.items() if value is not None})


def audited(row: ConnectionRow, stored: Stored | None, registry: ConnectorRegistry) -> dict[str, Any]:
    """A connection as the audit keeps it: references masked too, times as text."""
    shown: dict[str, Any] = {**view(row, stored, registry)}
    return {key: value.isoformat() if isinstance(value, datetime) else value for key, value in shown.items()}


def status_of(row: ConnectionRow, stored: Stored | None) -> str:
    """The status that holds now: a connection without its Airflow connection is missing."""
    if stored is None:
        return MISSING
    return "active" if row.status == MISSING else row.status


def _bare(kept: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in kept.items() if key != settings_of.GIVEN}
