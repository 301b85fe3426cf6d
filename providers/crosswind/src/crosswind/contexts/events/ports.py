"""What webhooks need of others."""

from __future__ import annotations

from typing import Protocol

from sqlalchemy.orm import Session

from crosswind.kit.actor import Actor


class Sealing(Protocol):
    """Keeps secrets that are needed in clear later."""

    def seal(self, text: str) -> str:
        """The sealed text; raises Unavailable where nothing can be sealed."""
        ...

    def open(self, sealed: str) -> str:
        """The text; raises Unavailable where it cannot be opened any more."""
        ...


class Owners(Protocol):
    """Tells what the owner of a webhook may do now."""

    def __call__(self, session: Session, subject: str, tenant: str) -> Actor | None:
        """The person with its present rights in the tenant, None when it is gone."""
        ...
