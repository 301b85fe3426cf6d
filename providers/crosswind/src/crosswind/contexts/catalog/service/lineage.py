"""What an asset is made of, and what is made of it; also of one that its source does not have any more."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from sqlalchemy import Row

from crosswind.contexts.catalog.repository import assets, lineage
from crosswind.contexts.catalog.repository.scope import brief
from crosswind.contexts.catalog.schemas import Brief, Lineage, LineageEntry, LineageQuery
from crosswind.contexts.catalog.service.shapes import asset
from crosswind.kit.errors import NotFound
from crosswind.kit.unit_of_work import UnitOfWork

MOST = 1_000


class LineageService:
    """Lineage walks of one unit of work; one statement a level and direction."""

    def __init__(self, uow: UnitOfWork) -> None:
        self._session = uow.session
        self._actor = uow.actor

    def of(self, asset_id: UUID, query: LineageQuery) -> Lineage:
        """Walk from an asset; at most 1,000 entries a direction, partial when there are more or depth ends before."""
        row = assets.find(self._session, self._actor, asset_id)
        if row is None:
            raise NotFound("Asset", asset_id)
        found: dict[lineage.Direction, list[LineageEntry]] = {"upstream": [], "downstream": []}
        partial = False
        for direction, entries in found.items():
            if query.direction in {direction, "both"}:
                partial |= self._walk(row.key, direction, query.depth, entries)
        root = cast("Brief", {**brief(row), "description": asset(row)["description"]})
        return {"asset": root, "upstream": found["upstream"], "downstream": found["downstream"], "is_partial": partial}

    def _walk(self, start: int, direction: lineage.Direction, depth: int, entries: list[LineageEntry]) -> bool:
        front, seen = [start], {start}
        for distance in range(1, depth + 1):
            room = MOST - len(entries)
            rows = lineage.level(self._session, self._actor, front, direction, room + 1)
            entries.extend(_entry(row, distance) for row in rows[:room])
            if len(rows) > room:
                return True
            front = sorted({row.key for row in rows} - seen)
            seen.update(front)
            if not front:
                return False
        return bool(lineage.level(self._session, self._actor, front, direction, 1))


def _entry(row: Row[Any], depth: int) -> LineageEntry:
    relationship = {
        "id": row.edge_id,
        "type": row.edge_type,
        "source_asset_id": row.source_id,
        "target_asset_id": row.target_id,
        "metadata": row.edge_metadata,
        "depth": depth,
    }
    return cast("LineageEntry", {"asset": brief(row), "relationship": relationship})
