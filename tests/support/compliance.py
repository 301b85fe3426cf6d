"""Connections judged by the rules, for tests: scans with what a source tells, and what is stored of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import text
from tests.support.app import Rest
from tests.support.catalog import ok
from tests.support.scans import ScanTask, Seen

from crosswind.contexts.access.permissions import PERMISSIONS
from crosswind.kit.actor import DEFAULT_TENANT, Actor

SAFE: dict[str, Any] = {
    "encryptedInTransit": True,
    "tlsVersion": "TLSv1.3",
    "certificateVerified": True,
    "certificateExpiresAt": "2100-01-01T00:00:00+00:00",
    "encryptedAtRest": True,
    "openToAllLogins": False,
    "loginCanWrite": False,
    "superuser": False,
    "passwordHashing": "scram-sha-256",
    "logsAccess": True,
}
"""What a source tells that is in order."""
OWN = """\
id: {id}
version: {version}
title: The region is known
severity: {severity}
applies_to: connection
standards:
  - {{standard: HOUSE, citation: Rule 7}}
require:
  fact: connection.region
  exists: true
evidence: [connection.region]
message: Nobody knows where the data is.
remedy: Set network.region.
"""


def scanned(rest: Rest, key: int, found: Seen | None = None, facts: Any = None, **options: Any) -> dict[str, Any]:
    """Scan once, looking at every column; returns what came of the rules."""
    task = ScanTask(rest, key, **options)
    ids = task.ids()
    ok(task.send({name: (found or {}).get(name, []) for name in ids}, ids=ids))
    facts = SAFE if facts is None else facts
    return dict(ok(task.end(facts=facts))["summary"]["compliance"])


def evaluated(rest: Rest, key: int, tenant: str = DEFAULT_TENANT, **options: Any) -> dict[str, Any]:
    """Judge a connection without a scan."""
    with rest.acting(Actor("tests", "tests", tenant, "system", PERMISSIONS)) as services:
        return dict(services.compliance.evaluate(key, **options))


def stored(rest: Rest, key: int, status: str | None = "open") -> dict[tuple[str, str], Any]:
    """The violations of a connection, by rule and by the name of the asset or column."""
    asked = """
        SELECT v.*, coalesce(a.name, '') || coalesce('.' || c.name, '') AS place FROM crosswind.violations v
          LEFT JOIN crosswind.assets a ON a.key = v.asset_key LEFT JOIN crosswind.columns c ON c.key = v.column_key
         WHERE v.connection_key = :key ORDER BY v.key
    """
    with rest.platform.session() as session:
        rows = session.execute(text(asked), {"key": key}).all()
    return {(row.rule, row.place): row for row in rows if status is None or row.status == status}


def versions(rest: Rest) -> list[tuple[int, str, int]]:
    """What changes of every violation with each write of its row: its place in the table and its transaction."""
    with rest.platform.session() as session:
        rows = session.execute(text("SELECT key, ctid::text, xmin::text::bigint FROM crosswind.violations ORDER BY 1"))
        return [(row[0], row[1], row[2]) for row in rows]


def last_results(rest: Rest, key: int) -> dict[str, Any]:
    """What the newest evaluation says of each rule."""
    with rest.platform.session() as session:
        asked = "SELECT results FROM crosswind.evaluations WHERE connection_key = :key ORDER BY key DESC LIMIT 1"
        return dict(session.execute(text(asked), {"key": key}).scalar_one())


def own_rule(folder: Path, identifier: str = "region-known", severity: str = "low", version: int = 1) -> Path:
    """A rule of an installation's own: the connection's region is known."""
    path = folder / f"{identifier}.yaml"
    path.write_text(OWN.format(id=identifier, severity=severity, version=version), encoding="utf-8")
    return path
