"""What the catalog needs of others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from crosswind.connectors.patterns import Patterns


@dataclass(frozen=True, slots=True)
class CrawlGrant:
    """That the actor may fill the catalog of one connection, as one try of one task."""

    task_id: str
    try_number: int
    connection_key: int
    connection_id: str
    depth: Literal["names", "full"]
    patterns: Patterns


class CrawlGrants(Protocol):
    """Tells what a lease allows; the one place where it is checked."""

    def __call__(self, task_id: str) -> CrawlGrant:
        """The grant of the acting lease for this task; Forbidden for another's, Conflict for one that is fenced."""
        ...
