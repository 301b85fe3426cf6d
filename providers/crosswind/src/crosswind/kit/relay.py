"""The relay: gives committed rows of the outbox their place, in one process at a time.

Rows become readable by getting a `seq`, without a gap, in the order of their ids among those that are committed. That
is the order of commits for each entity, whose writers wait for each other before they take an id; between entities it
is any order. A row of a low id that is committed late gets a later place, and nobody who reads on by `seq` misses it.

A process that does not hold the lock passes on that something was committed, by one NOTIFY for many commits: a NOTIFY
in each writer's transaction would make their commits wait for each other.
"""

from __future__ import annotations

from time import monotonic

from sqlalchemy import Engine

from crosswind.kit.linked import LinkedThread
from crosswind.kit.listening import Link

LOCK = 0x63726F7373726C79
WRITTEN = "crosswind_written"
PUBLISHED = "crosswind_published"
BATCH = 5000
GAP = 0.01
"""Seconds between two batches that are not full: what is committed meanwhile goes with the next one."""
POLL = 0.5
_PUBLISH = """
    WITH fresh AS MATERIALIZED (
        SELECT id, row_number() OVER (ORDER BY id) AS place
        FROM (SELECT id FROM crosswind.outbox WHERE seq IS NULL ORDER BY id LIMIT %s) AS oldest
    ), head AS (
        UPDATE crosswind.outbox_head h SET seq = h.seq + n.count, published_at = clock_timestamp()
        FROM (SELECT count(*) FROM fresh) AS n WHERE n.count > 0 RETURNING h.seq - n.count AS base, h.seq AS last
    ), placed AS (
        UPDATE crosswind.outbox o SET seq = head.base + fresh.place FROM fresh, head WHERE o.id = fresh.id
    )
    SELECT last - base, pg_notify(%s, last::text) FROM head
"""


class Relay(LinkedThread):
    """A thread in each process, of which one publishes."""

    def __init__(self, engine: Engine, *, poll: float = POLL) -> None:
        super().__init__(engine, "relay", poll=poll)

    def nudge(self) -> None:
        """Say that something was committed; cheap, and without effect before the start."""
        self._waker.wake()

    def _serve(self, link: Link) -> None:
        self._follow(link)
        self._lead(link)

    def _follow(self, link: Link) -> None:
        """Pass on what this process commits, until the lock is ours."""
        while not self._stop.is_set() and not link.lock(LOCK):
            again = monotonic() + self._poll
            while (left := again - monotonic()) > 0 and not self._stop.is_set():
                if link.wait(left, self._waker):
                    link.raw.execute(f"NOTIFY {WRITTEN}")
                    self._stop.wait(GAP)

    def _lead(self, link: Link) -> None:
        link.raw.execute(f"LISTEN {WRITTEN}")
        while not self._stop.is_set():
            if publish(link) == BATCH:
                continue
            self._stop.wait(GAP)
            link.wait(self._poll, self._waker)


def publish(link: Link) -> int:
    """Give the oldest unpublished rows their places and tell readers; how many there were, at most a batch."""
    row = link.raw.execute(_PUBLISH, (BATCH, PUBLISHED)).fetchone()
    return int(row[0]) if row else 0
