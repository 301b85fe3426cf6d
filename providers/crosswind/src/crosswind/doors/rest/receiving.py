"""Files on their way in: a part at a time into the store, and no thread, session or transaction held between two."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING, TypeVar
from uuid import UUID

from crosswind.contexts.catalog.transfer.uploads import PART
from crosswind.doors.rest.request import StrictRequest
from crosswind.kit.actor import Actor
from crosswind.kit.errors import Invalid, TooManyRequests, Unavailable
from crosswind.kit.lanes import Lane

if TYPE_CHECKING:
    from crosswind.bootstrap import Platform, Services

T = TypeVar("T")
MOST_AT_ONCE = 8
"""Files under way in a process; each holds two parts in memory at most."""
MOST_OF_ONE = 2
_running: Counter[str] = Counter()
_lock = Lock()


async def receive(platform: Platform, lane: Lane, request: StrictRequest, actor: Actor) -> UUID:
    """Store a request's body in parts, each in a transaction of its own; a file that breaks off is let go of."""

    async def step(call: Callable[[Services], T]) -> T:
        return await lane.run(lambda: _done(platform, actor, call))

    declared = request.headers.get("content-length", "0")
    if declared.isdigit() and int(declared) > request.body_limit:
        raise request.too_large()
    with _place(f"{actor.tenant}:{actor.subject}"):
        upload_id = await step(lambda services: services.uploads.begin())
        number = 0
        try:
            async for part in _parts(request):
                await step(partial(_append, upload_id=upload_id, number=number, part=part))
                number += 1
            if not number:
                raise Invalid("The body is empty; send the file in it", field="body")
        except BaseException:
            await step(lambda services: services.uploads.abandon(upload_id))
            raise
    return upload_id


def _append(services: Services, upload_id: UUID, number: int, part: bytes) -> None:
    services.uploads.append(upload_id, number, part)


async def _parts(request: StrictRequest) -> AsyncIterator[bytes]:
    held = bytearray()
    async for chunk in request.stream():
        held += chunk
        while len(held) >= PART:
            yield bytes(held[:PART])
            del held[:PART]
    if held:
        yield bytes(held)


def _done(platform: Platform, actor: Actor, call: Callable[[Services], T]) -> T:
    with platform.session() as session:
        services = platform.services(session, actor)
        result = call(services)
        services.uow.commit()
        return result


@contextmanager
def _place(caller: str) -> Iterator[None]:
    with _lock:
        if _running[caller] >= MOST_OF_ONE:
            raise TooManyRequests(f"You have {MOST_OF_ONE} files under way; let one of them end", retry_after=10)
        if _running.total() >= MOST_AT_ONCE:
            raise Unavailable("Too many files are under way; try again shortly", retry_after=10)
        _running[caller] += 1
    try:
        yield
    finally:
        with _lock:
            _running[caller] -= 1
            if not _running[caller]:
                del _running[caller]
