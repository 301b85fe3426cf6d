"""Scans and evaluations that nobody asks about any more; the last of each connection stays."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

_SCANS = text("""
    DELETE FROM crosswind.scans WHERE key IN (
        SELECT s.key FROM crosswind.scans s
         WHERE coalesce(s.completed_at, s.started_at) < now() - make_interval(days => :days)
           AND (s.completed_at IS NULL OR EXISTS (
                SELECT 1 FROM crosswind.scans later
                 WHERE later.connection_key = s.connection_key AND later.completed_at > s.completed_at))
           AND NOT EXISTS (SELECT 1 FROM crosswind.tasks t
                            WHERE t.id = s.task_id AND t.status IN ('PENDING', 'RUNNING'))
         ORDER BY s.key LIMIT :most FOR UPDATE SKIP LOCKED)
""")
_EVALUATIONS = text("""
    DELETE FROM crosswind.evaluations WHERE key IN (
        SELECT e.key FROM crosswind.evaluations e
         WHERE e.completed_at < now() - make_interval(days => :days)
           AND EXISTS (SELECT 1 FROM crosswind.evaluations later
                        WHERE later.connection_key = e.connection_key AND later.completed_at > e.completed_at
                          AND (later.source_facts IS NOT NULL OR e.source_facts IS NULL))
         ORDER BY e.key LIMIT :most FOR UPDATE SKIP LOCKED)
""")


def forget_scans(session: Session, days: int, most: int) -> int:
    """Delete at most `most` scans older than `days`; returns how many."""
    return int(session.execute(_SCANS, {"days": days, "most": most}).rowcount)  # type: ignore[attr-defined]


def forget_evaluations(session: Session, days: int, most: int) -> int:
    """Delete at most `most` evaluations older than `days`, never the last that has a source's facts."""
    return int(session.execute(_EVALUATIONS, {"days": days, "most": most}).rowcount)  # type: ignore[attr-defined]
