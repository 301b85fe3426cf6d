"""What the connections context needs of Airflow, which alone stores addresses and secrets."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from crosswind.connectors.connector_type import AirflowFields


@dataclass(frozen=True, slots=True)
class Stored:
    """An Airflow connection: its fields, and the secrets that none of its fields takes.

    `marked` says that Crosswind made the row; `problem` that its secrets cannot be read, and why.
    """

    fields: AirflowFields
    more: Mapping[str, Any] = field(default_factory=dict, repr=False)
    description: str | None = None
    marked: bool = False
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """What Airflow's own audit log keeps of a change: who did what to which connection of ours."""

    event: str
    subject: str
    name: str
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Listed:
    """An Airflow connection in a list, without its secrets."""

    conn_id: str
    conn_type: str
    host: str | None
    port: int | None
    schema: str | None
    description: str | None


class AirflowConnections(Protocol):
    """Airflow's connections; each method is one transaction of its own, in another database."""

    def read(self, conn_ids: Collection[str]) -> Mapping[str, Stored]:
        """The connections of these ids that exist, in one statement."""
        ...

    def present(self) -> frozenset[str]:
        """The ids of all connections."""
        ...

    def insert(self, conn_id: str, stored: Stored, note: Note, *, replace_marked: bool = False) -> None:
        """Add a connection; `AlreadyExists` when the id is taken, unless by a marked one that is to be replaced."""
        ...

    def update(self, conn_id: str, stored: Stored, note: Note) -> bool:
        """Overwrite a connection's fields; False when it is not there."""
        ...

    def delete(self, conn_id: str, note: Note) -> bool:
        """Remove a connection that bears our mark; False when there is none."""
        ...

    def note(self, note: Note) -> None:
        """Write to Airflow's log without touching a connection."""
        ...

    def marked(self) -> Sequence[str]:
        """The ids of all connections that bear our mark."""
        ...

    def listed(self, conn_types: Collection[str], search: str | None = None) -> Sequence[Listed]:
        """The connections of these types without our mark, in the order of their ids."""
        ...
