"""Crawls that nobody asks about any more."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

_FORGET = text("""
    DELETE FROM crosswind.crawls WHERE key IN (
        SELECT c.key FROM crosswind.crawls c
         WHERE coalesce(c.completed_at, c.started_at) < now() - make_interval(days => :days)
           AND (c.completed_at IS NULL OR cardinality(c.held) = 0 OR c.released_at IS NOT NULL)
           AND (c.completed_at IS NULL OR EXISTS (
                SELECT 1 FROM crosswind.crawls later
                 WHERE later.connection_key = c.connection_key AND later.patterns = c.patterns
                   AND later.identity IS NOT DISTINCT FROM c.identity AND later.completed_at > c.completed_at))
           AND NOT EXISTS (SELECT 1 FROM crosswind.tasks t
                            WHERE t.id = c.task_id AND t.status IN ('PENDING', 'RUNNING'))
         ORDER BY c.key LIMIT :most FOR UPDATE SKIP LOCKED)
""")


def forget_crawls(session: Session, days: int, most: int) -> int:
    """Delete at most `most` crawls older than `days`; returns how many.

    What the next crawl compares itself with stays: the last complete one of each connection, patterns and server. So
    does one that holds removals back until a person releases them, and one whose task is not over.
    """
    return int(session.execute(_FORGET, {"days": days, "most": most}).rowcount)  # type: ignore[attr-defined]
