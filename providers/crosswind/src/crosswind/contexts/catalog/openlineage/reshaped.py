"""Columns that events changed: classified as a crawl's changes are, into the versions that are kept, and told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

import msgspec
from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from crosswind.contexts.catalog.changes import changes
from crosswind.contexts.catalog.repository import described, found_by
from crosswind.contexts.catalog.service.told import MOST_SCHEMA_CHANGES
from crosswind.contexts.catalog.versions.breaking import schema_changes

MOST = 20_000
"""Columns that are classified at a time, with the whole of the last asset; a small event may drop a million."""
Place = tuple[int, int, int]
"""An asset's key, the number of its version, and how many columns differ."""
_DIFFERING = text("""
    SELECT v.asset_key, v.number, v.before -> 'columns' AS before, shape.columns AS after, shape.present
      FROM json_to_recordset(CAST(:places AS json)) AS x(asset_key bigint, number int)
      JOIN crosswind.asset_versions v USING (asset_key, number)
     CROSS JOIN LATERAL (
        SELECT coalesce(jsonb_object_agg(c.key, c.value) FILTER (WHERE v.before -> 'columns' ? c.key), '{}') AS columns,
               count(*) AS present
          FROM jsonb_each(crosswind.shape_of(v.asset_key)) c) AS shape
     ORDER BY v.asset_key, v.number DESC
""")
_TELL = text("""
    WITH told AS MATERIALIZED (
        SELECT * FROM json_to_recordset(CAST(:records AS json)) AS x(
               asset_key bigint, number int, breaking boolean, changes jsonb, schema jsonb)
    ), kept AS (
        UPDATE crosswind.asset_versions v
           SET breaking = x.breaking, changes = ARRAY(SELECT jsonb_array_elements_text(x.changes)) || v.changes
          FROM told x WHERE (v.asset_key, v.number) = (x.asset_key, x.number)
        RETURNING v.asset_key, v.number, v.breaking, v.changes, x.schema
    )
    INSERT INTO crosswind.outbox (tenant, type, entity_type, entity_id, action, data)
    SELECT a.tenant, e.type, 'ASSET', a.id::text, e.action,
           jsonb_build_object('id', a.id, 'type', a.type, 'name', a.name, 'qualified_name', a.qualified_name,
                              'version', a.version) || e.more
      FROM kept k JOIN crosswind.assets a ON a.key = k.asset_key
     CROSS JOIN LATERAL (VALUES
           (1, 'asset.updated', 'UPDATE', jsonb_build_object('changed', k.changes)),
           (2, 'asset.schema_changed', 'SCHEMA_CHANGE',
            jsonb_build_object('breaking', k.breaking, 'changes', k.schema))) AS e(place, type, action, more)
     WHERE e.place = 1 OR jsonb_array_length(k.schema) > 0 ORDER BY k.asset_key, k.number, e.place
""")


def tell(session: Session, places: Sequence[Sequence[int]]) -> None:
    """Say of these versions what their columns' changes mean, and tell those who follow the assets."""
    for stretch in _stretches(sorted((key, number, columns) for key, number, columns in places)):
        asked = [{"asset_key": key, "number": number} for key, number, _ in stretch]
        rows = session.execute(_DIFFERING, {"places": _json(asked)}).all()
        records = [told for _, found in groupby(rows, lambda row: row.asset_key) for told in _told(found)]
        session.execute(_TELL, {"records": _json(records)})
        reshaped = sorted({key for key, _, _ in stretch})
        described.renew(session, reshaped)
        found_by.renew(session, reshaped)


def _stretches(places: Sequence[Place]) -> Iterator[list[Place]]:
    held: list[Place] = []
    for _, found in groupby(places, lambda place: place[0]):
        held += found
        if sum(columns for _, _, columns in held) >= MOST:
            yield held
            held = []
    if held:
        yield held


def _told(versions: Iterator[Row[Any]]) -> Iterator[dict[str, Any]]:
    """What the versions of one asset say, from the newest back; columns where none were known break nobody."""
    later: dict[str, Any] = {}
    for row in versions:
        now = {name: column for name, column in {**row.after, **later}.items() if name in row.before and column}
        before = {name: column for name, column in row.before.items() if column}
        first = not before and len(now) == row.present
        schema = [] if first else schema_changes(before, now, {}, {})
        yield {
            "asset_key": row.asset_key,
            "number": row.number,
            "breaking": any(change["breaking"] for change in schema),
            "changes": changes({}, {}, before, now),
            "schema": schema[:MOST_SCHEMA_CHANGES],
        }
        later |= row.before


def _json(records: Sequence[dict[str, Any]]) -> str:
    return msgspec.json.encode(records).decode()
