"""What the evaluation needs of others."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from crosswind.contexts.connections.models import ConnectionRow
from crosswind.contexts.governance.compliance.facts import UNKNOWN, Unknown


@dataclass(frozen=True, slots=True)
class Configured:
    """What a connection's configuration says, on our side and on Airflow's; each may be unknown.

    `plain_secrets` are the fields outside the credentials that hold a secret, never what they hold; `tls_mode` is None
    for a system that has no such mode.
    """

    plain_secrets: list[str] | Unknown = field(default=UNKNOWN)
    tls_mode: str | Unknown | None = UNKNOWN


class Configurations(Protocol):
    """Reads how connections are configured."""

    def __call__(self, row: ConnectionRow) -> Configured:
        """The configuration of a connection; unknown where Airflow cannot be asked."""
        ...
