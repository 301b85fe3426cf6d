"""What the catalog needs of others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

from crosswind.connectors.connector_type import dotted
from crosswind.connectors.patterns import Patterns

ImportStatus = Literal["PENDING", "RUNNING", "COMPLETED", "FAILED", "CANCELLED"]


@dataclass(frozen=True, slots=True)
class CrawlGrant:
    """That the actor may fill the catalog of one connection, as one try of one task.

    `dataset_name` gives OpenLineage's name of a (database, schema, name) of the connection's system.
    """

    task_id: str
    try_number: int
    connection_key: int
    connection_id: str
    depth: Literal["names", "full"]
    patterns: Patterns
    dataset_name: Callable[[str, str, str], str] = dotted


class CrawlGrants(Protocol):
    """Tells what a lease allows; the one place where it is checked."""

    def __call__(self, task_id: str) -> CrawlGrant:
        """The grant of the acting lease for this task; Forbidden for another's, Conflict for one that is fenced."""
        ...


@dataclass(frozen=True, slots=True)
class ImportGrant:
    """That the actor may take a file into the catalog, as one try of one task; `upload` is the file, if it was sent."""

    task_id: str
    try_number: int
    connection_id: str | None
    source: str
    upload: str | None
    upsert: bool
    strict: bool


class ImportGrants(Protocol):
    """Tells what a lease allows of files."""

    def __call__(self, task_id: str) -> ImportGrant:
        """The grant of the acting lease for this task; Forbidden for another's, Conflict for one that is fenced."""
        ...

    def status(self, task_id: str) -> ImportStatus | None:
        """How the task of an import stands; None for one that the actor may not see."""
        ...
