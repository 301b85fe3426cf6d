"""How a bucket is protected, as far as one login is told; everything by reading."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from crosswind.connectors.types import SecurityFacts
from crosswind_object_stores.s3 import bucket
from crosswind_object_stores.s3.store import Store

STEP = "security"


def facts(store: Store) -> SecurityFacts:
    """Ask the bucket, which also shows what the link agreed on."""
    access = bucket.access(store)
    at_rest, logs = bucket.encrypted(store), bucket.logs_access(store)
    encrypted = store.settings.tls != "disable"
    return SecurityFacts(
        encrypted_in_transit=encrypted,
        tls_version=store.wire.tls_version if encrypted else None,
        certificate_verified=store.settings.tls == "verify-full",
        certificate_expires_at=_expiry(store.wire.certificate),
        encrypted_at_rest=at_rest,
        public_access=_known(access["publicAccess"]),
        open_to_all_logins=_known(access["openToAllLogins"]),
        logs_access=logs,
    )


def _known(told: object) -> bool | None:
    return told if isinstance(told, bool) else None


def _expiry(certificate: Mapping[str, Any] | None) -> datetime | None:
    ends = (certificate or {}).get("notAfter")
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(ends), UTC) if isinstance(ends, str) else None
