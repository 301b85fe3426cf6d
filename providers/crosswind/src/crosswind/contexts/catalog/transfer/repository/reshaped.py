"""Changed schemas into the versions that their block keeps, and told to those who follow."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import text
from sqlalchemy.orm import Session

from crosswind.kit import outbox

_KEEP = """
WITH told AS MATERIALIZED (
    SELECT * FROM json_to_recordset(CAST(:records AS json)) AS x(
           asset_key bigint, columns jsonb, breaking boolean, changes jsonb, schema jsonb)
), kept AS (
    UPDATE crosswind.asset_versions v
       SET before = v.before || jsonb_build_object('columns', x.columns), breaking = x.breaking,
           changes = ARRAY(SELECT jsonb_array_elements_text(x.changes)) || v.changes
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


def keep(session: Session, records: Sequence[dict[str, Any]]) -> None:
    """Add what these assets' columns were to their newest versions, and tell of each schema that changed."""
    session.execute(text(_KEEP), {"records": msgspec.json.encode(records).decode()})
    outbox.touched(session)
