"""What the import DAG does in its one task: read a file, and send it in blocks of lines that the catalog stores.

Where an earlier try came to, the server knows: the next one passes over the lines that are stored.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import logging
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from crosswind.doors.airflow.hooks.connector import ConnectorHook
from crosswind.doors.airflow.hooks.crosswind import CrosswindHook
from crosswind.doors.airflow.lease import Lease, Try
from crosswind.doors.airflow.outcome import lasting, reporting
from crosswind.doors.airflow.pieces import LONGEST, Line, lines, unzipped
from crosswind.doors.airflow.progress import Progress

LINES = 12_000
BYTES = 12 * 1024 * 1024
STEP = 32 * 1024
"""Bytes that are read of a file at a time, which its progress is told by."""
AT_ONCE = 3
"""Blocks on their way: the server reads the third while it stores the first two."""
UPLOADED = "upload:"
TOO_LONG = f"is longer than {LONGEST // 1024 // 1024} MB"
_NEAR = frozenset({"127.0.0.1", "localhost", "::1"})
log = logging.getLogger(__name__)


@dataclass
class File:
    """A file that is read: what tells it from another, its size where known, its pieces, and how much was read."""

    identity: str
    size: int
    pieces: Iterable[bytes]
    read: int = 0

    def counted(self) -> Iterator[bytes]:
        """Yield the pieces in smaller ones, noting how far the reading is: a small file may unzip to many blocks."""
        for piece in self.pieces:
            for start in range(0, len(piece), STEP):
                self.read += len(piece[start : start + STEP])
                yield piece[start : start + STEP]

    @property
    def percent(self) -> int:
        """How much of the file was read."""
        return 2 + int(93 * min(1.0, self.read / self.size)) if self.size else 2


@dataclass
class Block:
    """Lines on their way; a line that was too long stands empty, and in `refused`."""

    sequence: int
    first: int
    lines: list[bytes] = field(default_factory=list)
    refused: list[tuple[int, str]] = field(default_factory=list)
    size: int = 0

    def add(self, line: Line) -> None:
        """Put in the next line."""
        if line is None:
            self.refused.append((self.first + len(self.lines), TOO_LONG))
        self.lines.append(line or b"")
        self.size += len(line or b"") + 1

    @property
    def full(self) -> bool:
        """Whether it is to be sent."""
        return len(self.lines) >= LINES or self.size >= BYTES

    def body(self) -> bytes:
        """The head and the lines below it."""
        head = {"sequence": self.sequence, "first": self.first, "refused": self.refused}
        return b"\n".join((json.dumps(head).encode(), *self.lines))


def import_file(context: Any, crosswind_conn_id: str = CrosswindHook.default_conn_name) -> dict[str, Any]:
    """Take in the file that the run is for, and return its counts."""
    ti = context["ti"]
    client = CrosswindHook(crosswind_conn_id).get_conn()
    with client, lasting():
        lease = Lease(client, Try(ti.dag_id, ti.run_id, ti.try_number))
        with reporting(lease):
            zipped = urlsplit(client.base_url).hostname not in _NEAR
            result = _import(lease, Progress(context), zipped=zipped)
            lease.report(result=result)
    log.info("Done: %s", result)
    return result


def _import(lease: Lease, progress: Progress, *, zipped: bool) -> dict[str, Any]:
    since = time.monotonic()
    path = f"/platform/v1/imports/{lease.task_id}"
    progress.tell(1, "opening", now=True)
    file = _opened(lease, path)
    place = lease.send("POST", f"{path}/begin", {"identity": file.identity})
    if place["lines"]:
        log.info("%s lines are stored already; going on after them", place["lines"])
    if not place["completed"]:
        send(lease, path, file, place, progress, zipped=zipped)
    progress.tell(96, "completing", now=True)
    done = lease.send("POST", f"{path}/complete")
    return {"lines": done["lines"], **done["counts"], "seconds": round(time.monotonic() - since, 2)}


def send(
    lease: Lease, path: str, file: File, place: dict[str, Any], progress: Progress, *, zipped: bool = False
) -> None:
    """Send what is not stored yet, three blocks at a time; at most five are in memory."""
    pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="import")
    under_way: list[Future[Any]] = []
    try:
        for block in blocks(lines(unzipped(file.counted())), place["sequence"], place["lines"]):
            while len(under_way) >= AT_ONCE:
                _stored(under_way.pop(0), file, progress)
            under_way.append(pool.submit(_send, lease, path, block.body(), zipped))
        while under_way:
            _stored(under_way.pop(0), file, progress)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def blocks(found: Iterator[Line], sequence: int, after: int) -> Iterator[Block]:
    """Pack lines into blocks, passing over those up to `after`."""
    block = Block(sequence + 1, after + 1)
    for number, line in enumerate(found, 1):
        if number <= after:
            continue
        block.add(line)
        if block.full:
            yield block
            block = Block(block.sequence + 1, number + 1)
    if block.lines:
        yield block


def _send(lease: Lease, path: str, body: bytes, zipped: bool) -> Any:
    if not zipped:
        return lease.send("POST", f"{path}/blocks", body)
    return lease.send("POST", f"{path}/blocks", gzip.compress(body, 1), coding="gzip")


def _stored(sent: Future[Any], file: File, progress: Progress) -> None:
    answer = sent.result()
    counts = {name: count for name, count in answer["counts"].items() if count}
    progress.tell(file.percent, "storing", lines=answer["lines"], **counts)


def _opened(lease: Lease, path: str) -> File:
    source = str(lease.payload["source"])
    if source.startswith(UPLOADED):
        return _uploaded(lease, path, source)
    key = source.removeprefix("s3://").partition("/")[2]
    connector: Any = ConnectorHook(lease.connection["airflowConnId"]).get_conn()
    if not hasattr(connector, "stream"):
        raise ValueError("The connection's system stores no files")
    found = connector.stream(key)
    named = hashlib.blake2b(key.encode(), digest_size=8).hexdigest()
    return File(f"{named}/{found.identity}", found.size, _closing(connector, found.pieces))


def _closing(connector: Any, pieces: Iterator[bytes]) -> Iterator[bytes]:
    with connector:
        yield from pieces


def _uploaded(lease: Lease, path: str, source: str) -> File:
    """Return the file that was sent; it is asked for when it is read, as it is gone once it was taken in."""
    file = File(source, 0, ())

    def parts() -> Iterator[bytes]:
        file.size = int(lease.send("GET", f"{path}/source")["size"])
        yield from _parts(lease, path)

    file.pieces = parts()
    return file


def _parts(lease: Lease, path: str) -> Iterator[bytes]:
    number = 0
    while (part := lease.fetch(f"{path}/parts/{number}")) is not None:
        yield part
        number += 1
