"""Reading a database: all of it goes into a spool first, so that the source is left before anybody digests it.

A transaction kept open while objects are handed on would hold locks on views' tables, and keep the source from
cleaning up.
"""

from __future__ import annotations

import hashlib
import re
import tempfile
from collections.abc import Callable, Iterator
from typing import IO

import msgspec
import psycopg
from psycopg.abc import Buffer
from psycopg.adapt import Loader

from crosswind.connectors.deadline import Deadline
from crosswind.connectors.errors import ReadRefused
from crosswind.connectors.patterns import Patterns
from crosswind.connectors.types import Depth, Discovery, SourceObject
from crosswind_databases.postgres import faults
from crosswind_databases.postgres.dial import Link
from crosswind_databases.postgres.discovery_sql import statement
from crosswind_databases.postgres.session import CATALOG, identity, reading

STEP = "read catalog"
ATTEMPTS = 3
MOST_BYTES = 8 * 1024**3
_IN_MEMORY = 48 * 1024 * 1024
_CHUNK = 50
_VANISHED = re.compile("could not open relation|cache lookup failed|does not exist")
_decoder = msgspec.json.Decoder(SourceObject)


class _Raw(Loader):
    """Hands over the bytes as the server sent them."""

    def load(self, data: Buffer) -> bytes:
        return bytes(data)


def discover(
    link: Link, depth: Depth, patterns: Patterns, deadline: Deadline, seconds: int, cancelled: Callable[[], bool]
) -> Discovery:
    """Read the catalog; what is dropped meanwhile is met with a fresh view of the whole, a few times at most."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return _read(link, depth, patterns, deadline, seconds, cancelled)
        except psycopg.Error as error:
            if attempt == ATTEMPTS or not _vanished(error):
                raise
    raise AssertionError("the last attempt returns or raises")


def _vanished(error: psycopg.Error) -> bool:
    return error.sqlstate in {"XX000", "42P01", "42704"} and bool(_VANISHED.search(str(error)))


def _read(
    link: Link, depth: Depth, patterns: Patterns, deadline: Deadline, seconds: int, cancelled: Callable[[], bool]
) -> Discovery:
    spool = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 the reader closes it
    try:
        with reading(link, deadline, CATALOG, seconds) as facts:
            server = identity(link, facts)
            if facts.encoding == "SQL_ASCII":
                link.execute("set local client_encoding to 'SQL_ASCII'")
            _spool(link, spool, *statement(depth, patterns))
    except BaseException:
        spool.close()
        raise
    spool.seek(0)
    return Discovery(server, facts.database, _objects(spool, cancelled))


def _spool(link: Link, spool: IO[bytes], text: str, parameters: dict[str, str]) -> None:
    with link.cursor() as cursor:
        cursor.adapters.register_loader("json", _Raw)
        chunk = _CHUNK if psycopg.capabilities.has_stream_chunked() else 1
        for facts, row_estimate, size_bytes in cursor.stream(text, parameters, size=chunk):
            digest = hashlib.blake2b(facts, digest_size=16).hexdigest()
            tail = (
                f', "rowEstimate": {_number(row_estimate)}, "sizeBytes": {_number(size_bytes)}, "hash": "{digest}"}}\n'
            )
            spool.write(facts[:-1] + tail.encode())
            if spool.tell() > MOST_BYTES:
                raise ReadRefused("The catalog is too large", step=STEP, remedy="Narrow the include patterns.")


def _number(value: int | None) -> str:
    return "null" if value is None else str(value)


def _objects(spool: IO[bytes], cancelled: Callable[[], bool]) -> Iterator[SourceObject]:
    with spool:
        for index, line in enumerate(spool):
            if index % 1000 == 0 and cancelled():
                raise faults.cancelled(STEP)
            yield _object(line)


def _object(line: bytes) -> SourceObject:
    """Decode one object; a database without an encoding (SQL_ASCII) may hold names that are no text."""
    try:
        return _decoder.decode(line)
    except (UnicodeDecodeError, msgspec.DecodeError):
        pass
    try:
        return _decoder.decode(line.decode(errors="replace"))
    except msgspec.DecodeError:
        raise ReadRefused(
            "The server's answer is no catalog", step=STEP, remedy="Check that it is PostgreSQL that answers there."
        ) from None
