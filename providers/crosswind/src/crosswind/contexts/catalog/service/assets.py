"""Assets: found by crawls or made by people, described by people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from crosswind.contexts.catalog.repository import assets as repository
from crosswind.contexts.catalog.repository import columns as of_columns
from crosswind.contexts.catalog.repository import cursors, found_by, lists
from crosswind.contexts.catalog.repository import relationships as edges
from crosswind.contexts.catalog.repository import tags as vocabulary
from crosswind.contexts.catalog.repository.scope import COUNTED
from crosswind.contexts.catalog.schemas.assets import (
    Asset,
    AssetCreate,
    AssetDetail,
    AssetListed,
    AssetQuery,
    AssetUpdate,
)
from crosswind.contexts.catalog.service import curated
from crosswind.contexts.catalog.service.columned import Columned
from crosswind.contexts.catalog.service.columns import ColumnChange, Columns, classifications, told
from crosswind.contexts.catalog.service.shapes import asset, detail, keys_as_json, with_columns
from crosswind.contexts.catalog.versions.repository import Kept, keep
from crosswind.contexts.catalog.vocabulary import anew
from crosswind.kit.errors import AlreadyExists, Conflict, Invalid, NotFound, StaleVersion
from crosswind.kit.paging import Page, Window
from crosswind.kit.unit_of_work import Event, UnitOfWork

Names = list[str]


class CatalogService:
    """Assets of one unit of work; what people write here no crawl touches."""

    def __init__(self, uow: UnitOfWork) -> None:
        self._uow = uow
        self._session = uow.session
        self._actor = uow.actor
        self._columns = Columns(uow)

    def list(self, query: AssetQuery, window: Window) -> Page[AssetListed]:
        """One window of the assets that fit; with a cursor what comes after it, in the same time however deep."""
        position = cursors.read(query, self._actor.tenant)
        if position is not None:
            return self._after(query, window, position)
        (places, rows), total = lists.page(self._session, self._actor, query, window)
        shown, capped = window.offset + len(places), total > COUNTED
        goes_on = shown < total or (capped and len(places) == window.limit)
        more = cursors.write(query, self._actor.tenant, places[-1], total, shown) if places and goes_on else None
        return Page(self._listed(query, rows), min(total, COUNTED), window, more, capped)

    def get(self, asset_id: UUID) -> AssetDetail:
        """An asset with its columns."""
        row = self._find(asset_id)
        return detail(row, of_columns.of_asset(self._session, self._actor, row))

    def get_many(self, ids: Iterable[UUID]) -> dict[UUID, AssetDetail]:
        """Those of the assets that are there, by id, with their columns: two statements."""
        rows = repository.find_many(self._session, self._actor, sorted(set(ids)))
        columns = of_columns.of_assets(self._session, self._actor, rows)
        return {row.id: detail(row, columns[row.key]) for row in rows}

    def create(self, request: AssetCreate) -> AssetDetail:
        """Make an asset that no crawl finds; its qualified name must be free, or that of one deleted by hand."""
        before = repository.by_name(self._session, self._actor.tenant, request.qualified_name)
        if before is not None and (before.removed_at is None or before.connection_key is not None):
            raise _taken(request.qualified_name, before)
        tags = self._learn(request.tags)
        self._columns.check(classifications(request))
        columns = Columned(self._uow, request)
        state = {**request.model_dump(include={"description", "metadata", "classification"}), "tags": tags}
        values = curated.values(state, {"type": request.type, "name": request.name}) | columns.values()
        made = {"tenant": self._actor.tenant, "qualified_name": request.qualified_name}
        made |= {"created_by": self._actor.subject, "created_by_name": self._actor.name}
        was = None
        if before is None:
            asset_id = self._add(values | made)
        else:
            asset_id = before.id
            was = self._again(asset_id, values, {**state, "type": request.type, "name": request.name})
        columns.store(anew=before is not None)
        if before is not None:
            found_by.renew(self._session, [before.key])
        asked = {**request.model_dump(exclude={"columns"}), **columns.told()}
        self._uow.record(Event("ASSET", str(asset_id), "CREATE", was, asked))
        return self.get(asset_id)

    def update(self, asset_id: UUID, request: AssetUpdate, version: int | None) -> AssetDetail:
        """Write what is given of description, metadata, tags and classification, on the asset and its columns."""
        row = self._find(asset_id, version, lock=True)
        self._columns.check(classifications(request))
        if request.tags is not None:
            request = request.model_copy(update={"tags": self._named(request.tags)})
        before = curated.state(row)
        identity = curated.renamed(row, request)
        columns = self._columns.changes(row.key, request.columns)
        self._write(row, before, curated.wanted(before, request), identity, columns)
        return self.get(asset_id)

    def add_tag(self, asset_id: UUID, tag_id: UUID, version: int | None = None) -> bool:
        """Put a tag of the vocabulary on an asset; returns whether it was not there yet."""
        return self._tagged(asset_id, tag_id, version, there=True)

    def remove_tag(self, asset_id: UUID, tag_id: UUID, version: int | None = None) -> bool:
        """Take a tag off an asset; returns whether it was there."""
        return self._tagged(asset_id, tag_id, version, there=False)

    def delete(self, asset_id: UUID, version: int | None) -> None:
        """Hide an asset from everybody; one that its source has comes back with the next crawl, as it was described."""
        row = self._find(asset_id, version, lock=True)
        repository.remove(self._session, row.key)
        self._keep(row, ["deleted"], {"removed": row.removed_at is not None})
        self._record(row, "DELETE", {"qualified_name": row.qualified_name, "type": row.type}, None)

    def deleted(self, window: Window) -> Page[Asset]:
        """One window of what people deleted and can be restored, the latest first."""
        rows, total = lists.deleted(self._session, self._actor, window)
        return Page([asset(row) for row in rows], total, window)

    def restore(self, asset_id: UUID, version: int | None) -> AssetDetail:
        """Show a deleted asset again as it was described; Conflict for one that is not deleted."""
        row = self._find(asset_id, version, lock=True, deleted=True)
        if row.deleted_at is None:
            raise Conflict(
                "The asset vanished from its source and comes back with the crawl that finds it"
                if row.removed_at is not None
                else "The asset is not deleted"
            )
        repository.restore(self._session, row.key)
        self._keep(row, ["restored"], {"removed": True})
        named = {"qualified_name": row.qualified_name, "type": row.type}
        self._record(row, "RESTORE", {**named, "deleted_at": row.deleted_at}, {**named, "deleted_at": None})
        return self.get(asset_id)

    def _after(self, query: AssetQuery, window: Window, position: cursors.Position) -> Page[AssetListed]:
        """The page after a position; its total is that of the first page unless more or fewer came to light."""
        if window.offset:
            raise Invalid("Give cursor or offset, not both", field="offset")
        (places, rows), more = lists.page_after(self._session, self._actor, query, position, window.limit)
        shown = position.offset + len(places)
        total = max(position.total, shown + 1) if more else shown
        cursor = cursors.write(query, self._actor.tenant, places[-1], total, shown) if more else None
        capped = more and position.total > COUNTED
        total = max(COUNTED, shown) if capped else total
        return Page(self._listed(query, rows), total, Window(window.limit, position.offset), cursor, capped)

    def _listed(self, query: AssetQuery, rows: Sequence[Any]) -> Sequence[AssetListed]:
        """Rows as they are shown, with their columns where those are asked for: one statement for all."""
        if query.include is None:
            return [asset(row) for row in rows]
        keys = [keys_as_json(row.source_facts) for row in rows]
        columns = of_columns.as_json(self._session, self._actor, rows, keys)
        return [with_columns(row, columns.get(row.key, "[]")) for row in rows]

    def _add(self, values: dict[str, Any]) -> UUID:
        """Insert an asset; one that somebody else made of that name meanwhile stays as that is."""
        asset_id = repository.add(self._session, values)
        if asset_id is None:
            name = values["qualified_name"]
            raise _taken(name, repository.by_name(self._session, self._actor.tenant, name))
        return asset_id

    def _again(self, asset_id: UUID, values: curated.State, after: curated.State) -> curated.State:
        """Make an asset anew that was deleted by hand, under its old id, without what was said; returns what it was."""
        row = self._find(asset_id, lock=True, deleted=True)
        if row.removed_at is None:
            raise _taken(row.qualified_name, repository.by_name(self._session, self._actor.tenant, row.qualified_name))
        before = {**curated.state(row), "type": row.type, "name": row.name, "removed": True}
        repository.write(self._session, row.key, {**values, "removed_at": None, "deleted_at": None})
        self._keep(row, ["made again"], curated.replaced(before, {**after, "removed": False}, ()))
        anew.forget(self._session, [row.key])
        return before

    def _tagged(self, asset_id: UUID, tag_id: UUID, version: int | None, *, there: bool) -> bool:
        row = self._find(asset_id, version, lock=True)
        name = vocabulary.name_of(self._session, self._actor.tenant, tag_id)
        if name is None:
            raise NotFound("Tag", tag_id)
        before = curated.state(row)
        kept = [tag for tag in row.tags if tag != name]
        if (name in row.tags) == there:
            return False
        self._write(row, before, {**before, "tags": [*kept, name] if there else kept}, {}, ())
        return True

    def _write(
        self,
        row: Row[Any],
        before: curated.State,
        after: curated.State,
        identity: curated.State,
        columns: Sequence[ColumnChange],
    ) -> None:
        """Store a curated change with its version and its event; nothing when nothing differs."""
        if after == before and not columns and not identity:
            return
        was = {**before, **{name: getattr(row, name) for name in identity}}
        becomes = {**after, **identity}
        if "qualified_name" in identity:
            self._rename(row, identity["qualified_name"])
        self._learn([*after["tags"], *(tag for change in columns for tag in change.after["tags"])])
        repository.write(self._session, row.key, curated.values(after, identity))
        if "name" in identity:
            found_by.renew(self._session, [row.key])
        self._columns.write(row.key, columns)
        self._keep(row, curated.in_words(was, becomes, columns), curated.replaced(was, becomes, columns))
        self._record(row, "UPDATE", *told(was, becomes, columns))

    def _rename(self, row: Row[Any], qualified_name: str) -> None:
        if repository.by_name(self._session, self._actor.tenant, qualified_name) is not None:
            raise AlreadyExists(f"An asset '{qualified_name}' exists already", field="qualified_name")
        edges.rename_target(self._session, row.key, qualified_name)

    def _keep(self, row: Row[Any], changes: Sequence[str], before: curated.State) -> None:
        number = row.version + row.source_version + 1
        keep(self._session, self._actor, [Kept(row.key, number, "curated", [*changes], before)])

    def _find(
        self, asset_id: UUID, version: int | None = None, *, lock: bool = False, deleted: bool = False
    ) -> Row[Any]:
        row = repository.find(self._session, self._actor, asset_id, lock=lock, deleted=deleted)
        if row is None:
            raise NotFound("Asset", asset_id)
        if version is not None and version != row.version:
            raise StaleVersion(f"The asset is at version {row.version}, not {version}", version=row.version)
        return row

    def _named(self, tags: Iterable[str]) -> Names:
        """Tags by name, each once, where they may be given by id."""
        return vocabulary.by_name_or_id(self._session, self._actor.tenant, tags)

    def _learn(self, tags: Iterable[str]) -> Names:
        named = self._named(tags)
        lacking = vocabulary.missing(self._session, self._actor.tenant, named)
        for name, other in sorted(vocabulary.near(self._session, self._actor.tenant, lacking).items()):
            raise Invalid(f"There is no tag '{name}'; did you mean '{other}'?", field="tags")
        vocabulary.ensure(self._session, self._actor.tenant, lacking, self._actor.subject)
        return named

    def _record(self, row: Row[Any], action: str, before: dict[str, Any], after: dict[str, Any] | None) -> None:
        self._uow.record(Event("ASSET", str(row.id), action, before, after, row.connection_id))


def _taken(name: str, row: Row[Any] | None) -> AlreadyExists:
    """The refusal of a name; with the version of what holds it, where everybody of the tenant may see that."""
    seen = row is not None and row.connection_key is None and row.removed_at is None
    version = {"version": row.version} if row is not None and seen else {}
    return AlreadyExists(f"An asset '{name}' exists already", field="qualified_name", **version)
