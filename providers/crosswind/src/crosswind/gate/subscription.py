"""One subscription: an asynchronous iterator over the events of a channel, first from the table, then live."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from crosswind.gate.events import ASSETS, TASKS, Channel, EventMessage, Follower
from crosswind.kit.actor import Actor
from crosswind.kit.errors import CrosswindError

if TYPE_CHECKING:
    from crosswind.gate.hub import Hub

MOST_WAITING = 1000
"""Events that wait for a reader in memory; one who has more waiting reads on from the table."""


class Subscription:
    """Yields `EventMessage`s in order; raises the error that ended it, such as `Forbidden` for a right that is lost.

    `related` says that whoever follows one asset is told of its relationships too, where it may read them.
    `last` is the event id that was yielded last, from which the reader may resume. What waits in memory is bounded:
    a reader that falls behind gets the rest from the table, at its own pace, as one does that resumes.
    """

    def __init__(
        self,
        hub: Hub,
        follower: Follower,
        channel: Channel,
        entity_id: str | None,
        start: int = 0,
        *,
        related: bool = False,
    ) -> None:
        self._related = related and entity_id is not None and channel is ASSETS
        self.follower = follower
        self.channel = channel
        self.entity_id = entity_id
        self.loop = asyncio.get_running_loop()
        self.last = start
        self.place = start
        self.live = False
        self.closed = False
        self._hub = hub
        self._table: deque[EventMessage] = deque()
        self._queue: deque[EventMessage] = deque()
        self._ready = asyncio.Event()
        self._error: CrosswindError | None = None

    @property
    def related(self) -> bool:
        """Whether it is told of relationships, as only somebody is who may read them."""
        return self._related and self.actor.may("relationship:read")

    @property
    def actor(self) -> Actor:
        """Who follows, as it stood when it was last asked."""
        return self.follower.actor

    def __aiter__(self) -> Subscription:
        return self

    async def __anext__(self) -> EventMessage:
        while not self.closed:
            if self._error is not None:
                self.close()
                raise self._error
            if self._table:
                return self._yielded(self._table.popleft())
            if self._queue:
                message = self._queue.popleft()
                if message.event_id is None or message.event_id > self.place:
                    self.place = message.event_id or self.place
                    return self._yielded(message)
                continue
            if self.live:
                self._ready.clear()
                await self._ready.wait()
            else:
                await self._hub.read_on(self)
        raise StopAsyncIteration

    async def __aenter__(self) -> Subscription:
        return self

    async def __aexit__(self, *_: object) -> None:
        self.close()

    async def aclose(self) -> None:
        """End it, as a generator is ended."""
        self.close()

    def close(self) -> None:
        """End it; an iteration that waits stops."""
        self.closed = True
        self._hub.forget(self)
        self._table.clear()
        self._queue.clear()
        self._ready.set()

    def offer(self, messages: Sequence[EventMessage]) -> None:
        """Take what happened; called in the subscription's own loop."""
        if not self.live:
            return
        if self.channel is TASKS:
            self._queue.clear()
        self._queue.extend(messages)
        if len(self._queue) > MOST_WAITING:
            self._hub.leave(self)
            self.live = False
            self._queue.clear()
        self._ready.set()

    def put(self, messages: Iterable[EventMessage], place: int) -> None:
        """What was read of the table up to a place; called while the iteration waits for it."""
        self._table.extend(messages)
        self.place = place

    def stands(self, actor: Actor) -> None:
        """Note what the follower may do now."""
        self.follower = Follower(actor, self.follower.shown)

    def end(self, error: CrosswindError) -> None:
        """Let the reader have this error next; from any thread."""
        with suppress(RuntimeError):
            self.loop.call_soon_threadsafe(self._end, error)

    def _end(self, error: CrosswindError) -> None:
        self._error = self._error or error
        self._ready.set()

    def _yielded(self, message: EventMessage) -> EventMessage:
        self.last = message.event_id or self.last
        return message
