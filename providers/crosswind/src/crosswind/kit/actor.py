"""Who acts: the identity that every service sees, whatever door it came through."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

ActorKind = Literal["user", "key", "task", "system"]
DEFAULT_TENANT = "default"


@dataclass(frozen=True, slots=True)
class Actor:
    """An identity in one tenant with its permissions, expanded (no wildcards), and its attribute grants.

    `attributes` maps an attribute (environment, dataClassification, region, aiZone) to the values the actor may see;
    an attribute that is missing is unrestricted. `trying` is the try that an Airflow task is at, 0 for all others;
    `expires_at` is when an API key ends, `credential` tells it from other keys, and `rate_limit` is its own limit in
    requests a minute.
    """

    subject: str
    name: str
    tenant: str = DEFAULT_TENANT
    kind: ActorKind = "user"
    permissions: frozenset[str] = frozenset()
    attributes: Mapping[str, frozenset[str]] = field(default_factory=dict)
    tenants: tuple[str, ...] = (DEFAULT_TENANT,)
    roles: tuple[str, ...] = ()
    request_id: str = ""
    trying: int = 0
    expires_at: datetime | None = None
    credential: str = ""
    rate_limit: int | None = None

    @property
    def account(self) -> str:
        """The user's name to log in with, or the key's name where a key belongs to nobody."""
        return self.name if self.subject.startswith("key:") else self.subject

    def may(self, permission: str) -> bool:
        """Whether the actor holds `permission`, such as `connection:read`."""
        return permission in self.permissions
