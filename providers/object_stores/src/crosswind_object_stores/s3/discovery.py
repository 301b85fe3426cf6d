"""Reading a bucket: the listing is grouped first; then datasets come in order, their files read a few at a time."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import msgspec

from crosswind.connectors.patterns import Patterns
from crosswind.connectors.types import Depth, SourceColumn, SourceObject, content_hash
from crosswind_object_stores.layout.grouping import Dataset, Grouping
from crosswind_object_stores.layout.names import BUCKET, fit
from crosswind_object_stores.readers.schema import Described, describe
from crosswind_object_stores.readers.source import Found, Source
from crosswind_object_stores.s3 import bucket, faults
from crosswind_object_stores.s3.store import Store

LIST = "list"
READ = "read"
MOST_READ = 100_000
"""Datasets whose files are read in one crawl; those behind, in order of names, are told without columns."""
MOST_BYTES = 8 * 1024**3
"""Bytes read of files in one crawl."""
AT_ONCE = 8
AHEAD = 64


def listed(store: Store, grouping: Grouping, stopped: Callable[[], bool]) -> None:
    """Give every key to the grouping, a page at a time."""
    for page in store.pages():
        if stopped():
            raise faults.cancelled(LIST)
        grouping.add(page)


@dataclass
class Crawl:
    """One pass over a bucket."""

    store: Store
    grouping: Grouping
    depth: Depth
    patterns: Patterns
    stopped: Callable[[], bool]
    read: int = 0
    spent: int = 0

    def objects(self) -> Iterator[SourceObject]:
        """Yield the bucket and its datasets in code point order of their names."""
        around = self._bucket()
        for found in self._datasets():
            if around is not None and around.name < found.name:
                yield around
                around = None
            yield found
        if around is not None:
            yield around

    def _bucket(self) -> SourceObject | None:
        name = self.store.settings.bucket
        if not self.patterns.wants(name, BUCKET):
            return None
        facts = bucket.facts(self.store) if self.depth == "full" else {}
        counted: dict[str, Any] = {"files": self.grouping.count, "hidden": self.grouping.hidden}
        return _hashed(
            SourceObject(
                name, BUCKET, "DATASET", "bucket", facts=facts, statistics=counted, size_bytes=self.grouping.size
            )
        )

    def _datasets(self) -> Iterator[SourceObject]:
        if self.depth == "names":
            for index, dataset in enumerate(self._wanted()):
                if index % 1000 == 0 and self.stopped():
                    raise faults.cancelled(READ)
                yield self._object(dataset, Described())
            return
        pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="crosswind-read")
        under_way: deque[tuple[Dataset, Future[Described]]] = deque()
        try:
            for dataset in self._wanted():
                under_way.append((dataset, pool.submit(self._described, dataset, self.read)))
                self.read += 1
                if len(under_way) >= AHEAD:
                    yield self._next(under_way)
            while under_way:
                yield self._next(under_way)
        finally:
            pool.shutdown(wait=True, cancel_futures=True)

    def _wanted(self) -> Iterator[Dataset]:
        name = self.store.settings.bucket
        return (each for each in self.grouping.datasets() if self.patterns.wants(name, each.name))

    def _next(self, under_way: deque[tuple[Dataset, Future[Described]]]) -> SourceObject:
        if self.stopped():
            raise faults.cancelled(READ)
        dataset, future = under_way.popleft()
        return self._object(dataset, future.result())

    def _described(self, dataset: Dataset, before: int) -> Described:
        if self.stopped():
            raise faults.cancelled(READ)
        if before >= MOST_READ or self.spent >= MOST_BYTES:
            return Described(Found(problem="It was not read: the crawl has read as much as one crawl may"))
        described = describe(dataset, self._source)
        self.spent += described.spent
        return described

    def _source(self, key: str, size: int) -> Source:
        def fetch(start: int, length: int) -> bytes:
            return self.store.fetch(key, start, length)

        return Source(key, size, fetch)

    def _object(self, dataset: Dataset, described: Described) -> SourceObject:
        files, partitions = dataset.files, dataset.partitions
        columns = tuple(
            SourceColumn(each.name, position, each.data_type, each.nullable)
            for position, each in enumerate(described.found.fields, start=1)
        )
        found = SourceObject(
            self.store.settings.bucket,
            dataset.name,
            "DATASET",
            _TYPE_DETAILS.get(dataset.layout, "partitioned dataset"),
            columns=columns,
            partition_key=", ".join(partitions.keys) if partitions and dataset.layout == "hive" else None,
            facts=_facts(dataset, described.found),
            statistics=_statistics(dataset, described),
            row_estimate=described.rows,
            size_bytes=files.size,
        )
        return _hashed(found)


_TYPE_DETAILS = {"file": "file", "folder": "files"}


def _facts(dataset: Dataset, found: Found) -> dict[str, Any]:
    told: dict[str, Any] = {"format": dataset.files.format, "layout": dataset.layout}
    if dataset.files.compression:
        told["compression"] = dataset.files.compression
    if dataset.formats:
        told["formats"] = sorted(dataset.formats)
    if dataset.partitions is not None:
        pairs = zip(dataset.partitions.keys, dataset.partitions.kinds, strict=True)
        told["partitionKeys"] = [{"name": name, "type": kind} for name, kind in pairs]
    told |= found.facts
    return told | ({"problem": found.problem} if found.problem else {})


def _statistics(dataset: Dataset, described: Described) -> dict[str, Any]:
    files = dataset.files
    told: dict[str, Any] = {"files": files.count, "lastModified": files.changed}
    told |= {name: count for name, count in (("empty", files.empty), ("archived", files.archived)) if count}
    if dataset.formats:
        told["formats"] = dict(sorted(dataset.formats.items()))
    if dataset.partitions is not None:
        told["partitions"] = dataset.partitions.statistics()
    return told | ({"problemFile": fit(described.problem_file)} if described.problem_file else {})


def _hashed(found: SourceObject) -> SourceObject:
    return msgspec.structs.replace(found, hash=content_hash(found))
