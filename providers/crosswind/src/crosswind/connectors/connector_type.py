"""One record a system: all that is known about its connections without importing its driver."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from pydantic import BaseModel

from crosswind.connectors.port import Connector, Credentials
from crosswind.kit.outbound import OutboundGuard


@dataclass(frozen=True)
class AirflowFields:
    """An Airflow connection's own fields; `schema` is what Airflow calls the database."""

    conn_type: str
    host: str | None = None
    port: int | None = None
    schema: str | None = None
    login: str | None = None
    password: str | None = field(default=None, repr=False)
    extra: Mapping[str, Any] = field(default_factory=dict, repr=False)


def dotted(database: str, schema: str, name: str) -> str:
    """Return OpenLineage's name of a table in systems of database, schema and table."""
    return f"{database}.{schema}.{name}"


@dataclass(frozen=True)
class ConnectorType:
    """What a connector package publishes under the entry point group `crosswind.connectors`.

    `settings` accepts the design's `configuration` object and ignores what it does not know; `class_path` is
    `module:Class`, imported by the first `open`. `from_airflow` raises ValueError for a row it cannot read; `held`, for
    systems whose credentials are not Airflow's login and password alone, reads those of any row. `example` is a body
    that makes such a connection, shown in the documentation; None shows the design's own, which is PostgreSQL's.
    """

    name: str
    title: str
    kind: str
    conn_type: str
    settings: type[BaseModel]
    class_path: str
    to_airflow: Callable[[Any, Credentials], AirflowFields]
    from_airflow: Callable[[AirflowFields], tuple[BaseModel, dict[str, str]]]
    namespace: Callable[[Any], str]
    aliases: frozenset[str] = frozenset()
    credential_fields: tuple[str, ...] = ("username", "password")
    secret_fields: frozenset[str] = frozenset({"password"})
    held: Callable[[AirflowFields], dict[str, str]] | None = None
    dialect: str | None = None
    example: Mapping[str, Any] | None = None
    dataset_name: Callable[[str, str, str], str] = dotted

    @property
    def words(self) -> frozenset[str]:
        """Every `subType` or `type` that means this system, in lower case."""
        return frozenset({self.name, *self.aliases})

    def load(self) -> type[Any]:
        """Import the connector class, and with it the driver."""
        module, _, name = self.class_path.partition(":")
        loaded: type[Any] = getattr(import_module(module), name)
        return loaded

    def open(self, settings: BaseModel, credentials: Credentials, guard: OutboundGuard) -> Connector:
        """Make a connector; nothing is dialled before its first verb."""
        connector: Connector = self.load()(settings, credentials, guard)
        return connector
