"""Assets: found by crawls or made by people, described by people."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from crosswind.contexts.catalog.facts import curated_words, named_words
from crosswind.contexts.catalog.repository import assets as repository
from crosswind.contexts.catalog.repository import tags as vocabulary
from crosswind.contexts.catalog.schemas import Asset, AssetCreate, AssetDetail, AssetQuery, AssetUpdate
from crosswind.contexts.catalog.service.columns import Columns, classifications, told
from crosswind.contexts.catalog.service.shapes import asset, detail
from crosswind.kit.errors import AlreadyExists, NotFound, StaleVersion
from crosswind.kit.paging import Page, Window
from crosswind.kit.unit_of_work import Event, UnitOfWork


class CatalogService:
    """Assets of one unit of work; what people write here no crawl touches."""

    def __init__(self, uow: UnitOfWork) -> None:
        self._uow = uow
        self._session = uow.session
        self._actor = uow.actor
        self._columns = Columns(uow)

    def list(self, query: AssetQuery, window: Window) -> Page[Asset]:
        """One window of the assets that fit."""
        rows, total = repository.page(self._session, self._actor, query, window)
        return Page([asset(row) for row in rows], total, window)

    def get(self, asset_id: UUID) -> AssetDetail:
        """An asset with its columns."""
        row = self._find(asset_id)
        return detail(row, repository.columns(self._session, row.key))

    def create(self, request: AssetCreate) -> AssetDetail:
        """Make an asset that no crawl finds; its qualified name must be free, or that of one deleted by hand."""
        before = repository.by_name(self._session, self._actor.tenant, request.qualified_name)
        if before is not None and (before.removed_at is None or before.connection_key is not None):
            raise AlreadyExists(f"An asset '{request.qualified_name}' exists already", field="qualified_name")
        self._learn(request.tags)
        self._columns.check([("classification", request.classification)])
        values = {
            "type": request.type,
            "name": request.name,
            **_curated(request.description, request.metadata, request.tags, request.classification),
            "source_words": named_words(request.name),
        }
        made = {"tenant": self._actor.tenant, "qualified_name": request.qualified_name}
        made |= {"created_by": self._actor.subject, "created_by_name": self._actor.name}
        if before is None:
            asset_id = repository.add(self._session, values | made)
        else:
            repository.write(self._session, before.key, {**values, "removed_at": None, "deleted_at": None})
            asset_id = before.id
        self._uow.record(Event("ASSET", str(asset_id), "CREATE", None, request.model_dump()))
        return self.get(asset_id)

    def update(self, asset_id: UUID, request: AssetUpdate, version: int | None) -> AssetDetail:
        """Write what is given of description, metadata, tags and classification, on the asset and its columns."""
        row = self._find(asset_id, version, lock=True)
        self._columns.check(classifications(request))
        before = {
            "description": row.description,
            "metadata": row.curated_metadata,
            "tags": row.tags,
            "classification": row.classification,
        }
        given = {name: getattr(request, name) for name in before if name in request.model_fields_set}
        after = {**before, **given}
        after = {**after, "metadata": after["metadata"] or {}, "tags": list(dict.fromkeys(after["tags"] or []))}
        columns = self._columns.changes(row.key, request.columns)
        if after != before or columns:
            self._learn([*after["tags"], *(tag for change in columns for tag in change.after["tags"])])
            repository.write(self._session, row.key, _curated(**after))
            self._columns.write(row.key, columns)
            self._record(row, "UPDATE", *told(before, after, columns))
        return self.get(asset_id)

    def delete(self, asset_id: UUID, version: int | None) -> None:
        """Hide an asset from everybody; one that its source has comes back with the next crawl, as it was described."""
        row = self._find(asset_id, version, lock=True)
        repository.remove(self._session, row.key)
        self._record(row, "DELETE", {"qualified_name": row.qualified_name, "type": row.type}, None)

    def _find(self, asset_id: UUID, version: int | None = None, *, lock: bool = False) -> Row[Any]:
        row = repository.find(self._session, self._actor, asset_id, lock=lock)
        if row is None:
            raise NotFound("Asset", asset_id)
        if version is not None and version != row.version:
            raise StaleVersion(f"The asset is at version {row.version}, not {version}", version=row.version)
        return row

    def _learn(self, tags: Iterable[str]) -> None:
        vocabulary.ensure(self._session, self._actor.tenant, tags, self._actor.subject)

    def _record(self, row: Row[Any], action: str, before: dict[str, Any], after: dict[str, Any] | None) -> None:
        self._uow.record(Event("ASSET", str(row.id), action, before, after, row.connection_id))


def _curated(
    description: str | None, metadata: dict[str, Any], tags: list[str], classification: str | None
) -> dict[str, Any]:
    return {
        "description": description,
        "curated_metadata": metadata,
        "tags": tags,
        "classification": classification,
        "curated_words": curated_words(description, tags),
    }
