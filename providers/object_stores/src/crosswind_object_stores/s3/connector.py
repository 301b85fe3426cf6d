"""The four verbs for S3, over boto3's client and a wire of our own."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import TracebackType
from typing import Self

from crosswind.connectors.deadline import Deadline
from crosswind.connectors.errors import ConnectionTimeout, ReadRefused
from crosswind.connectors.patterns import Patterns
from crosswind.connectors.port import Credentials, ObjectStream, never
from crosswind.connectors.types import CheckStep, Depth, Discovery, SecurityFacts, SourceObject
from crosswind.kit.outbound import OutboundGuard
from crosswind_object_stores.layout.grouping import Grouping
from crosswind_object_stores.s3 import discovery, faults, sampling, security, streaming
from crosswind_object_stores.s3.checks import Checks
from crosswind_object_stores.s3.settings import S3Settings
from crosswind_object_stores.s3.store import FAILURES, Store
from crosswind_object_stores.s3.watch import Watch

DISCOVER_SECONDS = 4 * 3600
PIECE_SECONDS = 120
DATABASE = "s3"
"""What stands where other systems have a database."""


class S3Connector:
    """A link to one bucket, read-only in all it does."""

    def __init__(self, settings: S3Settings, credentials: Credentials, guard: OutboundGuard) -> None:
        self._settings = settings
        self._credentials = credentials
        self._guard = guard
        self._store = Store(settings, credentials, guard)
        self._sampler = sampling.Sampler(self._store)
        self._stop = threading.Event()
        self._open: list[Grouping] = []

    def check(self) -> list[CheckStep]:
        """Try address, network, TLS, login, bucket and reading on a wire of its own."""
        return Checks(self._settings, self._credentials, self._guard, self._stop.is_set).run()

    def ping(self) -> float:
        """Return the milliseconds of asking for one key."""
        with self._working(Deadline.after(self._settings.connection_timeout), "ping"):
            self._store.first()
            since = time.perf_counter()
            self._store.first()
            return (time.perf_counter() - since) * 1000

    def discover(self, depth: Depth, patterns: Patterns, cancelled: Callable[[], bool] = never) -> Discovery:
        """List the bucket and group its keys; with depth full, the objects are read while they are handed on."""

        def stopped() -> bool:
            return self._stop.is_set() or cancelled()

        deadline = Deadline.after(DISCOVER_SECONDS)
        grouping = Grouping()
        self._open.append(grouping)
        with self._working(deadline, discovery.LIST, stopped):
            discovery.listed(self._store, grouping, stopped)
        crawl = discovery.Crawl(self._store, grouping, depth, patterns, stopped)
        return Discovery(self._store.identity(), DATABASE, self._objects(crawl, deadline, stopped))

    def _objects(
        self, crawl: discovery.Crawl, deadline: Deadline, stopped: Callable[[], bool]
    ) -> Iterator[SourceObject]:
        with self._working(deadline, discovery.READ, stopped), contextlib.closing(crawl.grouping):
            yield from crawl.objects()

    def sample(
        self, schema: str, name: str, columns: Sequence[str], rows: int, seconds: float
    ) -> Mapping[str, list[str | None]]:
        """Return at most `rows` values of each column as text, from the beginnings of at most two files."""
        if schema != self._settings.bucket:
            raise ReadRefused("The connection is for another bucket", step=sampling.STEP, remedy="Crawl it again.")
        with self._working(Deadline.after(seconds), sampling.STEP):
            return self._sampler.sample(sampling.Wanted(name, columns, rows))

    def stream(self, key: str) -> ObjectStream:
        """Return a whole object, read part by part; each part has its own time limit."""
        return streaming.stream(self._store, key, lambda: self._working(Deadline.after(PIECE_SECONDS), streaming.STEP))

    def security(self) -> SecurityFacts:
        """Return how the bucket is protected, as far as this login is told."""
        with self._working(Deadline.after(self._settings.connection_timeout), security.STEP):
            return security.facts(self._store)

    def cancel(self) -> None:
        """Stop what runs here and whatever would follow; to be called from another thread."""
        self._stop.set()

    def close(self) -> None:
        """Close every connection, and what a discovery holds on disk."""
        while self._open:
            self._open.pop().close()
        self._store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @contextlib.contextmanager
    def _working(self, deadline: Deadline, step: str, stopped: Callable[[], bool] | None = None) -> Iterator[None]:
        """Guard work on the wire by deadline and cancellation, and translate what fails."""
        watch = Watch(self._store.wire, deadline, stopped or self._stop.is_set)
        try:
            with watch:
                yield
        except FAILURES as error:
            if watch.stopped:
                raise faults.cancelled(step) from None
            if watch.timed_out and not isinstance(error, ConnectionTimeout):
                raise faults.over_time(step) from None
            raise faults.of(error, self._settings, None if step == "ping" else step) from None
