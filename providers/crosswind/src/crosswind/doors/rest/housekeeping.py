"""What the API server does beside requests, in one thread: roles at start, then audit, floods and reconciling."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from threading import Event, Thread
from time import monotonic

from fastapi import FastAPI
from sqlalchemy.exc import SQLAlchemyError

from crosswind.bootstrap import Platform
from crosswind.contexts.access.roles import seed_roles
from crosswind.contexts.catalog.repository import words as vocabulary
from crosswind.contexts.catalog.spreading import service as spreading
from crosswind.contexts.catalog.spreading.seen import Seen
from crosswind.contexts.catalog.vocabulary import pending
from crosswind.contexts.governance import chain
from crosswind.doors.rest import retention
from crosswind.doors.rest.deliveries import Deliveries
from crosswind.kit import garbage
from crosswind.kit.leading import Leading
from crosswind.kit.relay import PUBLISHED

PAUSE = 5.0
WEBHOOKS = 0x63726F7373776862
RECONCILED_EVERY = 60.0
SPREAD_EVERY = 60.0
READS_FOR = 0.5
"""Seconds of a turn that words are read for."""
TELLS_FOR = 5.0
"""Seconds of a turn that assets are told of new names and ends for."""
FORGETS_EVERY = 3600.0
log = logging.getLogger(__name__)


class Housekeeping:
    """A loop that outlives a store which is away: it tries again after a pause."""

    def __init__(self, platform: Platform, pause: float = PAUSE) -> None:
        self._platform = platform
        self._pause = pause
        self._stop = Event()
        self._seeded = False
        self._reconciled_at = -RECONCILED_EVERY
        self._forgot_at = -FORGETS_EVERY
        self._spread_at = -SPREAD_EVERY
        self._seen = Seen()
        self._read_at = -SPREAD_EVERY
        self._words_at: str | None = None
        self._thread = Thread(target=self._run, name="crosswind-housekeeping", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End after the present step."""
        self._stop.set()
        self._thread.join(timeout=self._pause)

    def turn(self) -> None:
        """Take each step; one that fails is tried again at the next turn and keeps no other from being taken."""
        for step in (self.once, self.reconcile, self.spread, self.tell_members, self.read_words, self.forget):
            try:
                step()
            except SQLAlchemyError as error:
                log.warning("Housekeeping (%s) waits for the store: %s", step.__name__, type(error).__name__)
            except Exception:
                log.exception("Housekeeping (%s) failed and will be tried again", step.__name__)

    def once(self) -> None:
        """Do what is to be done now."""
        if not self._seeded:
            with self._platform.session() as session:
                seed_roles(session, self._platform.identity)
            self._seeded = True
        self._platform.denials.flush_overdue()
        with self._platform.session() as session:
            while chain.seal(session) == chain.BATCH:
                pass

    def reconcile(self) -> None:
        """Bring connections and Airflow's side in step, now and then."""
        if monotonic() - self._reconciled_at >= RECONCILED_EVERY:
            self._reconciled_at = monotonic()
            self._platform.reconcile_connections()

    def spread(self) -> None:
        """Spread the tags that were left, and now and then all, as a crawl moves them too; unless nothing moved."""
        everything = monotonic() - self._spread_at >= SPREAD_EVERY
        spreading.tend(self._platform.session, everything=everything, seen=self._seen)
        if everything:
            self._spread_at = monotonic()

    def tell_members(self) -> None:
        """Go on with new names and ends of what has very many assets; for a part of each turn, so nothing waits."""
        pending.tend(self._platform.session, TELLS_FOR, self._platform.relay.nudge)

    def read_words(self) -> None:
        """Read the words of what changed, now and then; of very much a part at each turn, so nothing waits."""
        if self._words_at is not None or monotonic() - self._read_at >= SPREAD_EVERY:
            self._read_at = monotonic()
            self._words_at = vocabulary.read(self._platform.session, self._words_at, READS_FOR)

    def forget(self) -> None:
        """Let go of what is over its time, now and then."""
        if monotonic() - self._forgot_at >= FORGETS_EVERY:
            self._forgot_at = monotonic()
            retention.run(self._platform)

    def _run(self) -> None:
        while not self._stop.is_set():
            self.turn()
            self._stop.wait(self._pause)


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Keep house and relay events while the app runs, and let go of the store when it ends."""
    platform: Platform = app.state.door.platform
    housekeeping = Housekeeping(platform)
    housekeeping.start()
    platform.relay.start()
    webhooks = Leading(platform.engine, "webhooks", WEBHOOKS, Deliveries(platform).once, channel=PUBLISHED, poll=5.0)
    webhooks.start()
    with garbage.sparing():
        yield
    webhooks.stop()
    housekeeping.stop()
    platform.close()
