"""What the store says of itself."""

from __future__ import annotations

from time import perf_counter

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

_OLDEST_UNSEALED = text(
    "SELECT extract(epoch FROM now() - at) FROM crosswind.audit WHERE hash IS NULL ORDER BY id LIMIT 1"
)


def unsealed_seconds(session: Session) -> tuple[float, float] | None:
    """Milliseconds that the store took to answer and the age of the oldest unsealed row; None when it is away."""
    begun = perf_counter()
    try:
        age = session.scalar(_OLDEST_UNSEALED)
    except SQLAlchemyError:
        session.rollback()
        return None
    return (perf_counter() - begun) * 1000, float(age or 0)
