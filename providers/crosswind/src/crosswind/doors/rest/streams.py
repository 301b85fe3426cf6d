"""Answers without an end in sight: a stretch at a time, and no thread, session or memory held between two of them.

A stream that cannot be ended breaks off, so that nobody takes a part for the whole.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from threading import Lock
from time import monotonic
from typing import ClassVar

from fastapi.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from crosswind.doors.rest import reply
from crosswind.doors.rest.manners import Manners
from crosswind.kit.actor import Actor
from crosswind.kit.errors import CrosswindError, TooManyRequests, Unavailable

MOST_AT_ONCE = 8
"""Streams under way in a process."""
MOST_OF_ONE = 2
"""Of one caller's, so that somebody who reads slowly keeps nobody else out."""
LONGEST = 900.0
"""Seconds after which a stream breaks off, however slowly it is read."""
PATIENCE = 30.0
"""Seconds to wait for a place in the lane between two stretches."""

SAFE = {"X-Content-Type-Options": "nosniff"}

Following = Callable[[], Awaitable[bytes | None]]
"""The next stretch, None after the last."""


class Stream(StreamingResponse):
    """A body whose first stretch is there and whose others are read while it is sent; a few at a time in a process."""

    _running: ClassVar[Counter[str]] = Counter()
    _lock: ClassVar[Lock] = Lock()

    def __init__(
        self,
        first: bytes,
        following: Following,
        media_type: str,
        filename: str,
        manners: Manners,
        actor: Actor,
        more: Mapping[str, str] | None = None,
    ) -> None:
        disposition = f'attachment; filename="{filename}"'
        headers = {"Content-Disposition": disposition, "Cache-Control": "no-store", **SAFE, **(more or {})}
        super().__init__(self._stretches(first, following), 200, headers, media_type)
        self._manners = manners
        self._caller = f"{actor.tenant}:{actor.subject}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it all, or refuse where too many streams are under way."""
        refusal = self._enter()
        if refusal is not None:
            base = str(scope.get("root_path", "")).removesuffix(self._manners.mount)
            await reply.fail(refusal, self._manners, self.headers["X-Request-Id"], base)(scope, receive, send)
            return
        try:
            await super().__call__(scope, receive, send)
        finally:
            with self._lock:
                Stream._running -= Counter([self._caller])

    def _enter(self) -> CrosswindError | None:
        with self._lock:
            if self._running[self._caller] >= MOST_OF_ONE:
                return TooManyRequests(f"You have {MOST_OF_ONE} exports under way; read them first", retry_after=10)
            if self._running.total() >= MOST_AT_ONCE:
                return Unavailable("Too many exports are under way; try again shortly", retry_after=10)
            Stream._running += Counter([self._caller])
            return None

    @staticmethod
    async def _stretches(first: bytes, following: Following) -> AsyncIterator[bytes]:
        end = monotonic() + LONGEST
        stretch: bytes | None = first
        while stretch is not None:
            yield stretch
            if monotonic() > end:
                raise TimeoutError(f"The stream was broken off after {LONGEST:.0f} seconds")
            stretch = await _patiently(following)


async def _patiently(following: Following) -> bytes | None:
    end = monotonic() + PATIENCE
    while True:
        try:
            return await following()
        except Unavailable:
            if monotonic() > end:
                raise
            await asyncio.sleep(0.5)
