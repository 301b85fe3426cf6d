"""Tasks that are over, and leases that nobody can use."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

_LEASES = text("""
    DELETE FROM crosswind.leases WHERE token_hash IN (
        SELECT l.token_hash FROM crosswind.leases l JOIN crosswind.tasks t ON t.id = l.task_id
         WHERE l.expires_at < now() - interval '1 day' AND t.status NOT IN ('PENDING', 'RUNNING')
         LIMIT :most FOR UPDATE OF l SKIP LOCKED)
""")
_TASKS = text("""
    DELETE FROM crosswind.tasks WHERE id IN (
        SELECT t.id FROM crosswind.tasks t
         WHERE t.status NOT IN ('PENDING', 'RUNNING')
           AND coalesce(t.finished_at, t.created_at) < now() - make_interval(days => :days)
           AND NOT EXISTS (SELECT 1 FROM crosswind.crawls c WHERE c.task_id = t.id)
           AND EXISTS (SELECT 1 FROM crosswind.tasks later
                        WHERE later.connection_key IS NOT DISTINCT FROM t.connection_key
                          AND later.tenant = t.tenant AND later.type = t.type
                          AND later.created_at > t.created_at)
         LIMIT :most FOR UPDATE OF t SKIP LOCKED)
""")


def forget_leases(session: Session, most: int) -> int:
    """Delete at most `most` leases that ran out a day ago and whose task is over; returns how many."""
    return int(session.execute(_LEASES, {"most": most}).rowcount)  # type: ignore[attr-defined]


def forget_tasks(session: Session, days: int, most: int) -> int:
    """Delete at most `most` tasks that were over `days` ago and whose crawl is forgotten; returns how many.

    The last task of each type stays with its connection, which shows it.
    """
    return int(session.execute(_TASKS, {"days": days, "most": most}).rowcount)  # type: ignore[attr-defined]
