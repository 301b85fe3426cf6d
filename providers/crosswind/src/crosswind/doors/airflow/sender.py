"""Ranges of a source on their way to the catalog: a manifest each, then the objects that its answer wants."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import msgspec

from crosswind.connectors.types import SourceObject
from crosswind.doors.airflow.lease import Lease

MOST_ITEMS = 5_000
MOST_COLUMNS = 100_000
BODY_BYTES = 8 * 1024 * 1024
BODY_OBJECTS = 1_000
"""Each body is stored in a transaction, for which events of the same namespace wait."""
MOST_UNREAD = 200
Place = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Range:
    """Objects in order: all that the source has after `after` up to `up_to` (None: to the end)."""

    sequence: int
    objects: list[SourceObject]
    after: Place | None
    up_to: Place | None


@dataclass(slots=True)
class Counts:
    """What was seen and sent so far."""

    seen: int = 0
    wanted: int = 0
    unchanged: int = 0
    vanished: int = 0
    ranges: int = 0
    sent_bytes: int = 0
    schemas: set[str] = field(default_factory=set)
    unread: list[str] = field(default_factory=list)
    """The first 200 views, of those sent, whose columns' origins their definitions do not tell."""


def ranges(objects: Iterable[SourceObject]) -> Iterator[Range]:
    """Cut an ordered stream into ranges that cover the whole source, holding one of them in memory."""
    after: Place | None = None
    held: list[SourceObject] = []
    columns = sequence = 0
    for found in objects:
        if len(held) >= MOST_ITEMS or columns > MOST_COLUMNS:
            up_to = (held[-1].schema, held[-1].name)
            yield Range(sequence, held, after, up_to)
            after, held, columns, sequence = up_to, [], 0, sequence + 1
        held.append(found)
        columns += len(found.columns)
    yield Range(sequence, held, after, None)


class Sender:
    """Sends the ranges of one crawl, in order."""

    def __init__(self, lease: Lease, identity: str, database: str, namespace: str, dialect: str | None) -> None:
        self._lease = lease
        self._about = {"identity": identity, "database": database, "namespace": namespace}
        self._dialect = dialect
        self._path = f"/platform/v1/crawls/{lease.task_id}"
        self._bodies = 0
        self.counts = Counts()

    def send(self, part: Range) -> None:
        """Send a manifest, then what its answer wants; both may be repeated without harm."""
        items = [(each.schema, each.name, each.hash, each.row_estimate, each.size_bytes) for each in part.objects]
        manifest = {"sequence": part.sequence, **self._about, "items": items}
        manifest |= {"after": part.after, "upTo": part.up_to}
        if any(each.statistics for each in part.objects):
            manifest["statistics"] = [each.statistics or None for each in part.objects]
        answer = self._lease.send("POST", f"{self._path}/manifests", msgspec.json.encode(manifest))
        counts = self.counts
        counts.ranges += 1
        counts.seen += len(items)
        counts.wanted += len(answer["wanted"])
        counts.vanished += answer.get("vanished", 0)
        counts.schemas.update(each.schema for each in part.objects)
        for body in self._packed(part.objects[index] for index in answer["wanted"]):
            counts.sent_bytes += len(body)
            self._lease.send("POST", f"{self._path}/objects", body)

    def complete(self) -> dict[str, object]:
        """End the crawl: only now is anything removed."""
        counts = self.counts
        about = {key: self._about[key] for key in ("identity", "database")}
        body = {**about, "seen": counts.seen, "ranges": counts.ranges}
        summary: dict[str, object] = self._lease.send("POST", f"{self._path}/complete", body)
        return summary

    def _packed(self, objects: Iterable[SourceObject]) -> Iterator[bytes]:
        """Pack objects into bodies of a thousand objects or about eight megabytes."""
        held: list[bytes] = []
        size = 0
        for found in objects:
            encoded = msgspec.json.encode(self._traced(found) if found.definition else found)
            if held and (size + len(encoded) > BODY_BYTES or len(held) >= BODY_OBJECTS):
                yield self._body(held)
                held, size = [], 0
            held.append(encoded)
            size += len(encoded)
        if held:
            yield self._body(held)

    def _traced(self, found: SourceObject) -> SourceObject:
        from crosswind.connectors.lineage import crawled

        traced = crawled(found, self._dialect)
        if traced.lineage is None and len(self.counts.unread) < MOST_UNREAD:
            self.counts.unread.append(f"{found.schema}.{found.name}")
        return traced

    def _body(self, encoded: list[bytes]) -> bytes:
        sequence, self._bodies = self._bodies, self._bodies + 1
        return b'{"sequence":%d,"objects":[%s]}' % (sequence, b",".join(encoded))
