"""What assets are made of, and what is made of them; also of those that their source does not have any more."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Row

from crosswind.contexts.catalog.repository import lineage
from crosswind.contexts.catalog.repository.scope import brief
from crosswind.contexts.catalog.schemas.common import Brief
from crosswind.contexts.catalog.schemas.lineage import Lineage, LineageEntry, LineageQuery
from crosswind.contexts.catalog.service.walks import Bounds, Step, Walk, walk
from crosswind.kit.errors import Invalid, NotFound
from crosswind.kit.unit_of_work import UnitOfWork

MOST_TOGETHER = 20_000
"""Entries of one answer about many assets."""


class LineageService:
    """Lineage walks of one unit of work; one statement a level and direction, however many assets are asked for."""

    def __init__(self, uow: UnitOfWork) -> None:
        self._session = uow.session
        self._actor = uow.actor

    def of(self, asset_id: UUID, query: LineageQuery) -> Lineage:
        """Walk from an asset; at most `limit` entries, partial where there is more."""
        found = self.of_many([asset_id], query).get(asset_id)
        if found is None:
            raise NotFound("Asset", asset_id)
        return found

    def of_many(self, asset_ids: Sequence[UUID], query: LineageQuery) -> dict[UUID, Lineage]:
        """The lineage of each asset that can be seen, in as many statements as for one.

        Together they hold at most 20,000 entries: each has its part of that, if that is less than `limit`.
        """
        wanted = list(dict.fromkeys(asset_ids))
        if not wanted:
            return {}
        rows = lineage.roots(self._session, self._actor, wanted)
        if query.column is not None:
            self._check_column(rows, query.column)
        walks = [Walk(row.key, row.id, query.directions, query.column) for row in rows]
        limit = max(1, min(query.limit, MOST_TOGETHER // len(wanted)))
        walk(self._session, self._actor, walks, Bounds(query.depth, limit, query.relationship_type))
        return {row.id: _shown(row, each, query) for row, each in zip(rows, walks, strict=True)}

    def _check_column(self, rows: Sequence[Row[Any]], column: str) -> None:
        for row in rows:
            if not lineage.has_column(self._session, row.key, column):
                raise Invalid(f"'{row.name}' has no column '{column}'", field="column")


def _shown(row: Row[Any], found: Walk, query: LineageQuery) -> Lineage:
    sides: dict[str, list[LineageEntry]] = {"upstream": [], "downstream": []}
    for direction, way in found.ways.items():
        steps = (step for step in way.steps if not query.asset_type or step.edge.asset["type"] in query.asset_type)
        sides[direction] = [_entry(step) for step in steps]
    root = cast("Brief", brief(row))
    return {"asset": root, "upstream": sides["upstream"], "downstream": sides["downstream"], "is_partial": found.cut}


def _entry(step: Step) -> LineageEntry:
    edge = step.edge
    relationship = {
        "id": edge.id,
        "type": edge.type,
        "source_asset_id": step.source_id,
        "target_asset_id": step.target_id,
        "metadata": edge.metadata,
        "created_at": edge.created_at,
        "depth": step.depth,
    }
    if step.pairs is not None:
        relationship["columns"] = [{"upstream": source, "downstream": made} for source, made in step.pairs]
    return cast("LineageEntry", {"asset": edge.asset, "relationship": relationship})
