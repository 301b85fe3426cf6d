"""What a block changed of schemas, classified as a crawl's changes are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crosswind.contexts.catalog.changes import changes
from crosswind.contexts.catalog.transfer.lines import AssetLine
from crosswind.contexts.catalog.transfer.repository.reshaped import Reshaped
from crosswind.contexts.catalog.versions.breaking import schema_changes

MOST = 100
"""Changes told of one asset; its version's diff has all of them."""


def told(reshaped: Reshaped, named: Mapping[int, AssetLine]) -> dict[str, Any]:
    """What an asset's version keeps, and what its event tells; columns where none were known break nobody."""
    before = {name: column for name, column in reshaped.before.items() if column is not None}
    given = () if reshaped.line is None else named[reshaped.line].columns or ()
    first = not before and len(reshaped.after) == len(given)
    schema = [] if first else schema_changes(before, reshaped.after, {}, {})
    return {
        "asset_key": reshaped.asset_key,
        "columns": reshaped.before,
        "breaking": any(change["breaking"] for change in schema),
        "changes": changes({}, {}, before, reshaped.after),
        "schema": schema[:MOST],
    }
