"""What a connection's configuration says of secrets and TLS, read from our record and from Airflow."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from crosswind.connectors.connector_type import ConnectorType
from crosswind.connectors.registry import ConnectorRegistry
from crosswind.contexts.connections import configuration, secrecy
from crosswind.contexts.connections.models import ConnectionRow
from crosswind.contexts.connections.ports import AirflowConnections, Stored
from crosswind.contexts.governance.compliance.facts import UNKNOWN, Unknown
from crosswind.contexts.governance.compliance.ports import Configured
from crosswind.kit.errors import Invalid

MOST_NAMED = 20
log = logging.getLogger(__name__)


class AirflowConfigurations:
    """Reads one connection at a time, with one statement on Airflow's side."""

    def __init__(self, airflow: AirflowConnections, registry: ConnectorRegistry) -> None:
        self._airflow = airflow
        self._registry = registry

    def __call__(self, row: ConnectionRow) -> Configured:
        """The configuration; unknown while Airflow's database is away or the connection is gone there."""
        try:
            stored = self._airflow.read([row.airflow_conn_id]).get(row.airflow_conn_id)
        except SQLAlchemyError as error:
            log.warning("Airflow cannot be asked about connection %s: %s", row.airflow_conn_id, type(error).__name__)
            return Configured()
        connector = self._registry.find(row.sub_type)
        if stored is None or connector is None:
            return Configured()
        found = [*plain_secrets(_ours(row)), *plain_secrets(_theirs(connector, stored), "airflow")]
        return Configured(sorted(set(found))[:MOST_NAMED], _tls(connector, stored))


def plain_secrets(tree: Mapping[str, Any], where: str = "") -> Iterator[str]:
    """The deepest fields of a tree that registering a connection would refuse, because a secret stands there."""
    for key, value in tree.items():
        try:
            secrecy.refuse_secrets({key: value})
        except Invalid:
            place = f"{where}.{key}" if where else key
            deeper = list(plain_secrets(value, place)) if isinstance(value, Mapping) else []
            yield from deeper or [place]


def _ours(row: ConnectionRow) -> Mapping[str, Any]:
    named = {"name": row.name, "owner": row.owner, "region": row.region}
    return {**named, **{key: value for key, value in row.document.items() if key != "credentials"}}


def _theirs(connector: ConnectorType, stored: Stored) -> Mapping[str, Any]:
    """What Airflow shows of the connection beside its login and what our connector itself keeps in `extra`."""
    fields = stored.fields
    shown = {"host": fields.host, "schema": fields.schema, "description": stored.description}
    read = configuration.resolve(connector, stored)
    own = connector.to_airflow(read.settings, read.credentials).extra if read.settings is not None else {}
    return {**shown, "extra": {key: value for key, value in fields.extra.items() if key not in own}}


def _tls(connector: ConnectorType, stored: Stored) -> str | Unknown | None:
    settings = configuration.resolve(connector, stored).settings
    if settings is None:
        return UNKNOWN
    mode = getattr(settings, "tls", None)
    return mode if isinstance(mode, str) else None
