"""What is judged: streams in the order of keys, one statement each, whatever there is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select, text
from sqlalchemy.orm import Session

from crosswind.contexts.catalog.models import AssetRow
from crosswind.contexts.connections.models import ConnectionRow
from crosswind.contexts.governance.models import AuditRow

_ASSET = """
    SELECT a.key, a.type, a.type_detail, a.schema, a.name, a.tags, a.classification, found.kinds,
           a.source_facts -> 'facts' AS dataset_facts, a.curated_metadata -> 'owner' AS owner,
           a.curated_metadata -> 'retention' AS retention,
           EXISTS (SELECT 1 FROM crosswind.columns unseen WHERE unseen.asset_key = a.key
                      AND unseen.removed_at IS NULL AND unseen.scanned_at IS NULL) AS unseen
      FROM crosswind.assets a
"""
_KINDS = """
    SELECT f.asset_key, array_agg(DISTINCT f.kind ORDER BY f.kind) AS kinds
      FROM crosswind.findings f JOIN crosswind.columns c ON c.key = f.column_key
      JOIN crosswind.assets on_it ON on_it.key = f.asset_key
     WHERE f.gone_at IS NULL AND f.status <> 'rejected' AND c.removed_at IS NULL
"""
_ASSETS = f"""
    {_ASSET} LEFT JOIN ({_KINDS} AND on_it.connection_key = :connection GROUP BY f.asset_key) found
      ON found.asset_key = a.key
     WHERE a.connection_key = :connection AND a.removed_at IS NULL ORDER BY a.key
"""
_THESE_ASSETS = f"""
    {_ASSET} LEFT JOIN ({_KINDS} AND f.asset_key = ANY(:keys) GROUP BY f.asset_key) found
      ON found.asset_key = a.key
     WHERE a.key = ANY(:keys)
"""
_FOUND = """
    SELECT f.column_key, array_agg(f.kind ORDER BY f.kind) AS kinds,
           array_agg(f.kind ORDER BY f.kind) FILTER (WHERE f.status = 'confirmed') AS confirmed,
           max(CASE WHEN f.status = 'confirmed' THEN 1 ELSE f.confidence END) AS confidence
      FROM crosswind.findings f JOIN crosswind.assets on_it ON on_it.key = f.asset_key
     WHERE on_it.connection_key = :connection AND f.gone_at IS NULL AND f.status <> 'rejected' GROUP BY f.column_key
"""
_PRESENT = "a.connection_key = :connection AND a.removed_at IS NULL AND c.removed_at IS NULL"
_COLUMNS = """
    SELECT c.key, c.asset_key, c.name, c.data_type, c.tags, c.classification, found.kinds, found.confirmed,
           found.confidence, c.scanned_at IS NULL AS unseen
      FROM crosswind.assets a JOIN crosswind.columns c ON c.asset_key = a.key
"""
_ALL_COLUMNS = f"{_COLUMNS} LEFT JOIN ({_FOUND}) found ON found.column_key = c.key WHERE {_PRESENT} ORDER BY c.key"
_FOUND_COLUMNS = f"""
    {_COLUMNS} LEFT JOIN ({_FOUND}) found ON found.column_key = c.key
     WHERE {_PRESENT} AND (found.column_key IS NOT NULL OR c.scanned_at IS NULL) ORDER BY c.key
"""
_AS_SETS, _AS_EVER = text("SET LOCAL enable_nestloop = off"), text("SET LOCAL enable_nestloop = on")
_COUNT_COLUMNS = """
    SELECT count(*) FROM crosswind.assets a JOIN crosswind.columns c ON c.asset_key = a.key
     WHERE a.connection_key = :connection AND a.removed_at IS NULL AND c.removed_at IS NULL
"""


def connection(session: Session, tenant: str, key: int) -> tuple[ConnectionRow, datetime] | None:
    """A live connection of the tenant as it is now, and the moment."""
    asked = select(ConnectionRow, func.clock_timestamp()).where(
        ConnectionRow.key == key, ConnectionRow.tenant == tenant, ConnectionRow.deleted_at.is_(None)
    )
    found = session.execute(asked.execution_options(populate_existing=True)).one_or_none()
    return None if found is None else (found[0], found[1])


def buckets(session: Session, connection_key: int) -> dict[str, dict[str, Any]]:
    """What the buckets of a connection say of themselves, by name."""
    facts = AssetRow.source_facts["facts"]
    asked = select(AssetRow.schema, facts.label("facts")).where(
        AssetRow.connection_key == connection_key, AssetRow.type_detail == "bucket", AssetRow.removed_at.is_(None)
    )
    return {row.schema: row.facts for row in session.execute(asked) if row.facts}


def assets(session: Session, connection_key: int, size: int) -> Iterator[Sequence[Row[Any]]]:
    """The present assets by key with the kinds found in them, so many at a time from one statement."""
    return _chunks(session, _ASSETS, connection_key, size)


def columns(session: Session, connection_key: int, size: int, *, every: bool) -> Iterator[Sequence[Row[Any]]]:
    """The present columns by key, so many at a time: all, or those with findings and those that nobody looked at."""
    return _chunks(session, _ALL_COLUMNS if every else _FOUND_COLUMNS, connection_key, size)


def these_assets(session: Session, keys: Sequence[int]) -> Sequence[Row[Any]]:
    """The assets of these keys, as `assets` gives them."""
    return session.execute(text(_THESE_ASSETS), {"keys": list(keys)}).all()


def count_columns(session: Session, connection_key: int) -> int:
    """How many present columns a connection has."""
    return int(session.scalar(text(_COUNT_COLUMNS), {"connection": connection_key}) or 0)


def oldest_unsealed(session: Session, tenant: str) -> datetime | None:
    """When the oldest audit row of a tenant was written that is not sealed yet."""
    asked = select(func.min(AuditRow.at)).where(AuditRow.tenant == tenant, AuditRow.hash.is_(None))
    return session.scalar(asked)


def _chunks(session: Session, statement: str, connection_key: int, size: int) -> Iterator[Sequence[Row[Any]]]:
    """Rows of a cursor in the store, so that neither side holds all of them.

    Everything of a connection is joined as sets: right after a first crawl and scan the planner knows no numbers yet,
    takes thousands of rows for one, and would go through all findings again for each column.
    """
    given, options = {"connection": connection_key}, {"yield_per": size}
    session.execute(_AS_SETS)
    found = session.execute(text(statement), given, execution_options=options)
    session.execute(_AS_EVER)
    yield from found.partitions(size)
