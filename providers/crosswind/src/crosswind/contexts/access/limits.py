"""How many requests a caller may make: a bucket of tokens in the store, spent from batches that each process takes.

A bucket holds a minute's requests and fills evenly. A process takes a batch of tokens in one statement and spends it in
memory, so that most requests write nothing; what it has not spent after some seconds is lost. All processes together
never spend more tokens than the bucket gave (docs/decisions/0014).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from threading import Lock
from time import monotonic

from sqlalchemy import text
from sqlalchemy.orm import Session

from crosswind.contexts.access.errors import RateLimited
from crosswind.kit.actor import Actor

WINDOW = 60
"""Seconds in which an empty bucket is full again."""
BATCHES = 20
LARGEST_BATCH = 50
SPENT_WITHIN = 5.0
"""Seconds after which a process gives up what it took and did not spend."""
REMEMBERED = 10_000
"""Callers that a process keeps in memory; those with nothing left go first."""
TASKS = 10
"""A task's lease may make this many times the requests of a key: it sends a catalog in batches."""
_TAKE = text("""
    WITH quick AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true))
    INSERT INTO crosswind.rate_buckets AS b (caller, tokens, granted, at)
    SELECT :caller, :quota - :batch, :batch, clock_timestamp() FROM quick
    ON CONFLICT (caller) DO UPDATE SET (granted, tokens, at) = (
        SELECT least(:batch, floor(f.tokens)), f.tokens - least(:batch, floor(f.tokens)), greatest(b.at, excluded.at)
          FROM (SELECT least(:quota, b.tokens + :rate * greatest(0, extract(epoch FROM excluded.at - b.at))) AS tokens)
               AS f)
    RETURNING granted, tokens
""")
_SWEEP = text("""
    DELETE FROM crosswind.rate_buckets WHERE caller IN (
        SELECT caller FROM crosswind.rate_buckets WHERE at < now() - make_interval(secs => :window)
        LIMIT :most FOR UPDATE SKIP LOCKED)
""")


@dataclass(frozen=True, slots=True)
class Quota:
    """Where a caller stands: requests a minute, how many are left, seconds until all of them are back."""

    limit: int
    remaining: int
    reset: int


@dataclass(slots=True)
class _Purse:
    """What this process took of a caller's bucket and has not spent, and what the bucket held then."""

    left: int = 0
    until: float = 0.0
    behind: float = 0.0
    empty_until: float = 0.0


class RateLimits:
    """The limits of one process; `default` is the requests a minute of whoever has no limit of its own, 0 for none."""

    def __init__(self, default: int, clock: Callable[[], float] = monotonic) -> None:
        self.default = default
        self._clock = clock
        self._lock = Lock()
        self._purses: dict[str, _Purse] = {}

    def limit_of(self, actor: Actor) -> int:
        """Requests a minute that an actor may make; 0 means no limit."""
        if actor.kind == "task":
            return self.default * TASKS
        return actor.rate_limit or self.default

    def spend(self, session: Session, actor: Actor) -> Quota | None:
        """Count a request, in a short transaction of its own where the store is asked; raises `RateLimited`."""
        limit = self.limit_of(actor)
        if not limit:
            return None
        caller = actor.credential or f"{actor.kind}:{actor.tenant}:{actor.subject}"
        purse = self._spent(caller)
        if purse is None:
            purse = self._taken(session, caller, limit)
        remaining = int(purse.left + purse.behind)
        quota = Quota(limit, max(remaining, 0), ceil((limit - min(remaining, limit)) * WINDOW / limit))
        wait = purse.empty_until - self._clock()
        if wait > 0:
            raise RateLimited(
                f"More than {limit} requests a minute; wait and try again",
                retry_after=max(1, ceil(wait)), limit=limit, remaining=0, reset=quota.reset,
            )  # fmt: skip
        return quota

    def _spent(self, caller: str) -> _Purse | None:
        """The purse after one token of it is gone, or one that is known to be empty; None when the store must tell."""
        now = self._clock()
        with self._lock:
            purse = self._purses.get(caller)
            if purse is None:
                return None
            if purse.left > 0 and purse.until > now:
                purse.left -= 1
                return purse
            return purse if purse.empty_until > now else None

    def _taken(self, session: Session, caller: str, limit: int) -> _Purse:
        batch = min(max(limit // BATCHES, 1), LARGEST_BATCH)
        rate = limit / WINDOW
        values = {"caller": caller, "quota": float(limit), "batch": batch, "rate": rate}
        granted, tokens = session.execute(_TAKE, values).one()
        session.commit()
        now = self._clock()
        with self._lock:
            kept = self._purses.get(caller)
            had = (kept.left if kept and kept.until > now else 0) + int(granted)
            if had:
                purse = _Purse(had - 1, now + SPENT_WITHIN, float(tokens))
            else:
                purse = _Purse(0, 0.0, float(tokens), now + (1 - float(tokens)) / rate)
            self._purses[caller] = purse
            self._forget(now)
        return purse

    def _forget(self, now: float) -> None:
        if len(self._purses) > REMEMBERED:
            alive = ((name, each) for name, each in self._purses.items() if max(each.until, each.empty_until) > now)
            self._purses = dict(alive)
        while len(self._purses) > REMEMBERED:
            del self._purses[next(iter(self._purses))]


def sweep(session: Session, most: int) -> int:
    """Delete at most `most` buckets that are full again, which is what a missing one is taken for."""
    return int(session.execute(_SWEEP, {"window": WINDOW, "most": most}).rowcount)  # type: ignore[attr-defined]
