"""Evaluations and violations as a store has them, for tests of what is answered from them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from tests.support.app import CONNECTIONS, Rest

from crosswind.contexts.catalog.models import AssetRow, ColumnRow
from crosswind.contexts.connections.models import ConnectionRow
from crosswind.contexts.governance.compliance.models import EvaluationRow, ViolationRow

STATUS = f"{CONNECTIONS}/governance/compliance/status"
VIOLATIONS = f"{CONNECTIONS}/governance/compliance/violations"
REMEDIATE = f"{CONNECTIONS}/governance/compliance/remediate"
REPORTS = f"{CONNECTIONS}/governance/compliance/reports"
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def evaluation(rest: Rest, key: int, results: dict[str, tuple[int, int, int]], **values: Any) -> None:
    """One evaluation of a connection: rule to (passed, failed, unknown)."""
    told = {
        rule: {"version": 1, "passed": passed, "failed": failed, "unknown": unknown}
        for rule, (passed, failed, unknown) in results.items()
    }
    with rest.platform.session() as session:
        given = {"cause": "scan", "source_facts": None, "completed_at": NOW, **values}
        tenant = session.scalars(select(ConnectionRow.tenant).where(ConnectionRow.key == key)).one()
        session.add(EvaluationRow(tenant=tenant, connection_key=key, results=told, **given))
        session.commit()


def violation(rest: Rest, key: int, rule: str, place: str | None = None, **values: Any) -> str:
    """One violation of a connection, of its table `place`, or of `table.column`; returns its id."""
    table, _, column = (place or "").partition(".")
    with rest.platform.session() as session:
        tenant = session.scalars(select(ConnectionRow.tenant).where(ConnectionRow.key == key)).one()
        on = (AssetRow.connection_key == key, AssetRow.name == table)
        asset = session.scalars(select(AssetRow.key).where(*on)).one() if table else None
        of = (ColumnRow.asset_key == asset, ColumnRow.name == column)
        found = session.scalars(select(ColumnRow.key).where(*of)).one() if column else None
        made = {"rule_version": 1, "severity": "medium", "status": "open", "evidence": {}, **values}
        made.setdefault("first_seen", NOW - timedelta(days=2))
        row = ViolationRow(tenant=tenant, connection_key=key, rule=rule, asset_key=asset, column_key=found, **made)
        session.add(row)
        session.commit()
        return str(row.id)


def asset_id(rest: Rest, name: str) -> UUID:
    """The id of an asset."""
    with rest.platform.session() as session:
        return session.scalars(select(AssetRow.id).where(AssetRow.name == name)).one()


def key_of(rest: Rest, identifier: str = "shop", tenant: str = "default") -> int:
    """The key of a connection."""
    with rest.platform.session() as session:
        asked = text("SELECT key FROM crosswind.connections WHERE id = :id AND tenant = :tenant")
        return int(session.scalars(asked, {"id": identifier, "tenant": tenant}).one())
