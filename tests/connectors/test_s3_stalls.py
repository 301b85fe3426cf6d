"""What happens when a store stops in the middle."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from http.server import ThreadingHTTPServer

import pytest
from tests.bench.listing import BUCKET, KEY, Handler, Lake

from crosswind.connectors.errors import Cancelled, ConnectionFailed, ConnectionTimeout
from crosswind.connectors.patterns import Patterns
from crosswind.kit.outbound import OutboundGuard
from crosswind_object_stores.s3.connector import S3Connector
from crosswind_object_stores.s3.settings import S3Settings


class Stalling(Handler):
    """Lists well; of objects it sends what `sent` says, then nothing more until `over`."""

    lake = Lake(1200)
    over: threading.Event
    sent: int | None
    port: int

    def _send(self, status: int, body: bytes, part: str | None = None) -> None:
        if part is None:
            super()._send(status, body)
            return
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: self.sent])
        self.wfile.flush()
        if self.sent is not None:
            self.over.wait(30)
            self.close_connection = True


@pytest.fixture
def stalling() -> Iterator[type[Stalling]]:
    Stalling.over, Stalling.sent = threading.Event(), 5
    server = ThreadingHTTPServer(("127.0.0.1", 0), Stalling)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    Stalling.port = server.server_address[1]
    yield Stalling
    Stalling.over.set()
    server.shutdown()
    server.server_close()
    thread.join()


def connector(store: type[Stalling], seconds: int = 30) -> S3Connector:
    given = {"bucket": BUCKET, "endpoint": f"http://127.0.0.1:{store.port}", "connectionTimeout": seconds}
    guard = OutboundGuard([f"127.0.0.1:{store.port}"])
    return S3Connector(S3Settings.model_validate(given), {"accessKey": KEY, "secretKey": KEY}, guard)


def test_an_object_that_never_ends_is_left_when_asked_to_stop(stalling: type[Stalling]) -> None:
    with connector(stalling) as opened:
        found = opened.discover("full", Patterns())
        threading.Timer(1, opened.cancel).start()
        since = time.monotonic()
        with pytest.raises(Cancelled):
            list(found.objects)
        assert time.monotonic() - since < 25


def test_an_object_that_never_ends_ends_the_crawl_as_a_reason_to_retry(stalling: type[Stalling]) -> None:
    with connector(stalling, seconds=1) as opened:
        found = opened.discover("full", Patterns())
        with pytest.raises((ConnectionTimeout, ConnectionFailed)) as caught:
            list(found.objects)
    assert caught.value.transient


def test_a_link_that_breaks_in_an_object_is_tried_again(
    stalling: type[Stalling], monkeypatch: pytest.MonkeyPatch
) -> None:
    stalling.over.set()
    broken: list[str] = []
    whole = Handler._send

    def once(self: Stalling, status: int, body: bytes, part: str | None = None) -> None:
        if part is not None and self.path not in broken:
            broken.append(self.path)
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body[:5])
            self.close_connection = True
        else:
            whole(self, status, body, part)

    monkeypatch.setattr(stalling, "_send", once)
    with connector(stalling) as opened:
        found = list(opened.discover("full", Patterns(include=("*.drops/*",))).objects)
    assert len(found) == 200
    assert not [each.name for each in found if not each.columns]
    assert len(broken) == 200


def test_a_sample_ends_within_its_time(stalling: type[Stalling]) -> None:
    since = time.monotonic()
    with connector(stalling) as opened, pytest.raises(ConnectionTimeout):
        opened.sample(BUCKET, "drops/aa/customers.csv", ["id"], 5, 1)
    assert time.monotonic() - since < 25
