"""Comparing a manifest with what the catalog knows: one statement, and no write where nothing changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import text
from sqlalchemy.orm import Session

from crosswind.contexts.catalog.wire import Item, Manifest

_COMPARE = """
WITH item AS (
    SELECT * FROM unnest(CAST(:schemas AS text[]), CAST(:names AS text[]), CAST(:hashes AS text[]),
                         CAST(:rows AS bigint[]), CAST(:sizes AS bigint[]), CAST(:told AS jsonb[]))
             WITH ORDINALITY AS t(schema, name, hash, rows, size, told, place)
), known AS (
    SELECT key, schema, name, source_hash, removed_at, row_estimate, size_bytes, source_statistics
      FROM crosswind.assets
     WHERE connection_key = :connection AND database = :database {within}
), compared AS (
    SELECT item.place, known.key, coalesce(known.schema, item.schema) AS schema,
           coalesce(known.name, item.name) AS name,
           item.place IS NULL AS vanished,
           known.key IS NULL OR known.removed_at IS NOT NULL
               OR (:full AND known.source_hash IS DISTINCT FROM item.hash) AS wanted,
           item.rows, item.size, item.told, known.source_statistics AS before,
           item.rows IS NOT NULL AND (known.row_estimate IS NULL
               OR abs(item.rows - known.row_estimate) > known.row_estimate * 0.1)
           OR item.size IS NOT NULL AND (known.size_bytes IS NULL
               OR abs(item.size - known.size_bytes) > known.size_bytes * 0.1) AS moved,
           item.told IS NOT NULL AND item.told IS DISTINCT FROM known.source_statistics AS differs
      FROM item FULL JOIN known
        ON known.schema = item.schema COLLATE "C" AND known.name = item.name COLLATE "C"
     WHERE item.place IS NOT NULL OR known.removed_at IS NULL
)
SELECT place, key, schema, name, vanished, wanted, moved, rows, size, told, before FROM compared
 WHERE vanished OR wanted OR moved OR differs ORDER BY place
"""
_STATISTICS = """
UPDATE crosswind.assets AS a
   SET row_estimate = coalesce(t.rows, a.row_estimate), size_bytes = coalesce(t.size, a.size_bytes),
       source_statistics = coalesce(t.told, a.source_statistics)
  FROM unnest(CAST(:keys AS bigint[]), CAST(:rows AS bigint[]), CAST(:sizes AS bigint[]), CAST(:told AS jsonb[]))
       AS t(key, rows, size, told)
 WHERE a.key = t.key
"""


Moved = tuple[int, int | None, int | None, dict[str, Any] | None]
"""An asset's key with its rows, size and other statistics, as the source tells them now."""


@dataclass(frozen=True, slots=True)
class Compared:
    """How a range differs: wanted item indexes, (key, schema, name) that are gone, and statistics that moved."""

    wanted: list[int]
    vanished: list[tuple[int, str, str]]
    moved: list[Moved]


def compare(session: Session, connection_key: int, manifest: Manifest, *, full: bool) -> Compared:
    """Compare by hash (`full`) or by name alone; an asset known by its name only always lacks its hash."""
    within, bounds = _within(manifest)
    schemas, names, hashes, rows, sizes = _arrays(manifest.items)
    values: dict[str, Any] = {
        "schemas": schemas, "names": names, "hashes": hashes, "rows": rows, "sizes": sizes,
        "told": _json(manifest.statistics or [None] * len(manifest.items)),
        "connection": connection_key, "database": manifest.database, "full": full, **bounds,
    }  # fmt: skip
    found = Compared([], [], [])
    for row in session.execute(text(_COMPARE.format(within=within)), values):
        if row.vanished:
            found.vanished.append((row.key, row.schema, row.name))
        elif row.wanted:
            found.wanted.append(row.place - 1)
        elif row.moved or drifted(row.before or {}, row.told):
            found.moved.append((row.key, row.rows, row.size, row.told))
    return found


def drifted(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Whether statistics say something else: numbers by more than a tenth, anything else at all."""
    return before.keys() != after.keys() or any(_apart(before[name], value) for name, value in after.items())


def _apart(before: Any, after: Any) -> bool:
    if isinstance(before, dict) and isinstance(after, dict):
        return drifted(before, after)
    numbers = all(isinstance(each, int | float) and not isinstance(each, bool) for each in (before, after))
    return abs(after - before) > abs(before) * 0.1 if numbers else bool(before != after)


def write_statistics(session: Session, moved: Sequence[Moved]) -> None:
    """Store the statistics that moved; they stand outside hash, version and audit."""
    keys, rows, sizes, told = (list(column) for column in zip(*moved, strict=True))
    session.execute(text(_STATISTICS), {"keys": keys, "rows": rows, "sizes": sizes, "told": _json(told)})


def _within(manifest: Manifest) -> tuple[str, dict[str, str]]:
    clauses: list[str] = []
    values: dict[str, str] = {}
    for name, place, operator in (("after", manifest.after, ">"), ("upto", manifest.up_to, "<=")):
        if place is not None:
            clauses.append(f"AND (schema, name) {operator} (:{name}_schema, :{name}_name)")
            values |= {f"{name}_schema": place[0], f"{name}_name": place[1]}
    return " ".join(clauses), values


def _json(told: Sequence[dict[str, Any] | None]) -> list[str | None]:
    return [None if each is None else msgspec.json.encode(each).decode() for each in told]


def _arrays(items: Sequence[Item]) -> tuple[list[Any], ...]:
    return tuple(list(column) for column in zip(*items, strict=True)) if items else ([], [], [], [], [])
