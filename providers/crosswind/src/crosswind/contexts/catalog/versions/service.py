"""Versions of assets: listed, compared, and their curated state written again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Row

from crosswind.contexts.catalog.openlineage.facets import COLUMNS_TOLD
from crosswind.contexts.catalog.repository import assets, described
from crosswind.contexts.catalog.schemas.assets import AssetUpdate, ColumnUpdate
from crosswind.contexts.catalog.service.assets import CatalogService
from crosswind.contexts.catalog.versions import repository
from crosswind.contexts.catalog.versions.deltas import IDS_OF, State, back
from crosswind.contexts.catalog.versions.diffs import compare
from crosswind.contexts.catalog.versions.schemas import AssetDiff, AssetRestored, AssetVersion, AssetVersionDetail
from crosswind.contexts.catalog.vocabulary import repository as vocabulary
from crosswind.contexts.catalog.vocabulary.restoring import Restoring
from crosswind.kit.errors import Conflict, NotFound
from crosswind.kit.paging import Page, Window
from crosswind.kit.unit_of_work import UnitOfWork

_SOURCE = ("position", "data_type", "nullable", "default_value", "identity", "generated", "comment", "name")
_NOTED = ("description", "tags", "classification")
_INNER = {"columns", "notes", "column_terms", *IDS_OF.values()}
"""Of a state, what is shown on its columns, or not at all."""
CREATED, OLDEST = "created", "oldest"
NEWBORN = 2
"""The highest number that an asset begins with: version 1, and source version 1 where a crawl found it."""


class VersionService:
    """Versions of one unit of work; the newest is the asset itself, older ones are worked out from it."""

    def __init__(self, uow: UnitOfWork, catalog: CatalogService, said: Restoring) -> None:
        self._session = uow.session
        self._actor = uow.actor
        self._catalog = catalog
        self._said = said

    def list(self, asset_id: UUID, window: Window) -> Page[AssetVersion]:
        """One window of an asset's versions, newest first; the first one is its creation while all are kept."""
        row = self._find(asset_id)
        rows, total = repository.page(self._session, row.key, window)
        shown = [_shown(each) for each in rows]
        if len(shown) < window.limit and window.offset + len(shown) == total:
            shown.append(_first(row, repository.oldest(self._session, row.key)))
        return Page(shown, total + 1, window)

    def get(self, asset_id: UUID, number: int) -> AssetVersionDetail:
        """A version with the asset as it was then."""
        row = self._find(asset_id)
        changes = self._after(row, number)
        made = repository.one(self._session, row.key, number)
        shown = _shown(made) if made is not None else {**_first(row, None), "number": number}
        state = _past(self._present(row), changes)
        return cast("AssetVersionDetail", {**shown, "state": _told(state)})

    def diff(self, asset_id: UUID, before: int | None, after: int | None) -> AssetDiff:
        """How the asset changed from one version to another: to the present one, from the one before, by default."""
        row = self._find(asset_id)
        present = self._present(row)
        last = _number(row) if after is None else after
        before = max(last - 1, _start(row, repository.oldest(self._session, row.key))) if before is None else before
        changes = self._after(row, min(before, last))
        self._check(row, max(before, last))
        older, newer = (_past(present, _since(changes, number)) for number in (before, last))
        return compare(older, newer, (before, last))

    def restore(self, asset_id: UUID, number: int, version: int | None) -> AssetRestored:
        """Write what people had written then, as a new version; what the source says is never brought back.

        Owners, domain and terms that differ are a version each. Notes on columns that the asset no longer has stay
        where they are; an asset of a crawl keeps its names, and data products keep their members. A domain or term that
        is there no more is left out and told; Conflict where nothing else differs.
        """
        row = self._find(asset_id)
        state = _past(self._present(row), self._after(row, number))
        self._catalog.update(asset_id, self._request(row, state), version)
        gone = self._said.restore(asset_id, state)
        restored = self._catalog.get(asset_id)
        if gone and restored["version"] == row.version:
            raise Conflict(f"All that the version has otherwise is there no more: {', '.join(gone)}", missing=gone)
        return {**restored, "not_restored": gone}

    def _request(self, row: Row[Any], state: State) -> AssetUpdate:
        gone = dict.fromkeys(row.curated_metadata.keys() - state["metadata"].keys())
        given = {
            "description": state["description"],
            "metadata": {**gone, **state["metadata"]},
            "tags": state["tags"],
            "classification": state["classification"],
        }
        if row.connection_id is None:
            given |= {name: state[name] for name in ("type", "name", "qualified_name")}
        names = [column.name for column in assets.columns(self._session, row.key)]
        notes = state["notes"]
        now = described.named(self._session, row.key, names)
        columns = [
            ColumnUpdate.model_construct({"name", *_NOTED}, name=name, **_note(notes.get(name)))
            for name in names
            if notes.get(name) or _noted(now[name])
        ]
        return AssetUpdate.model_construct({*given, "columns"}, **given, columns=columns)

    def _find(self, asset_id: UUID) -> Row[Any]:
        row = assets.find(self._session, self._actor, asset_id)
        if row is None:
            raise NotFound("Asset", asset_id)
        return row

    def _after(self, row: Row[Any], number: int) -> Sequence[Row[Any]]:
        """The changes since a version; NotFound where there is or was none of that number."""
        self._check(row, number)
        return repository.after(self._session, row.key, number)

    def _check(self, row: Row[Any], number: int) -> None:
        if not _start(row, repository.oldest(self._session, row.key)) <= number <= _number(row):
            raise NotFound("Version", number, parameter="number")

    def _present(self, row: Row[Any]) -> State:
        columns = assets.columns(self._session, row.key)
        return {
            "type": row.type,
            "name": row.name,
            "qualified_name": row.qualified_name,
            "description": row.description,
            "metadata": row.curated_metadata,
            "tags": row.tags,
            "classification": row.classification,
            "removed": row.removed_at is not None,
            "type_detail": row.type_detail,
            "comment": row.source_comment,
            "owners": row.owners or [],
            "domain": row.domain,
            "terms": row.terms or [],
            "products": vocabulary.products(self._session, row.key),
            "facts": {name: fact for name, fact in (row.source_facts or {}).items() if name != COLUMNS_TOLD},
            "columns": {column.name: {name: getattr(column, name) for name in _SOURCE} for column in columns},
            "notes": {column.name: _noted(column) for column in columns if _noted(column)},
            "column_terms": vocabulary.column_terms(self._session, row.key),
        }


def _past(state: State, changes: Sequence[Row[Any]]) -> State:
    for change in changes:
        state = back(state, change.before)
    return state


def _since(changes: Sequence[Row[Any]], number: int) -> list[Row[Any]]:
    return [change for change in changes if change.number > number]


def _told(state: State) -> State:
    """A state with its columns in the source's order, each with what people wrote on it."""
    ordered = sorted(state["columns"].values(), key=lambda column: (column["position"], column["name"]))
    columns = [{**column, **_on_column(state, column["name"])} for column in ordered]
    rest = {name: value for name, value in state.items() if name not in _INNER}
    return {**rest, "columns": columns}


def _noted(column: Row[Any]) -> State | None:
    note = {name: getattr(column, name) for name in _NOTED}
    return note if any(note.values()) else None


def _note(note: State | None) -> State:
    return {"description": None, "tags": [], "classification": None, **(note or {})}


def _on_column(state: State, name: str) -> State:
    return {**_note(state["notes"].get(name)), "terms": state["column_terms"].get(name, [])}


def _number(row: Row[Any]) -> int:
    return int(row.version + row.source_version)


def _start(row: Row[Any], oldest: int | None) -> int:
    """The number of the oldest state that can be told; without any change that is what the asset began with."""
    return min(NEWBORN, _number(row)) if oldest is None else oldest - 1


def _first(row: Row[Any], oldest: int | None) -> AssetVersion:
    by = None if row.created_by is None else {"id": row.created_by, "name": row.created_by_name}
    number = _start(row, oldest)
    whole = number <= NEWBORN
    first = {"number": number, "kind": CREATED if whole else OLDEST, "at": row.created_at, "by": by}
    changes = [] if whole else ["what was before is not kept"]
    return cast("AssetVersion", {**first, "breaking": False, "changes": changes})


def _shown(row: Row[Any]) -> AssetVersion:
    by = None if row.author is None else {"id": row.author, "name": row.author_name}
    shown = {"number": row.number, "kind": row.kind, "at": row.at, "by": by}
    return cast("AssetVersion", {**shown, "breaking": row.breaking, "changes": row.changes})
