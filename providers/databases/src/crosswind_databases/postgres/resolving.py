"""The guard's verdict in a connector's words."""

from __future__ import annotations

from crosswind.connectors.deadline import Deadline
from crosswind.connectors.errors import AddressRefused
from crosswind.kit.outbound import AddressUnknown, BadAddress, OutboundGuard, ResolverSilent, Target
from crosswind_databases.postgres.dial import timed_out
from crosswind_databases.postgres.settings import PostgresSettings


def resolve(guard: OutboundGuard, settings: PostgresSettings, deadline: Deadline) -> Target:
    """Return where to dial, or raise ConnectorError."""
    try:
        return guard.resolve(settings.host, settings.port, deadline.left)
    except BadAddress as error:
        raise AddressRefused(
            error.message.rstrip("."),
            step="address",
            remedy="Use another host, or have an administrator allow this one.",
        ) from None
    except AddressUnknown as error:
        raise AddressRefused(
            error.message.rstrip("."),
            step="resolve",
            remedy="Check the host's spelling and this machine's name servers.",
        ) from None
    except ResolverSilent:
        raise timed_out(settings, "resolve") from None
