"""A server that speaks enough of S3 over HTTP to list very many keys and give parts of them, made up as they are asked.

Keys of one table: Hive partitions of Parquet, daily folders of JSON lines, single CSV files, and objects that are no
tables, in the share that a lake has them. Nothing is stored: a continuation token is the number of the next key.
"""

from __future__ import annotations

import io
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from subprocess import PIPE, Popen
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

BUCKET, KEY = "lake", "bench"
TABLES, SINGLES = 300, 200
_PAGE = 1000
_FACTS, _EVENTS = 0.6, 0.3


class Lake:
    """`total` keys by number, in the order of their names."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.files = total - SINGLES
        self.held = bodies()

    def key(self, number: int) -> str:
        """Return the key of a number; numbers count in the order of the keys."""
        if number < SINGLES:
            return f"drops/{_letters(number)}/customers.csv"
        number -= SINGLES
        most = int(self.files * _FACTS) // TABLES
        if number < most * TABLES:
            table, file = divmod(number, most)
            day, part = divmod(file, max(1, -(-most // 365)))
            month, date = divmod(day, 31)
            return (
                f"facts/table_{_letters(table)}/year=2025/month={month + 1:02}/day={date + 1:02}/part-{part:05}.parquet"
            )
        number -= most * TABLES
        events = int(self.files * _EVENTS)
        if number < events:
            day, part = divmod(number, max(1, -(-events // 1000)))
            year, rest = divmod(day, 372)
            month, date = divmod(rest, 31)
            return f"logs/events/{2020 + year}/{month + 1:02}/{date + 1:02}/{part:06}.jsonl"
        return f"pictures/{number - events:012x}.png"

    def page(self, start: int, size: int) -> bytes:
        """Return one page of the listing as S3 writes it."""
        end = min(self.total, start + size)
        rows = "".join(self._row(self.key(number)) for number in range(start, end))
        more = end < self.total
        token = f"<NextContinuationToken>{end}</NextContinuationToken>" if more else ""
        return (
            '<?xml version="1.0" encoding="UTF-8"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
            f"<Name>{BUCKET}</Name><Prefix></Prefix><KeyCount>{end - start}</KeyCount><MaxKeys>{size}</MaxKeys>"
            f"<EncodingType>url</EncodingType><IsTruncated>{str(more).lower()}</IsTruncated>{token}{rows}"
            "</ListBucketResult>"
        ).encode()

    def body(self, key: str) -> bytes:
        """Return what an object holds, by its kind."""
        return self.held[key.rpartition(".")[2]]

    def _row(self, key: str) -> str:
        return (
            f"<Contents><Key>{escape(key)}</Key><LastModified>2026-01-02T03:04:05.000Z</LastModified>"
            f"<ETag>&quot;d41d8cd98f00b204e9800998ecf8427e&quot;</ETag><Size>{len(self.body(key))}</Size>"
            "<StorageClass>STANDARD</StorageClass></Contents>"
        )


def _letters(number: int) -> str:
    first, second = divmod(number, 26)
    return f"{chr(97 + first)}{chr(97 + second)}"


def bodies() -> dict[str, bytes]:
    """Return what a file of each kind holds."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    held = io.BytesIO()
    pq.write_table(pa.table({"id": [1, 2], "amount": [1.5, 2.5], "label": ["a", "b"]}), held)
    return {
        "parquet": held.getvalue(),
        "csv": b"id,name,since\n" + b"1,somebody,2024-01-01\n" * 20,
        "png": b"\x89PNG" + bytes(500),
        "jsonl": b'{"id": 1, "who": {"mail": "a@b.example"}}\n' * 20,
    }


class Handler(BaseHTTPRequestHandler):
    """Answers a listing, a part of an object, and 404 to all questions about the bucket."""

    protocol_version = "HTTP/1.1"
    lake: Lake

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        asked = parse_qs(parts.query, keep_blank_values=True)
        if "list-type" in asked:
            start = int(asked.get("continuation-token", ["0"])[0])
            self._send(200, self.lake.page(start, min(_PAGE, int(asked.get("max-keys", [str(_PAGE)])[0]))))
        elif asked and set(asked) - {"x-id"}:
            self._send(404, b"<Error><Code>NoSuchBucketPolicy</Code></Error>")
        else:
            body = self.lake.body(unquote(parts.path))
            first, _, last = self.headers["Range"].removeprefix("bytes=").partition("-")
            part = body[int(first) : int(last) + 1]
            self._send(206, part, f"bytes {first}-{int(first) + len(part) - 1}/{len(body)}")

    def _send(self, status: int, body: bytes, part: str | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/xml")
        self.send_header("Content-Length", str(len(body)))
        if part:
            self.send_header("Content-Range", part)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def serve(total: int) -> None:
    """Serve on a free port of loopback, which is printed, until standard input closes."""
    Handler.lake = Lake(total)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.server_address[1], flush=True)
    sys.stdin.read()


@contextmanager
def serving(total: int) -> Iterator[int]:
    """Serve from a process of its own, so that making keys up costs the readers nothing but waiting."""
    program = f"from tests.bench.listing import serve; serve({total})"
    process = Popen([sys.executable, "-c", program], stdin=PIPE, stdout=PIPE, text=True)
    try:
        assert process.stdout is not None
        yield int(process.stdout.readline())
    finally:
        process.communicate(timeout=20)
