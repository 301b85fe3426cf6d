"""What the store forgets after a time, in batches, by one process at a time."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial

from sqlalchemy import text
from sqlalchemy.orm import Session

from crosswind.bootstrap import Platform
from crosswind.contexts.access import answers, limits
from crosswind.contexts.catalog.openlineage.repository import forget_runs
from crosswind.contexts.catalog.repository.retention import forget_crawls, forget_versions, purge_assets
from crosswind.contexts.catalog.transfer.repository import uploads
from crosswind.contexts.events import repository as events
from crosswind.contexts.events import webhook_rows
from crosswind.contexts.governance import retention as audit
from crosswind.contexts.governance import sink
from crosswind.contexts.governance.history import forget_evaluations, forget_scans
from crosswind.contexts.tasks.retention import forget_leases, forget_tasks
from crosswind.kit.actor import Actor
from crosswind.kit.unit_of_work import Event

Step = Callable[[Session], int]
BATCH = 1000
EVENTS = 10_000
"""Events go in larger batches: a load of a catalog leaves one for each asset."""
BATCHES = 200
"""Batches of one thing at a time; what is left waits for the next hour."""
MOST_NAMED = 200
"""Purged assets that one row of the audit names."""
LOCK = 0x63726F7373726574
_LOCK = text("SELECT pg_try_advisory_xact_lock(:lock)")
log = logging.getLogger(__name__)


def run(platform: Platform) -> dict[str, int]:
    """Forget what is over its time; returns how many rows of what, of which another process may do the rest."""
    done: dict[str, int] = {}
    for name, step in steps(platform):
        done[name] = sum(_batches(platform, step))
    if any(done.values()):
        log.info("Forgot %s", ", ".join(f"{count} {name}" for name, count in done.items() if count))
    return done


def steps(platform: Platform) -> Iterator[tuple[str, Step]]:
    """Each thing with what deletes one batch of it; a setting of 0 keeps that thing for ever."""
    settings = platform.settings
    yield "kept answers", lambda session: answers.forget(session, settings.idempotency_hours, BATCH)
    yield "rate buckets", lambda session: limits.sweep(session, BATCH)
    yield "uploaded files", lambda session: uploads.forget(session, BATCH)
    yield "leases", lambda session: forget_leases(session, BATCH)
    if hours := settings.event_retention_hours:
        yield "events", lambda session: events.forget(session, hours, EVENTS)
        yield "deliveries", lambda session: webhook_rows.forget(session, hours, BATCH)
    if days := settings.history_retention_days:
        for name, forget in (
            ("crawls", forget_crawls),
            ("scans", forget_scans),
            ("evaluations", forget_evaluations),
            ("tasks", forget_tasks),
            ("runs of jobs", forget_runs),
        ):
            yield name, partial(forget, days=days, most=BATCH)
    if days := settings.deleted_retention_days:
        yield "deleted assets", partial(_purge, days=days, most=BATCH)
    if days := settings.version_retention_days:
        yield "versions", partial(forget_versions, days=days, most=BATCH)
    if days := settings.audit_retention_days:
        older_than = datetime.now(UTC) - timedelta(days=days)
        yield "audit rows", lambda session: audit.purge(session, older_than)


def _purge(session: Session, days: int, most: int) -> int:
    """Purge deleted assets and tell the audit of each tenant which they were, up to a limit."""
    found = purge_assets(session, days, most)
    for tenant, names in found.items():
        actor = Actor("system:retention", "retention", tenant, "system")
        told = {"count": len(names), "qualified_names": names[:MOST_NAMED]}
        sink.write(session, actor, [Event("ASSET", "retention", "PURGE", told)])
    return sum(map(len, found.values()))


def _batches(platform: Platform, step: Step) -> Iterator[int]:
    """The rows of each batch, committed one by one, until there are none or another process is at it."""
    for _ in range(BATCHES):
        with platform.session() as session:
            if not session.scalar(_LOCK, {"lock": LOCK}):
                return
            count = step(session)
            session.commit()
        yield count
        if not count:
            return
