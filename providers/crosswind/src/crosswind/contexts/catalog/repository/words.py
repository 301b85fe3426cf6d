"""The vocabulary: words that assets are found by, for what stands inside a word; never shown, as it has no tenants.

A word has 4 to 24 letters and no digit. Housekeeping reads the words of what changed into it, one stretch of time
after the other; what changed since is looked through besides, so that a committed word is found inside, too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from time import monotonic
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

MOST = 40
"""Words that one term is widened by."""
LOOKED_THROUGH = 500
"""Assets changed since the last reading that are looked through."""
STRETCH = 20_000
"""Assets of a tenant that are read in one transaction, or more where one moment changed more."""
LOCK = 0x63726F7373776F72
_FITS = "length(word) BETWEEN 4 AND 24 AND word !~ '[0-9]'"
_PARTS = "ARRAY(SELECT DISTINCT substr(word, n, 3) FROM generate_series(1, length(word) - 2) n)"
_INSIDE = text("""
SELECT t.term, w.word
  FROM unnest(CAST(:terms AS text[])) AS t(term)
 CROSS JOIN LATERAL (
    SELECT word FROM crosswind.words
     WHERE parts @> ARRAY(SELECT substr(t.term, n, 3) FROM generate_series(1, length(t.term) - 2) n)
       AND strpos(word, t.term) > 1
     ORDER BY length(word), word LIMIT :most) w
UNION
SELECT t.term, l.lexeme
  FROM (SELECT search FROM crosswind.assets
         WHERE tenant = :tenant AND removed_at IS NULL
           AND updated_at > coalesce((SELECT up_to FROM crosswind.words_read), '-infinity')
         ORDER BY updated_at DESC, key DESC LIMIT :looked) AS fresh
 CROSS JOIN LATERAL unnest(fresh.search) AS l
  JOIN unnest(CAST(:terms AS text[])) AS t(term) ON strpos(l.lexeme, t.term) > 1
""")
_TENANTS = """
WITH RECURSIVE tenants AS (
    SELECT min(tenant) AS tenant FROM crosswind.assets WHERE removed_at IS NULL
    UNION ALL
    SELECT (SELECT min(a.tenant) FROM crosswind.assets a WHERE a.removed_at IS NULL AND a.tenant > t.tenant)
      FROM tenants t WHERE t.tenant IS NOT NULL
)
"""
_END = f"""
{_TENANTS}
SELECT CAST(min(e.updated_at) AS text)
  FROM tenants t
 CROSS JOIN LATERAL (
    SELECT a.updated_at FROM crosswind.assets a
     WHERE a.tenant = t.tenant AND a.removed_at IS NULL AND a.updated_at > CAST(:since AS timestamptz)
     ORDER BY a.updated_at, a.key OFFSET :most LIMIT 1) e
"""  # noqa: S608 - no value is formatted in
_CHANGED = f"""
{_TENANTS}
INSERT INTO crosswind.words (word, parts)
SELECT word, {_PARTS}
  FROM (SELECT DISTINCT l.word
          FROM tenants t
          JOIN crosswind.assets a ON a.tenant = t.tenant AND a.removed_at IS NULL
           AND a.updated_at > CAST(:since AS timestamptz) AND a.updated_at <= CAST(:upper AS timestamptz)
         CROSS JOIN LATERAL unnest(tsvector_to_array(a.search)) AS l(word)) AS found
 WHERE {_FITS} AND NOT EXISTS (SELECT FROM crosswind.words w WHERE w.word = found.word)
ON CONFLICT DO NOTHING
"""  # noqa: S608
_SINCE = "SELECT CAST(up_to - interval '5 minutes' AS text) FROM crosswind.words_read"
_READ = """
INSERT INTO crosswind.words_read (key, up_to)
VALUES (1, least(CAST(:upper AS timestamptz), now() - interval '1 minute'))
ON CONFLICT (key) DO UPDATE SET up_to = greatest(words_read.up_to, excluded.up_to)
"""


def inside(session: Session, tenant: str, terms: Sequence[str]) -> Sequence[Row[Any]]:
    """(term, word) of words that hold a term of three letters or more other than at their beginning."""
    values = {"terms": list(terms), "tenant": tenant, "most": MOST, "looked": LOOKED_THROUGH}
    return session.execute(_INSIDE, values).all() if terms else []


def read(
    sessions: Callable[[], AbstractContextManager[Session]], place: str | None = None, seconds: float | None = None
) -> str | None:
    """Read the words of what changed since the last time, a stretch in a transaction; one process at a time.

    It ends after so many seconds, and returns the place from which the next call goes on, None where all is read.
    A transaction that began up to five minutes before what was read last and was committed after it is read too.
    """
    until = None if seconds is None else monotonic() + seconds
    while True:
        with sessions() as session:
            if not session.scalar(text("SELECT pg_try_advisory_xact_lock(:lock)"), {"lock": LOCK}):
                return None
            place = _stretch(session, place or session.scalar(text(_SINCE)) or "-infinity")
            session.commit()
        if place is None or (until is not None and monotonic() > until):
            return place


def _stretch(session: Session, since: str) -> str | None:
    """Read some of what changed after a place; returns where that ends, None at the end of all."""
    session.execute(text("SET LOCAL statement_timeout = '60s'"))
    upper: str | None = session.scalar(text(_END), {"since": since, "most": STRETCH})
    session.execute(text(_CHANGED), {"since": since, "upper": upper or "infinity"})
    session.execute(text(_READ), {"upper": upper or "infinity"})
    return upper
