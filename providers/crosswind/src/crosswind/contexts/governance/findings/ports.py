"""What the findings need of others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from crosswind.connectors.patterns import Patterns


@dataclass(frozen=True, slots=True)
class ScanGrant:
    """That the actor may tell what is in the columns of one connection, as one try of one task."""

    task_id: str
    try_number: int
    connection_key: int
    connection_id: str
    patterns: Patterns
    standards: tuple[str, ...] = ()


class ScanGrants(Protocol):
    """Tells what a lease allows; the one place where it is checked."""

    def __call__(self, task_id: str) -> ScanGrant:
        """The grant of the acting lease for this task; Forbidden for another's, Conflict for one that is fenced."""
        ...


class Reconsidering(Protocol):
    """Judges connections once people decided on what was found on them."""

    def __call__(self, connection_keys: Sequence[int]) -> None:
        """Compare what is known of each with the rules, where that was done before."""
        ...


class Evaluation(Protocol):
    """Judges a connection once its columns were looked at."""

    def __call__(
        self, connection_key: int, facts: Mapping[str, Any], *, task_id: str, standards: Sequence[str]
    ) -> Mapping[str, Any]:
        """Compare what is known of the connection with the rules and return a summary of counts."""
        ...
