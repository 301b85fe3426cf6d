"""What people whom Airflow knows may do now, and what they are called."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import suppress

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from crosswind.contexts.access import repository
from crosswind.contexts.access.entry import Entry
from crosswind.contexts.access.ports import IdentityProvider
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


class Names:
    """What those are called who act in a tenant: people as the auth manager has it, keys as they were named."""

    def __init__(self, identity: IdentityProvider, session: Session, tenant: str) -> None:
        self._identity = identity
        self._session = session
        self._tenant = tenant

    def __call__(self, subjects: Collection[str]) -> Mapping[str, str]:
        """Names by subject; without those of people while Airflow's database is away."""
        keys = {each.removeprefix("key:") for each in subjects if each.startswith("key:")}
        found = {f"key:{each}": name for each, name in repository.key_names(self._session, self._tenant, keys).items()}
        with suppress(SQLAlchemyError):
            found |= self._identity.names([each for each in subjects if not each.startswith("key:")])
        return found
