"""What a bulk load asks of PostgreSQL, and what it leaves tidy behind it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, text
from sqlalchemy.orm import Session

PENDING_KILOBYTES = 65_536
"""How much the full-text index may put off: less makes a load slower, more makes the writer that meets the end wait."""
STATEMENT_SECONDS = 300
SORTED_MEGABYTES = 32
"""Room for a block's rows while they are put in order, which would go through files without it."""
INDEXES = ("ix_assets_search", "ix_assets_tags")
_TIDY = text("""
    SELECT gin_clean_pending_list(c.oid) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = 'crosswind' AND c.relname = ANY(:names) AND pg_has_role(c.relowner, 'USAGE')
""")


def prepare(session: Session) -> None:
    """Let this transaction's writes gather in the full-text index."""
    session.execute(text(f"SET LOCAL gin_pending_list_limit = {PENDING_KILOBYTES}"))
    session.execute(text(f"SET LOCAL statement_timeout = '{STATEMENT_SECONDS}s'"))
    session.execute(text(f"SET LOCAL work_mem = '{SORTED_MEGABYTES}MB'"))


def settle(session: Session) -> None:
    """Put what was gathered where a search finds it quickly."""
    session.execute(text(f"SET LOCAL statement_timeout = '{STATEMENT_SECONDS}s'"))
    session.execute(_TIDY, {"names": list(INDEXES)})


def now() -> Any:
    """The moment of the transaction."""
    return func.now()
