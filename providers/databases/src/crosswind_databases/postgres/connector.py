"""The four verbs for PostgreSQL, over psycopg 3."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import TracebackType
from typing import Any, Self

import psycopg

from crosswind.connectors.deadline import Deadline
from crosswind.connectors.patterns import Patterns
from crosswind.connectors.port import Credentials, never
from crosswind.connectors.types import CheckStep, Depth, Discovery, QueryResult, SecurityFacts
from crosswind.kit.outbound import OutboundGuard
from crosswind_databases.postgres import discovery, faults, queries, sampling, security
from crosswind_databases.postgres.checks import Checks
from crosswind_databases.postgres.dial import Dialler, Link
from crosswind_databases.postgres.resolving import resolve
from crosswind_databases.postgres.settings import PostgresSettings
from crosswind_databases.postgres.watch import Watch

DISCOVER_SECONDS = 1800


class PostgresConnector:
    """A link to one database, opened by the first verb that needs it and read-only in all it does."""

    def __init__(self, settings: PostgresSettings, credentials: Credentials, guard: OutboundGuard) -> None:
        self._settings = settings
        self._credentials = credentials
        self._guard = guard
        self._link: Link | None = None
        self._stop = threading.Event()

    def check(self) -> list[CheckStep]:
        """Try address, network, TLS, login and catalog on a link of its own."""
        return Checks(self._settings, self._credentials, self._guard, self._stop.is_set).run()

    def ping(self) -> float:
        """Return the milliseconds of one round trip."""
        deadline = self._dial_deadline()
        link = self._open(deadline)
        with self._working(link, deadline, "ping"):
            since = time.perf_counter()
            link.execute("select 1")
            return (time.perf_counter() - since) * 1000

    def discover(self, depth: Depth, patterns: Patterns, cancelled: Callable[[], bool] = never) -> Discovery:
        """Read tables and views with all their facts; `cancelled` may be called from another thread."""

        def stopped() -> bool:
            return self._stop.is_set() or cancelled()

        link = self._open(self._dial_deadline(), stopped)
        limit = self._settings.statement_timeout
        deadline = Deadline.after(DISCOVER_SECONDS)
        with self._working(link, deadline, discovery.STEP, stopped):
            return discovery.discover(link, depth, patterns, deadline, limit, stopped)

    def query(
        self,
        sql: str,
        parameters: Sequence[Any] | Mapping[str, Any] | None = None,
        limit: int = 1000,
        seconds: float = 60,
    ) -> QueryResult:
        """Run one SELECT, VALUES, TABLE or WITH and return at most `limit` rows."""
        link = self._open(self._dial_deadline())
        deadline = Deadline.after(min(seconds, self._settings.statement_timeout or seconds))
        with self._working(link, deadline, queries.STEP):
            return queries.run(link, queries.Query(sql, parameters, limit), self._settings.search_schema, deadline)

    def security(self) -> SecurityFacts:
        """Return how the server is protected, as far as this login is told."""
        deadline = self._dial_deadline()
        link = self._open(deadline)
        with self._working(link, deadline, security.STEP):
            answer = security.ask(link, deadline)
        target = resolve(self._guard, self._settings, deadline)
        return security.facts(link, self._settings, answer, security.certificate(link, target, deadline))

    def sample(
        self, schema: str, name: str, columns: Sequence[str], rows: int, seconds: float
    ) -> Mapping[str, list[str | None]]:
        """Return at most `rows` values of each column as text."""
        link = self._open(self._dial_deadline())
        deadline = Deadline.after(min(seconds, self._settings.statement_timeout or seconds))
        wanted = sampling.Wanted(schema, name, columns, rows)
        with self._working(link, deadline, sampling.STEP):
            return sampling.sample(link, wanted, self._settings.search_schema, deadline)

    def cancel(self) -> None:
        """Stop what runs here and whatever would follow; to be called from another thread."""
        self._stop.set()

    def close(self) -> None:
        """Close the link."""
        link, self._link = self._link, None
        if link is not None:
            link.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _dial_deadline(self) -> Deadline:
        return Deadline.after(self._settings.connection_timeout)

    def _open(self, deadline: Deadline, cancelled: Callable[[], bool] | None = None) -> Link:
        if self._link is not None and (self._link.closed or self._link.broken):
            self.close()
        if self._link is None:
            target = resolve(self._guard, self._settings, deadline)
            dialler = Dialler(self._settings, self._credentials, deadline, cancelled or self._stop.is_set)
            self._link = dialler.open(target)
        return self._link

    @contextlib.contextmanager
    def _working(
        self, link: Link, deadline: Deadline, step: str, cancelled: Callable[[], bool] | None = None
    ) -> Iterator[None]:
        """Guard work on the link by deadline and cancellation, and translate what fails; a failed link is dropped."""
        watch = Watch(link, deadline, cancelled or self._stop.is_set)
        try:
            with watch:
                yield
        except psycopg.Error as error:
            self.close()
            if watch.stopped:
                raise faults.cancelled(step) from None
            if watch.timed_out:
                raise faults.over_time(step) from None
            raise faults.of_statement(error, step) from None
