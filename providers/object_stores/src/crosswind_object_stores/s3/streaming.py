"""A whole object, a part after the other, as long as it stays the same one."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

from botocore.exceptions import ClientError

from crosswind.connectors.errors import ReadRefused
from crosswind.connectors.port import ObjectStream
from crosswind_object_stores.readers.source import Unreadable
from crosswind_object_stores.s3.store import Store

STEP = "read"
PIECE = 8 * 1024 * 1024
Working = Callable[[], AbstractContextManager[None]]


def stream(store: Store, key: str, working: Working) -> ObjectStream:
    """Return an object below the connection's prefix; each request is made within `working`."""
    if not key.startswith(store.settings.prefix):
        raise ReadRefused("The connection does not reach that object", step=STEP, remedy="Name one below its prefix.")
    with working():
        found = _head(store, key)
    size, tag = int(found["ContentLength"]), str(found["ETag"]).strip('"')
    return ObjectStream(f"{tag}/{size}", size, _pieces(store, key, size, tag, working))


def _head(store: Store, key: str) -> Any:
    """What an object is; the answer to a HEAD has no body that says why it was refused, that to a GET has."""
    try:
        return store.ask("head_object", Key=key)
    except ClientError:
        with contextlib.closing(store.ask("get_object", Key=key, Range="bytes=0-0")["Body"]):
            raise


def _pieces(store: Store, key: str, size: int, tag: str, working: Working) -> Iterator[bytes]:
    for start in range(0, size, PIECE):
        length = min(PIECE, size - start)
        with working():
            piece = _piece(store, key, start, length)
            now = _head(store, key)["ETag"].strip('"') if start + length == size else tag
        if len(piece) != length or now != tag:
            raise ReadRefused("The object changed while it was read", step=STEP, remedy="Start another import.")
        yield piece


def _piece(store: Store, key: str, start: int, length: int) -> bytes:
    with contextlib.suppress(Unreadable):
        return store.fetch(key, start, length)
    raise ReadRefused("The object cannot be read", step=STEP, remedy="Check that the login may read it.")
