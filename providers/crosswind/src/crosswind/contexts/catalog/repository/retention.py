"""What the catalog forgets: crawls that nobody asks about any more, deleted assets, old versions."""

from __future__ import annotations

from psycopg.errors import LockNotAvailable
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
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

_LATE = "deleted_at IS NOT NULL AND deleted_at < now() - make_interval(days => :days)"
_WAITING = text(f"SELECT EXISTS (SELECT FROM crosswind.assets WHERE {_LATE})")  # noqa: S608 - a constant
_PATIENCE = text("SET LOCAL lock_timeout = '1s'")
_PATIENCE_OVER = text("SET LOCAL lock_timeout TO DEFAULT")
_HOLD = text("LOCK TABLE crosswind.relationships IN SHARE ROW EXCLUSIVE MODE")
_DELETED = text(f"""
    SELECT key, tenant, qualified_name FROM crosswind.assets
     WHERE {_LATE} ORDER BY key LIMIT :most FOR UPDATE SKIP LOCKED
""")  # noqa: S608 - a constant
_LOOSEN = text("""
    UPDATE crosswind.relationships SET target_key = NULL
     WHERE target_key = ANY(CAST(:keys AS bigint[])) AND origin = 'crawl'
       AND source_key <> ALL(CAST(:keys AS bigint[]))
""")
_REACHED = text("""
    WITH of_columns AS (DELETE FROM crosswind.propagated_column_tags WHERE asset_key = ANY(CAST(:keys AS bigint[])))
    DELETE FROM crosswind.propagated_tags WHERE asset_key = ANY(CAST(:keys AS bigint[]))
""")
_PURGE = text("DELETE FROM crosswind.assets WHERE key = ANY(CAST(:keys AS bigint[]))")
_VERSIONS = text("""
    DELETE FROM crosswind.asset_versions v USING (
        SELECT asset_key, number FROM crosswind.asset_versions
         WHERE at < now() - make_interval(days => :days)
         ORDER BY at, asset_key, number LIMIT :most FOR UPDATE SKIP LOCKED) old
     WHERE v.asset_key = old.asset_key AND v.number = old.number
""")


def forget_crawls(session: Session, days: int, most: int) -> int:
    """Delete at most `most` crawls older than `days`; returns how many.

    What the next crawl compares itself with stays: the last complete one of each connection, patterns and server. So
    does one that holds removals back until a person releases them, and one whose task is not over.
    """
    return int(session.execute(_FORGET, {"days": days, "most": most}).rowcount)  # type: ignore[attr-defined]


def purge_assets(session: Session, days: int, most: int) -> dict[str, list[str]]:
    """Delete for good at most `most` assets that people deleted more than `days` ago, with all that hangs on them.

    Returns their qualified names by tenant. An edge that a crawl found and that led to one keeps its target's name, so
    that it meets the asset again if the source brings it back; edges that people made go. Nobody may write edges
    meanwhile, so that none is made to what goes; what somebody holds for longer than a second is left to a later purge.
    """
    if not session.scalar(_WAITING, {"days": days}):
        return {}
    try:
        with session.begin_nested():
            return _purged(session, days, most)
    except OperationalError as error:
        if not isinstance(error.orig, LockNotAvailable):
            raise
        return {}


def _purged(session: Session, days: int, most: int) -> dict[str, list[str]]:
    session.execute(_PATIENCE)
    session.execute(_HOLD)
    rows = session.execute(_DELETED, {"days": days, "most": most}).all()
    if rows:
        keys = {"keys": [row.key for row in rows]}
        session.execute(_LOOSEN, keys)
        session.execute(_REACHED, keys)
        session.execute(_PURGE, keys)
    session.execute(_PATIENCE_OVER)
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(row.tenant, []).append(row.qualified_name)
    return found


def forget_versions(session: Session, days: int, most: int) -> int:
    """Delete at most `most` versions of assets older than `days`, the oldest first; the present state stays."""
    return int(session.execute(_VERSIONS, {"days": days, "most": most}).rowcount)  # type: ignore[attr-defined]
