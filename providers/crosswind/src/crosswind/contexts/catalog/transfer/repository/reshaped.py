"""Changed schemas into the versions that their block keeps, and told to those who follow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

import msgspec
from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from crosswind.contexts.catalog.transfer.repository.was import GENERIC
from crosswind.kit import outbox

ASSETS, COLUMNS = 1_000, 20_000
"""Where a stretch ends, with the whole of its last asset; a small block may drop a million columns."""
_FETCHED = 2_000
_DIFFERING = "SELECT asset_key, line, name, before, after FROM pg_temp.block_reshaped ORDER BY asset_key, name"
_KEEP = """
WITH told AS MATERIALIZED (
    SELECT * FROM json_to_recordset(CAST(:records AS json)) AS x(
           asset_key bigint, columns jsonb, breaking boolean, changes jsonb, schema jsonb)
), kept AS (
    UPDATE crosswind.asset_versions v
       SET before = v.before || jsonb_build_object('columns', x.columns), breaking = x.breaking,
           changes = ARRAY(SELECT jsonb_array_elements_text(x.changes))
                     || CASE WHEN x.changes = '[]' THEN v.changes ELSE array_remove(v.changes, :generic) END
      FROM told x JOIN crosswind.assets a ON a.key = x.asset_key
     WHERE v.asset_key = a.key AND v.number = a.version + a.source_version
)
INSERT INTO crosswind.outbox (tenant, type, entity_type, entity_id, action, data, connection_key)
SELECT a.tenant, 'asset.schema_changed', 'ASSET', a.id::text, 'SCHEMA_CHANGE',
       jsonb_build_object('id', a.id, 'type', a.type, 'name', a.name, 'qualified_name', a.qualified_name,
                          'version', a.version, 'breaking', x.breaking, 'changes', x.schema),
       a.connection_key
  FROM told x JOIN crosswind.assets a ON a.key = x.asset_key
 WHERE jsonb_array_length(x.schema) > 0 ORDER BY a.key
"""


@dataclass(slots=True)
class Reshaped:
    """The columns of one asset that differ, before and after; `line` gave them, None where it gave none."""

    asset_key: int
    line: int | None = None
    before: dict[str, dict[str, Any] | None] = field(default_factory=dict)
    after: dict[str, dict[str, Any]] = field(default_factory=dict)


def stretches(session: Session) -> Iterator[list[Reshaped]]:
    """The assets of the block whose columns differ, in the order of their keys, some at a time."""
    rows = session.execute(text(_DIFFERING).execution_options(yield_per=_FETCHED))
    held: list[Reshaped] = []
    columns = 0
    for asset_key, differing in groupby(rows, lambda row: row.asset_key):
        held.append(_reshaped(asset_key, differing))
        columns += len(held[-1].before)
        if len(held) >= ASSETS or columns >= COLUMNS:
            yield held
            held, columns = [], 0
    if held:
        yield held


def keys(session: Session) -> set[int]:
    """The assets of the block whose columns differ."""
    return set(session.scalars(text("SELECT DISTINCT asset_key FROM pg_temp.block_reshaped")))


def keep(session: Session, records: Sequence[dict[str, Any]]) -> None:
    """Add what these assets' columns were to their newest versions, and tell of each schema that changed."""
    session.execute(text(_KEEP), {"records": msgspec.json.encode(records).decode(), "generic": GENERIC})
    outbox.touched(session)


def _reshaped(asset_key: int, differing: Iterable[Row[Any]]) -> Reshaped:
    found = Reshaped(asset_key)
    for row in differing:
        found.before[row.name] = row.before
        if row.after is not None:
            found.line = row.line
            found.after[row.name] = row.after
    return found
