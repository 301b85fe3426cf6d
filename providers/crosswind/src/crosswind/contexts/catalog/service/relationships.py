"""Relationships that people make; what crawls and runs found is theirs to remove."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from sqlalchemy import Row

from crosswind.contexts.catalog.errors import SourceOwned
from crosswind.contexts.catalog.repository import relationships as repository
from crosswind.contexts.catalog.schemas.relationships import (
    PERSON,
    End,
    Relationship,
    RelationshipCreate,
    RelationshipListed,
    RelationshipQuery,
)
from crosswind.contexts.catalog.service.mapping import check_mapping
from crosswind.kit.errors import AlreadyExists, Invalid, NotFound
from crosswind.kit.paging import Page, Window, bounded
from crosswind.kit.unit_of_work import Event, UnitOfWork


class RelationshipService:
    """Edges of one unit of work."""

    def __init__(self, uow: UnitOfWork) -> None:
        self._uow = uow
        self._session = uow.session
        self._actor = uow.actor

    def list(self, query: RelationshipQuery, window: Window) -> Page[RelationshipListed]:
        """One window of the edges that fit; an edge to something nobody knows yet is none to show."""
        rows, counted = repository.page(self._session, self._actor, query, window)
        return bounded(rows, counted, window).map(self._listed)

    def get(self, relationship_id: UUID) -> Relationship:
        """An edge."""
        return _shown(self._find(relationship_id))

    def create(self, request: RelationshipCreate) -> Relationship:
        """Join two assets; an edge of that type between them that is there already is AlreadyExists."""
        if request.source_asset_id == request.target_asset_id:
            raise Invalid("An asset cannot be related to itself", field="target_asset_id")
        source, target = self._ends(request)
        there = repository.between(self._session, source.key, target.key, request.type)
        if there is not None:
            raise self._taken(request, there)
        reader, read = (target, source) if request.type == "PRODUCES" else (source, target)
        check_mapping(self._session, request.metadata, reader, read)
        values = {
            "tenant": self._actor.tenant,
            "type": request.type,
            "source_key": source.key,
            "target_key": target.key,
            "target_name": target.qualified_name,
            "metadata_": request.metadata,
            "origin": PERSON,
            "created_by": self._actor.subject,
            "created_by_name": self._actor.name,
        }
        made = repository.add(self._session, values)
        if made is None:
            raise self._taken(request, None)
        shown = self.get(made)
        self._record("CREATE", made, None, _told(request, source, target), source.connection_id or target.connection_id)
        return shown

    def delete(self, relationship_id: UUID) -> None:
        """Remove an edge that a person made; others are removed by what found them."""
        row = self._find(relationship_id, lock=True)
        if row.origin != PERSON:
            raise SourceOwned(
                f"The relationship was found by a {row.origin} and goes when its source no longer has it",
                origin=row.origin,
            )
        repository.remove(self._session, row.key)
        ends = {"source_asset_id": str(row.source_asset_id), "target_asset_id": str(row.target_asset_id)}
        named = {"source": row.source_name, "target": row.target_name}
        before = {**ends, **named, "type": row.type, "metadata": row.metadata}
        self._record("DELETE", relationship_id, before, None, row.connection_id)

    def _listed(self, row: Row[Any]) -> RelationshipListed:
        may = self._actor.may("asset:read")
        return {
            **_shown(row),
            "source_asset": _end(row, "source") if may else None,
            "target_asset": _end(row, "target") if may else None,
        }

    def _find(self, relationship_id: UUID, *, lock: bool = False) -> Row[Any]:
        row = repository.find(self._session, self._actor, relationship_id, lock=lock)
        if row is None:
            raise NotFound("Relationship", relationship_id)
        return row

    def _ends(self, request: RelationshipCreate) -> tuple[Row[Any], Row[Any]]:
        ids = (request.source_asset_id, request.target_asset_id)
        found = repository.ends(self._session, self._actor, ids)
        for field, asset_id in zip(("source_asset_id", "target_asset_id"), ids, strict=True):
            if asset_id not in found:
                raise NotFound("Asset", asset_id, field=field)
        return found[ids[0]], found[ids[1]]

    @staticmethod
    def _taken(request: RelationshipCreate, there: UUID | None) -> AlreadyExists:
        named: dict[str, Any] = {} if there is None else {"relationship_id": str(there)}
        return AlreadyExists(f"These assets are related by {request.type} already", **named)

    def _record(
        self,
        action: str,
        relationship_id: UUID,
        before: dict[str, Any] | None,
        after: dict[str, Any] | None,
        connection: str | None,
    ) -> None:
        self._uow.record(Event("RELATIONSHIP", str(relationship_id), action, before, after, connection))


def _told(request: RelationshipCreate, source: Row[Any], target: Row[Any]) -> dict[str, Any]:
    return {
        **request.model_dump(mode="json"),
        "source": source.qualified_name,
        "target": target.qualified_name,
    }


def _shown(row: Row[Any]) -> Relationship:
    by = None if row.created_by is None else {"id": row.created_by, "name": row.created_by_name}
    shown = {
        "id": row.id,
        "source_asset_id": row.source_asset_id,
        "target_asset_id": row.target_asset_id,
        "type": row.type,
        "metadata": row.metadata,
        "origin": row.origin,
        "created_by": by,
        "created_at": row.created_at,
    }
    return cast("Relationship", shown)


def _end(row: Row[Any], side: str) -> End:
    facts = row._asdict()
    return {
        "id": facts[f"{side}_asset_id"],
        "name": facts[f"{side}_title"],
        "type": facts[f"{side}_type"],
        "qualified_name": facts[f"{side}_name"],
    }
