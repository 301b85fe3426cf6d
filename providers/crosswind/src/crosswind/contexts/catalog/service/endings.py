"""How a crawl ends: only a complete run removes anything, and only as much as is plausible."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from crosswind.contexts.catalog.errors import DoesNotFit
from crosswind.contexts.catalog.models import CrawlRangeRow, CrawlRow
from crosswind.contexts.catalog.ports import CrawlGrant
from crosswind.contexts.catalog.repository import crawls
from crosswind.contexts.catalog.service.diffs import MOST, Diff, shown
from crosswind.contexts.catalog.wire import Completion
from crosswind.kit.errors import Conflict
from crosswind.kit.unit_of_work import Event, UnitOfWork

FEW = 5
SHARE = 0.2


def end(uow: UnitOfWork, grant: CrawlGrant, crawl: CrawlRow, completion: Completion) -> dict[str, Any]:
    """Check that nothing is missing, remove or hold what vanished, resolve relationships, and write the summary."""
    session = uow.session
    requests = crawls.ranges(session, crawl)
    own = [each for each in requests if each.try_number == crawl.try_number]
    _check(crawl, completion, own)
    vanished = sorted({key for each in own for key in each.vanished})
    gone = crawls.missing(session, crawl, vanished)
    before = crawls.seen_before(session, crawl)
    plausible = len(gone) <= max(FEW, int(before * SHARE))
    if gone and plausible:
        _remove(uow, grant.connection_id, gone)
    crawls.resolve(session, uow.actor.tenant, crawl.connection_key)
    summary = _summary(uow, crawl, requests, completion, gone, removed=plausible)
    held = [] if plausible else [entry["key"] for entry in gone]
    values = {"summary": summary, "seen": completion.seen, "held": held, "completed_at": datetime.now(UTC)}
    crawls.finish(session, crawl, **values)
    crawls.forget_ranges(session, crawl)
    _record(uow, grant.connection_id, crawl.task_id, summary["counts"])
    return summary


def release(uow: UnitOfWork, crawl: CrawlRow, connection_id: str) -> None:
    """Remove what a crawl held back; Conflict when it holds nothing or a later crawl was completed."""
    session = uow.session
    if crawl.summary is None or not crawl.held:
        raise Conflict("This crawl holds nothing back")
    if not crawls.is_latest(session, crawl):
        raise Conflict("A later crawl of this connection is complete; release that one")
    gone = crawls.missing(session, crawl, crawl.held)
    _remove(uow, connection_id, gone)
    counts = {**crawl.summary["counts"], "removed": len(gone), "held": 0}
    summary = {**crawl.summary, "counts": counts, "removed": shown(gone), "held": []}
    summary |= crawls.totals(session, crawl.connection_key)
    who = {"released_at": datetime.now(UTC), "released_by": uow.actor.subject}
    crawls.finish(session, crawl, summary=summary, held=[], **who)
    uow.record(Event("CRAWL", crawl.task_id, "RELEASE", None, {"removed": len(gone)}, connection_id))


def _check(crawl: CrawlRow, completion: Completion, own: Sequence[CrawlRangeRow]) -> None:
    """DoesNotFit unless the ranges of this try cover the whole source without a hole and every wanted object came."""
    if (crawl.identity, crawl.database) != (completion.identity, completion.database):
        raise DoesNotFit("The source is another one than the run began with; let the run start again")
    parts = [each for each in own if each.kind == "manifest"]
    if len(parts) != completion.ranges or sum(each.items for each in parts) != completion.seen:
        seen = sum(each.items for each in parts)
        raise DoesNotFit(f"{len(parts)} ranges of {seen} objects came, not {completion.ranges} of {completion.seen}")
    after: list[str] | None = None
    for index, each in enumerate(parts):
        if each.after != after or (each.up_to is None) != (index == len(parts) - 1):
            raise DoesNotFit(f"The ranges have a hole before sequence {each.sequence}", sequence=each.sequence)
        after = each.up_to
    wanted = sum(len(each.wanted) for each in parts)
    sent = sum(each.items for each in own if each.kind == "objects")
    if sent < wanted:
        raise DoesNotFit(f"{wanted - sent} of {wanted} wanted objects did not come")


def _remove(uow: UnitOfWork, connection_id: str, gone: list[dict[str, Any]]) -> None:
    crawls.remove(uow.session, [entry["key"] for entry in gone])
    for entry in gone[:MOST]:
        before = {"qualified_name": entry["qualifiedName"], "type": entry["type"]}
        uow.record(Event("ASSET", entry["id"], "REMOVE", before, None, connection_id, told=True))


def _summary(
    uow: UnitOfWork,
    crawl: CrawlRow,
    requests: Sequence[CrawlRangeRow],
    completion: Completion,
    gone: list[dict[str, Any]],
    *,
    removed: bool,
) -> dict[str, Any]:
    diff = Diff()
    for each in requests:
        if each.notes is not None:
            diff.merge(each.notes)
    counts = {
        **diff.counts,
        "removed": len(gone) if removed else 0,
        "held": 0 if removed else len(gone),
        "unchanged": max(0, completion.seen - diff.counts["added"] - diff.counts["changed"]),
    }
    return {
        **crawls.totals(uow.session, crawl.connection_key),
        "seen": completion.seen,
        "counts": counts,
        "added": diff.added,
        "changed": diff.changed,
        "removed": shown(gone) if removed else [],
        "held": [] if removed else shown(gone),
    }


def _record(uow: UnitOfWork, connection_id: str, task_id: str, counts: dict[str, int]) -> None:
    """One event a crawl that changed something; none for one that did not."""
    if any(counts[kind] for kind in ("added", "changed", "removed", "held")):
        uow.record(Event("CRAWL", task_id, "COMPLETE", None, dict(counts), connection_id))
