"""What assets are made of, and what is made of them; also of those that their source does not have any more."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from operator import attrgetter
from typing import Any, cast
from uuid import UUID

import msgspec
from sqlalchemy import Row

from crosswind.contexts.catalog.repository import lineage
from crosswind.contexts.catalog.repository.lineage import Bounds
from crosswind.contexts.catalog.repository.scope import brief
from crosswind.contexts.catalog.schemas.common import Brief
from crosswind.contexts.catalog.schemas.lineage import Lineage, LineageEntry, LineageQuery
from crosswind.contexts.catalog.service.walks import Step, Walk, walk
from crosswind.kit.errors import Invalid, NotFound
from crosswind.kit.unit_of_work import UnitOfWork

MOST_TOGETHER = 20_000
"""Entries of one answer about many assets."""
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Lineage).decode


class LineageService:
    """Lineage walks of one unit of work, in one statement however many assets are asked for.

    Walks by columns take one a level and direction.
    """

    def __init__(self, uow: UnitOfWork) -> None:
        self._session = uow.session
        self._actor = uow.actor

    def as_json(self, asset_id: UUID, query: LineageQuery) -> bytes:
        """Walk from an asset; at most `limit` entries, partial where there is more. As the store wrote it."""
        if query.column is not None:
            return _encode(self.of(asset_id, query))
        found = self._walked([asset_id], query, query.limit).get(asset_id)
        if found is None:
            raise NotFound("Asset", asset_id)
        return found

    def of(self, asset_id: UUID, query: LineageQuery) -> Lineage:
        """The same as objects."""
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
        limit = max(1, min(query.limit, MOST_TOGETHER // len(wanted)))
        if query.column is not None:
            return self._by_column(wanted, query, query.column, limit)
        return {identifier: _decode(text) for identifier, text in self._walked(wanted, query, limit).items()}

    def _walked(self, wanted: Sequence[UUID], query: LineageQuery, limit: int) -> dict[UUID, bytes]:
        bounds = Bounds(query.depth, limit, query.relationship_type, query.asset_type)
        rows = lineage.walked(self._session, self._actor, wanted, query.directions, bounds)
        return {identifier: _joined(list(each)) for identifier, each in groupby(rows, attrgetter("id"))}

    def _by_column(self, wanted: Sequence[UUID], query: LineageQuery, column: str, limit: int) -> dict[UUID, Lineage]:
        rows = lineage.roots(self._session, self._actor, wanted)
        for row in rows:
            if not lineage.has_column(self._session, row.key, column):
                raise Invalid(f"'{row.name}' has no column '{column}'", field="column")
        walks = [Walk(row.key, row.id, query.directions, column) for row in rows]
        walk(self._session, self._actor, walks, Bounds(query.depth, limit, query.relationship_type))
        return {row.id: _shown(row, each, query) for row, each in zip(rows, walks, strict=True)}


def _joined(rows: Sequence[Row[Any]]) -> bytes:
    """The answer around the entries that the store wrote."""
    up, down = (
        ",".join(row.entries for row in rows if row.direction == direction and row.entries)
        for direction in ("upstream", "downstream")
    )
    root = _encode(brief(rows[0])).decode()
    partial = "true" if any(row.is_cut for row in rows) else "false"
    return f'{{"asset":{root},"upstream":[{up}],"downstream":[{down}],"is_partial":{partial}}}'.encode()


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
        "columns": [{"upstream": source, "downstream": made} for source, made in step.pairs],
    }
    return cast("LineageEntry", {"asset": edge.asset, "relationship": relationship})
