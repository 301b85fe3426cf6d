"""Many assets in one request, and events of single ones, from systems that no connector reads."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta
from sqlalchemy import Row

from crosswind.contexts.catalog.repository import assets as repository
from crosswind.contexts.catalog.repository import columns as of_columns
from crosswind.contexts.catalog.schemas.ingestion import Accepted, IngestionResult, ItemError
from crosswind.contexts.catalog.service import shown
from crosswind.contexts.catalog.service.assets import CatalogService
from crosswind.contexts.catalog.service.shapes import detail
from crosswind.contexts.catalog.transfer import lines as reading
from crosswind.contexts.catalog.transfer.lines import AssetLine, LineError, Parsed
from crosswind.contexts.catalog.transfer.repository import sheets
from crosswind.contexts.catalog.transfer.storing import Stored, Storer
from crosswind.contexts.catalog.wire import read
from crosswind.kit.errors import Forbidden, Invalid, NotFound
from crosswind.kit.unit_of_work import Event, UnitOfWork

MOST_ITEMS = 100_000
MOST_ERRORS = 100
EventType = Literal["asset.created", "asset.updated", "asset.deleted"]


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`upsert` lets items meet assets that exist; without `validate` the good items are stored beside the bad."""

    upsert: bool = True
    validate: bool = True


class Request(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body, items still unread."""

    assets: Annotated[list[msgspec.Raw], Meta(max_length=MOST_ITEMS)]
    options: Options = Options()


class StreamedAsset(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of an event, its asset still unread."""

    asset: msgspec.Raw


class NamedAsset(msgspec.Struct, frozen=True):
    """The asset of a deletion by its qualified name, whatever else is told of it, such as its sender's own id."""

    qualified_name: str | None = None


class GoneAsset(msgspec.Struct, frozen=True):
    """The asset of a deletion by our id."""

    id: UUID | None = None


class IngestionService:
    """Batches and events of one unit of work; each is one transaction."""

    def __init__(self, uow: UnitOfWork) -> None:
        self._uow = uow
        self._session = uow.session
        self._actor = uow.actor

    def batch(self, body: bytes) -> IngestionResult:
        """Store a batch: by default all of it or, when one item is wrong, nothing (400 with the errors)."""
        request = read(body, Request)
        parsed = self._parsed(request.assets)
        if parsed.errors and request.options.validate:
            raise _refused(parsed.errors, len(request.assets))
        done = Storer(self._session, self._actor).store(parsed, upsert=request.options.upsert)
        if done.errors and request.options.validate:
            raise _refused(done.errors, len(request.assets))
        if done.created or done.updated:
            self._record(done)
        return {
            "processed": done.created + done.updated + done.unchanged,
            "created": done.created,
            "updated": done.updated,
            "unchanged": done.unchanged,
            "errors": [_plain(error) for error in _in_order(done.errors)[:MOST_ERRORS]],
        }

    def stream(self, kind: EventType, body: bytes) -> Accepted:
        """Take in what happened to one asset; it is stored when this returns, and the same event again does no harm."""
        raw = bytes(read(body, StreamedAsset).asset)
        if kind == "asset.deleted":
            return self._deleted(raw)
        raw = shown.as_line(raw)
        if kind == "asset.updated":
            raw = shown.filled(raw, self._known)
        parsed = self._parsed([msgspec.Raw(raw)], "asset")
        line = parsed.assets[0][1]
        was = repository.by_name(self._session, self._actor.tenant, line.qualified_name)
        if was is not None:
            line = self._unsaid(line, was)
        done = Storer(self._session, self._actor).store(Parsed(assets=[(0, line)]))
        if done.errors:
            error = done.errors[0]
            raise Invalid(error.message, field=f"asset.{error.field}".rstrip("."))
        found = was or repository.by_name(self._session, self._actor.tenant, line.qualified_name)
        assert found is not None, "it was stored just now"
        if done.created or done.updated:
            action = "CREATE" if done.created else "UPDATE"
            self._uow.record(Event("ASSET", str(found.id), action, _was(was, line), _told(line), told=True))
        return {"id": found.id, "status": "accepted"}

    def _deleted(self, raw: bytes) -> Accepted:
        if not self._actor.may("asset:delete"):
            raise Forbidden("The event deletes an asset", permission="asset:delete")
        name = read(raw, NamedAsset).qualified_name
        identifier = read(raw, GoneAsset).id if name is None else self._named(name)
        if identifier is None:
            raise Invalid("Say which asset was deleted, by its id or its qualified_name", field="asset.qualified_name")
        row = repository.find(self._session, self._actor, identifier, lock=True, deleted=True)
        if row is None or row.deleted_at is None:
            CatalogService(self._uow).delete(identifier, None)
        return {"id": identifier, "status": "accepted"}

    def _known(self, qualified_name: str) -> Row[Any] | None:
        return sheets.known(self._session, self._actor, [qualified_name]).get(qualified_name)

    def _unsaid(self, line: AssetLine, was: Row[Any]) -> AssetLine:
        """The line without what its asset shows already; one that no crawl brings back from removal begins anew."""
        anew = was.removed_at is not None and was.connection_key is None
        row = None if anew else repository.find(self._session, self._actor, was.id)
        if row is None:
            return line
        columns = () if line.columns is UNSET else of_columns.of_asset(self._session, self._actor, row)
        return shown.unsaid(line, detail(row, columns), row.curated_metadata)

    def _named(self, qualified_name: str) -> UUID:
        found = repository.by_name(self._session, self._actor.tenant, qualified_name)
        if found is None:
            raise NotFound("Asset", qualified_name, parameter="qualified_name")
        identifier: UUID = found.id
        return identifier

    @staticmethod
    def _parsed(items: list[msgspec.Raw], where: str = "") -> Parsed:
        """The items by their index; what is no asset, or stands twice, is an error."""
        parsed = reading.parse([bytes(item) for item in items], 0)
        others = (*parsed.relationships, *parsed.tags, *parsed.classifications)
        parsed.errors += [LineError(number, "kind", "A batch holds assets only") for number, _ in others]
        seen: dict[str, int] = {}
        kept = []
        for number, line in parsed.assets:
            first = seen.setdefault(line.qualified_name, number)
            if first == number:
                kept.append((number, line))
            else:
                parsed.errors.append(LineError(number, "qualified_name", f"stands in item {first} already"))
        if where and parsed.errors:
            error = parsed.errors[0]
            raise Invalid(error.message, field=f"{where}.{error.field}".rstrip("."))
        return Parsed(assets=kept, errors=parsed.errors)

    def _record(self, done: Stored) -> None:
        """One event a batch, with what it met by name up to a limit; each asset's own is in the outbox already."""
        after = {"created": done.created, "updated": done.updated, "qualified_names": done.names}
        self._uow.record(Event("ASSET", "batch", "INGEST", None, after, told=True))


def _in_order(errors: list[LineError]) -> list[LineError]:
    return sorted(errors, key=lambda error: error.line)


def _plain(error: LineError) -> ItemError:
    return ItemError(index=error.line, field=error.field, message=error.message)


def _refused(errors: list[LineError], items: int) -> Invalid:
    first, count = _in_order(errors)[0], len(errors)
    where = f"assets[{first.line}].{first.field}".rstrip(".")
    return Invalid(
        f"{count} of {items} items are wrong, so none is stored; {where}: {first.message}",
        field=where, errors=[_plain(error) for error in _in_order(errors)[:MOST_ERRORS]], error_count=count,
    )  # fmt: skip


def _was(row: Row[Any] | None, line: AssetLine) -> dict[str, Any] | None:
    """What tags that spread are told by: the tags before an event, or that the asset was removed; None of a new one."""
    if row is None:
        return None
    told = {"removed": True} if row.removed_at is not None else {}
    if line.columns is not UNSET and row.column_tags:
        told["column_tags"] = row.column_tags
    return told if line.tags is UNSET else {**told, "tags": row.tags}


def _told(line: AssetLine) -> dict[str, Any]:
    """What the audit keeps: of columns the tags that they have together."""
    told: dict[str, Any] = msgspec.to_builtins(line)
    tags = {tag for column in told.pop("columns", None) or () for tag in column.get("tags") or ()}
    return {**told, "column_tags": sorted(tags)} if tags else told
