"""One at a time gives names of a kind in a tenant, so that none is given twice in two cases at the same moment."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

_HOLD = text("SELECT pg_advisory_xact_lock(hashtextextended('crosswind.names ' || :kind || ' ' || :tenant, 0))")


def alone(session: Session, tenant: str, kind: str) -> None:
    """Wait for whoever names one of the kind, which is a table's name, and keep others waiting until all is written."""
    session.execute(_HOLD, {"tenant": tenant, "kind": kind})
