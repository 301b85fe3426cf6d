"""The four verbs every connector has, and the capabilities that some add."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Protocol, Self, runtime_checkable

from crosswind.connectors.patterns import Patterns
from crosswind.connectors.types import CheckStep, Depth, Discovery, QueryResult, SecurityFacts

Credentials = Mapping[str, str]
"""Resolved credentials by field name, such as `username` and `password`; never references."""
MOST_CHARACTERS = 2000
"""Where `sample` cuts each value."""


def never() -> bool:
    """Say that nobody asked to stop: the default of every `cancelled`."""
    return False


@runtime_checkable
class Connector(Protocol):
    """A link to one external system; not shared between threads, but `cancel` may come from any of them."""

    def check(self) -> list[CheckStep]:
        """Try what the connection is for, step by step, within its connection timeout; never raises ConnectorError."""
        ...

    def ping(self) -> float:
        """Return the milliseconds of one round trip over an open link, opening it first if need be."""
        ...

    def discover(self, depth: Depth, patterns: Patterns, cancelled: Callable[[], bool] = never) -> Discovery:
        """Return what the source holds, read in one consistent read-only view; Cancelled ends it."""
        ...

    def cancel(self) -> None:
        """Stop what runs on this connector in another thread; it raises Cancelled there."""
        ...

    def close(self) -> None:
        """Close the link; closing twice is fine."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


@runtime_checkable
class ListsTables(Protocol):
    """Marks a connector whose `discover` yields tables and views."""

    def discover(self, depth: Depth, patterns: Patterns, cancelled: Callable[[], bool] = never) -> Discovery:
        """Return the tables and views the source holds."""
        ...


@runtime_checkable
class RunsQueries(Protocol):
    """A connector that answers bounded read-only queries."""

    def query(
        self,
        sql: str,
        parameters: Sequence[Any] | Mapping[str, Any] | None = None,
        limit: int = 1000,
        seconds: float = 60,
    ) -> QueryResult:
        """Run one reading statement and return at most `limit` rows within `seconds`."""
        ...


@runtime_checkable
class SamplesColumns(Protocol):
    """A connector that shows a bounded sample of what columns hold; what it returns is never stored or logged."""

    def sample(
        self, schema: str, name: str, columns: Sequence[str], rows: int, seconds: float
    ) -> Mapping[str, list[str | None]]:
        """Return at most `rows` values of each column as text, cut at MOST_CHARACTERS, with one bounded read.

        A column that is no longer there, or that may not be read, is left out.
        """
        ...


@dataclass(frozen=True, slots=True)
class ObjectStream:
    """A whole object, read piece by piece; `identity` changes when the object does."""

    identity: str
    size: int
    pieces: Iterator[bytes]


@runtime_checkable
class ReportsSecurity(Protocol):
    """A connector that can tell how its source is protected, reading only."""

    def security(self) -> SecurityFacts:
        """Return what the source says of its protection, in a constant number of bounded calls."""
        ...
