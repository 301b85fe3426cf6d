"""What a person whom Airflow names may do now, for work that goes on in its name."""

from __future__ import annotations

from sqlalchemy.orm import Session

from crosswind.contexts.access.entry import Entry
from crosswind.kit.actor import Actor
from crosswind.kit.errors import Forbidden


class Standing:
    """Asks the access context, in the caller's session."""

    def __init__(self, entry: Entry, session: Session) -> None:
        self._entry = entry
        self._session = session

    def actor(self, user: str, tenant: str) -> Actor | None:
        """Return the person with its rights in the tenant, None when it is gone or not of that tenant."""
        try:
            return self._entry.by_name(self._session, user, tenant)
        except Forbidden:
            return None
