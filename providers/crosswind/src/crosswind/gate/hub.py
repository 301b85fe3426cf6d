"""The hub of one process: one reader of the outbox, and everybody who follows it through any protocol.

    hub = hub_of(platform)
    async with await hub.subscribe(Follower(actor, credentials), "asset.updates", asset_id, after=17) as events:
        async for message in events:   # gate.events.EventMessage
            ...

`asset.updates` takes an asset's id (with `related=True` it tells of its relationships too) or None for all that the
actor may see, `task.progress` a task's id (its present state comes first, then each change). Without `after` it begins
with what is published from now on; with it, with the next event after that id, and there is neither a gap nor a double
where the table ends and the present begins.

`subscribe` raises `Forbidden`, `NotFound`, `Invalid` (an id never given), `EventsForgotten` (`after` lies before what
is kept) or `Unavailable`. The iteration raises `Unauthenticated` or `Forbidden` within `asking` seconds after the
credential was revoked, ran out or lost the permission, and `EventsForgotten` for a reader so slow that retention
overtook it. Whoever writes to a socket bounds the time of each write itself (`TooSlow`).

`hub.connection(actor)` counts a connection against the limits of the process and of its caller.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event, Lock, Thread
from time import monotonic
from typing import TYPE_CHECKING, Any

import psycopg
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from crosswind.contexts.events import repository
from crosswind.gate import faults
from crosswind.gate.events import TASKS, Follower
from crosswind.gate.pages import channel_of, check_kept, check_one, hand_on, message, seen_by
from crosswind.gate.standing import ask_again
from crosswind.gate.subscription import Subscription
from crosswind.gate.task_watch import TaskWatch
from crosswind.kit.actor import Actor
from crosswind.kit.errors import CrosswindError, Invalid, TooManyRequests, Unavailable
from crosswind.kit.lanes import Lane
from crosswind.kit.listening import Link, Waker
from crosswind.kit.relay import PUBLISHED

if TYPE_CHECKING:
    from crosswind.bootstrap import Platform

PAGE = 1000
POLL = 2.0
PAUSE = 1.0
STARTS_WITHIN = 10.0
MOST_CONNECTIONS = 2000
MOST_OF_ONE = 200
"""Connections of one caller's in a process."""
log = logging.getLogger(__name__)
_hubs: dict[Platform, Hub] = {}
_making = Lock()


def hub_of(platform: Platform) -> Hub:
    """The platform's hub, made when first asked for; it begins to read with its first subscription."""
    with _making:
        if platform not in _hubs:
            _hubs[platform] = Hub(platform)
            platform.on_close(_hubs[platform].stop)
        return _hubs[platform]


class Hub:
    """Followers by tenant, one thread that reads for them and one that asks whether they still may."""

    def __init__(self, platform: Platform, *, asking: float = 10.0, looking: float = 1.0) -> None:
        self.asking = asking
        self.looking = looking
        self.lane = Lane("events", 4, 1000)
        self._platform = platform
        self._tasks = TaskWatch(platform)
        self._waker = Waker()
        self._lock = Lock()
        self._stop = Event()
        self._reading = Event()
        self._threads: list[Thread] = []
        self._open: set[Subscription] = set()
        self._followers: dict[str, set[Subscription]] = defaultdict(set)
        self._connections: Counter[str] = Counter()
        self._last = 0

    async def subscribe(
        self,
        follower: Follower,
        channel: str,
        entity_id: str | None = None,
        after: int | None = None,
        *,
        related: bool = False,
    ) -> Subscription:
        """Follow a channel; what it raises is in the module's own words."""
        found = channel_of(channel, follower.actor, entity_id)
        subscription = Subscription(self, follower, found, entity_id, related=related)
        try:
            await self.lane.run(lambda: self._told(lambda: self._begin(subscription, after)))
        except BaseException:
            subscription.close()
            raise
        return subscription

    async def read_on(self, subscription: Subscription) -> None:
        """Read more of the table for a subscription, up to the present where that is near."""
        try:
            await self.lane.run(lambda: self._told(lambda: self._read_on(subscription)))
        except Unavailable as error:
            if self._stop.is_set():
                subscription.end(error)
            await asyncio.sleep(PAUSE)
        except CrosswindError as error:
            subscription.end(error)
            await asyncio.sleep(0)

    @contextmanager
    def connection(self, actor: Actor) -> Iterator[None]:
        """Count a connection while it is open; `TooManyRequests` or `Unavailable` where there is no room for it."""
        caller = f"{actor.tenant}:{actor.subject}"
        with self._lock:
            if self._connections[caller] >= MOST_OF_ONE:
                raise TooManyRequests(f"You have {MOST_OF_ONE} connections open; close one first", retry_after=30)
            if self._connections.total() >= MOST_CONNECTIONS:
                raise Unavailable("Too many connections are open; try again later", retry_after=30)
            self._connections[caller] += 1
        try:
            yield
        finally:
            with self._lock:
                self._connections -= Counter([caller])

    def forget(self, subscription: Subscription) -> None:
        """Let go of a subscription that is closed."""
        with self._lock:
            self._open.discard(subscription)
        self.leave(subscription)

    def leave(self, subscription: Subscription) -> None:
        """Tell a subscription nothing of what happens until it has read on in the table."""
        tenant = subscription.actor.tenant
        with self._lock:
            held = self._followers.get(tenant, set())
            held.discard(subscription)
            if not held:
                self._followers.pop(tenant, None)

    def subscriptions(self) -> list[Subscription]:
        """All that are open."""
        with self._lock:
            return list(self._open)

    def stop(self) -> None:
        """End every subscription and the threads."""
        self._stop.set()
        self._waker.wake()
        for each in self.subscriptions():
            each.end(Unavailable("The server is stopping; connect again", retry_after=1))
        for thread in self._threads:
            thread.join(timeout=5)
        _hubs.pop(self._platform, None)

    def _told(self, call: Any) -> None:
        try:
            call()
        except (SQLAlchemyError, psycopg.Error) as error:
            raise faults.meaning(error, "events") from error

    def _begin(self, subscription: Subscription, after: int | None) -> None:
        self._start()
        with self._lock:
            if not subscription.closed:
                self._open.add(subscription)
        if self._stop.is_set() or not self._reading.wait(STARTS_WITHIN):
            raise Unavailable("The events cannot be read at the moment; try again shortly")
        if subscription.channel is TASKS:
            self._join(subscription)
            subscription.put(self._tasks.begin(subscription), 0)
            return
        with self._platform.session() as session:
            if subscription.entity_id is not None:
                check_one(session, subscription)
            ends = repository.head(session)
        if after is None:
            self._join(subscription, fresh=True)
        elif after > max(ends.seq, self._last):
            raise Invalid(f"No event has the id {after} yet", field="last_event_id", newest_event_id=ends.seq)
        else:
            subscription.last = subscription.place = after
            check_kept(after, ends)

    def _join(self, subscription: Subscription, *, fresh: bool = False) -> int:
        """From now on it is told what happens; returns where that begins, which a fresh one takes as its place."""
        with self._lock:
            if not subscription.closed:
                self._followers[subscription.actor.tenant].add(subscription)
                subscription.live = True
            if fresh:
                subscription.last = subscription.place = self._last
            return self._last

    def _read_on(self, subscription: Subscription) -> None:
        begin = subscription.place
        near = self._last - begin <= PAGE
        end = self._join(subscription) if near else begin + PAGE
        try:
            with self._platform.session() as session:
                rows = repository.between(
                    session, begin, end, subscription.actor.tenant, subscription.channel.entity_types,
                    subscription.entity_id, related=subscription.related,
                )  # fmt: skip
                check_kept(begin, repository.head(session))
                found = seen_by(session, subscription.actor, rows)
        except BaseException:
            self.leave(subscription)
            subscription.live = False
            raise
        subscription.put([message(row) for row in found], max(begin, end))

    def _start(self) -> None:
        with self._lock:
            if self._threads or self._stop.is_set():
                return
            for name, work in (("events", self._follow), ("standing", self._ask)):
                self._threads.append(Thread(target=self._outlive, args=(work,), name=f"crosswind-{name}", daemon=True))
        for thread in self._threads:
            thread.start()

    def _outlive(self, work: Any) -> None:
        while not self._stop.is_set():
            try:
                work()
            except (psycopg.Error, SQLAlchemyError) as error:
                log.warning("Events wait for the store: %s", type(error).__name__)
            except Exception:
                log.exception("Following events failed and will be tried again")
            self._stop.wait(PAUSE)

    def _follow(self) -> None:
        """Read what is published and hand it on, until the link is lost."""
        link = Link(self._platform.engine, [PUBLISHED])
        try:
            if not self._reading.is_set():
                with self._platform.session() as session:
                    self._last = repository.head(session).seq
                self._reading.set()
            while not self._stop.is_set():
                if not self._read(link):
                    link.wait(POLL, self._waker)
        finally:
            link.close()

    def _read(self, link: Link) -> bool:
        """Hand on the next page; whether there may be more.

        All or nothing of it is handed on: what the store failed on is read again. Whoever joined meanwhile drops what
        lies before its place.
        """
        with self._lock:
            tenants = frozenset(self._followers)
        with Session(link.connection) as session:
            begun = self._last
            head, rows = repository.after(session, begun, tenants, PAGE)
            end = min(head, begun + PAGE)
            if end <= begun:
                return False
            with self._lock:
                if not self._followers.keys() <= tenants:
                    return True
                self._last = end
                told = {tenant: list(held) for tenant, held in self._followers.items()}
            try:
                hand_on(session, rows, told)
            except (psycopg.Error, SQLAlchemyError):
                with self._lock:
                    self._last = begun
                raise
        return end < head

    def _ask(self) -> None:
        """Look at followed tasks, and now and then ask whether followers still may."""
        asked = monotonic()
        while not self._stop.wait(self.looking):
            if monotonic() - asked >= self.asking:
                asked = monotonic()
                ask_again(self._platform, self.subscriptions())
            changed = self._tasks.look(self.subscriptions)
            for each in self.subscriptions() if changed else ():
                if each.channel is TASKS and (message := changed.get(str(each.entity_id))):
                    with suppress(RuntimeError):
                        each.loop.call_soon_threadsafe(each.offer, [message])
