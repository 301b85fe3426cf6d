"""How a server is protected, as one login sees it: two short calls, both reading only."""

from __future__ import annotations

from crosswind.connectors.deadline import Deadline
from crosswind.connectors.types import SecurityFacts
from crosswind.kit.outbound import Target
from crosswind_databases.postgres.certificate import Shown, shown
from crosswind_databases.postgres.dial import Link
from crosswind_databases.postgres.security_sql import SECURITY, Answer
from crosswind_databases.postgres.session import CATALOG, reading
from crosswind_databases.postgres.settings import PostgresSettings

STEP = "security"


def ask(link: Link, deadline: Deadline) -> Answer:
    """Return what the server tells this login about itself."""
    with reading(link, deadline, CATALOG):
        row = link.execute(SECURITY).fetchone()
    return Answer(*(row or (None, False, False, False, None, None)))


def certificate(link: Link, target: Target, deadline: Deadline) -> Shown | None:
    """Return the certificate behind an encrypted link, read from the address that the link itself dialled."""
    if not link.pgconn.ssl_in_use:
        return None
    return shown(link.info.hostaddr or target.addresses[0], target.port, target.host, deadline)


def facts(link: Link, settings: PostgresSettings, answer: Answer, seen: Shown | None) -> SecurityFacts:
    """Return both answers as facts; PostgreSQL does not know whether the disks below it are encrypted."""
    encrypted = bool(link.pgconn.ssl_in_use)
    return SecurityFacts(
        encrypted_in_transit=encrypted,
        tls_version=(answer.tls_version or (seen.version if seen else None)) if encrypted else None,
        certificate_verified=encrypted and settings.tls == "verify-full",
        certificate_expires_at=seen.expires_at if seen else None,
        open_to_all_logins=answer.open_to_all,
        login_can_write=answer.can_write,
        superuser=answer.superuser,
        password_hashing=answer.hashing,
        logs_access=answer.logs_connections,
    )
