"""Many assets in one request, from systems that no connector reads."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from crosswind.contexts.catalog.facts import curated_words, named_words
from crosswind.contexts.catalog.repository import ingestion as repository
from crosswind.contexts.catalog.repository import tags as vocabulary
from crosswind.contexts.catalog.schemas import IngestionResult, ItemError
from crosswind.contexts.catalog.wire import read, told
from crosswind.kit import strict_json
from crosswind.kit.errors import Forbidden, Invalid
from crosswind.kit.text import check_name
from crosswind.kit.unit_of_work import Event, UnitOfWork

MOST_ITEMS = 50_000
MOST_ERRORS = 100
MOST_NAMED = 200

Title = Annotated[str, Meta(min_length=1, max_length=255, pattern=r"\S")]
Place = Annotated[str, Meta(min_length=1, max_length=500, pattern=r"\S")]
Word = Annotated[str, Meta(min_length=1, max_length=100, pattern=r"\S")]


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`upsert` lets items meet assets that exist; without `validate` the good items are stored beside the bad."""

    upsert: bool = True
    validate: bool = True


class Item(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One asset; what is left out stays as it was."""

    type: Literal["TABLE", "VIEW", "DASHBOARD", "PIPELINE", "DATASET", "CHART"]
    name: Title
    qualified_name: Place
    description: Annotated[str, Meta(max_length=20_000)] | msgspec.UnsetType | None = msgspec.UNSET
    metadata: dict[str, Any] | msgspec.UnsetType = msgspec.UNSET
    tags: Annotated[list[Word], Meta(max_length=100)] | msgspec.UnsetType = msgspec.UNSET


class Request(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body, items still unread."""

    assets: Annotated[list[msgspec.Raw], Meta(max_length=MOST_ITEMS)]
    options: Options = Options()


class IngestionService:
    """Batches of one unit of work; each is one transaction."""

    def __init__(self, uow: UnitOfWork) -> None:
        self._uow = uow
        self._session = uow.session
        self._actor = uow.actor

    def batch(self, body: bytes) -> IngestionResult:
        """Store a batch: by default all of it or, when one item is wrong, nothing (400 with the errors)."""
        request = read(body, Request)
        items, errors = _items(request.assets)
        records, refused = self._records(items, upsert=request.options.upsert)
        errors = sorted([*errors, *refused], key=lambda error: error["index"])
        if errors and request.options.validate:
            first = errors[0]
            where = f"assets[{first['index']}].{first['field']}".rstrip(".")
            count = len(errors)
            raise Invalid(
                f"{count} of {len(request.assets)} items are wrong, so none is stored; {where}: {first['message']}",
                field=where, errors=errors[:MOST_ERRORS], error_count=count,
            )  # fmt: skip
        return self._store(records, errors)

    def _records(self, items: dict[int, Item], *, upsert: bool) -> tuple[list[dict[str, Any]], list[ItemError]]:
        names = [item.qualified_name for item in items.values()]
        known = repository.known(self._session, self._actor, names)
        records, errors, seen = [], [], dict[str, int]()
        for index, item in items.items():
            problem = self._problem(item, known.get(item.qualified_name), seen, upsert=upsert)
            if problem is not None:
                errors.append(ItemError(index=index, field="qualified_name", message=problem))
                continue
            seen[item.qualified_name] = index
            record = _record(item, known.get(item.qualified_name))
            if record is not None:
                records.append(record)
        return records, errors

    @staticmethod
    def _problem(item: Item, known: Any, seen: dict[str, int], *, upsert: bool) -> str | None:
        if item.qualified_name in seen:
            return f"stands in item {seen[item.qualified_name]} already"
        if known is not None and (not known.seen or not upsert) and not _deleted(known):
            return "is taken by another asset"
        return None

    def _store(self, records: list[dict[str, Any]], errors: list[ItemError]) -> IngestionResult:
        created = [record for record in records if record["change"] == "created"]
        updated = [record for record in records if record["change"] == "updated"]
        if updated and not self._actor.may("asset:update"):
            raise Forbidden("The batch changes assets that exist", permission="asset:update")
        tags = {tag for record in created + updated for tag in record["tags"]}
        if tags:
            vocabulary.ensure(self._session, self._actor.tenant, tags, self._actor.subject)
        if created or updated:
            repository.upsert(self._session, self._actor, created + updated)
            self._record(created, updated)
        return {
            "processed": len(records),
            "created": len(created),
            "updated": len(updated),
            "unchanged": len(records) - len(created) - len(updated),
            "errors": errors[:MOST_ERRORS],
        }

    def _record(self, created: list[dict[str, Any]], updated: list[dict[str, Any]]) -> None:
        """One event a batch, with what it met by name up to a limit."""
        after = {
            "created": len(created),
            "updated": len(updated),
            "qualified_names": [record["qualified_name"] for record in (created + updated)[:MOST_NAMED]],
        }
        self._uow.record(Event("ASSET", "batch", "INGEST", None, after))


def _items(raw: list[msgspec.Raw]) -> tuple[dict[int, Item], list[ItemError]]:
    """Items by index, and what is wrong with the others."""
    decoder = msgspec.json.Decoder(Item)
    items: dict[int, Item] = {}
    errors: list[ItemError] = []
    for index, each in enumerate(raw):
        try:
            items[index] = decoder.decode(each)
            _check(items[index])
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            message, field = told(str(error))
            errors.append(ItemError(index=index, field=field or _named(message), message=message))
        except Invalid as error:
            items.pop(index)
            errors.append(ItemError(index=index, field=error.field or "metadata", message=error.message))
    return items, errors


def _check(item: Item) -> None:
    """Raise Invalid for names that deceive, and for numbers in metadata that cannot be stored."""
    check_name(item.name, "name")
    check_name(item.qualified_name, "qualified_name")
    for tag in item.tags or ():
        check_name(tag, "tags")
    if item.metadata:
        strict_json.loads(msgspec.json.encode(item.metadata))


def _named(message: str) -> str:
    """The field that a message about the whole item names between back quotes."""
    parts = message.split("`")
    return parts[-2] if "field" in message and len(parts) > 2 else ""


def _deleted(known: Any) -> bool:
    return known.removed_at is not None and known.connection_key is None


def _record(item: Item, known: Any) -> dict[str, Any]:
    """What is to be stored; `change` says whether anything differs."""
    fresh = known is None or _deleted(known)
    before = {
        "description": None if fresh else known.description,
        "metadata": {} if fresh else known.curated_metadata,
        "tags": [] if fresh else known.tags,
    }
    given = {name: getattr(item, name) for name in before if getattr(item, name) is not msgspec.UNSET}
    after = {**before, **given}
    after["tags"] = list(dict.fromkeys(after["tags"]))
    crawled = not fresh and known.connection_key is not None
    same = not fresh and after == before and (crawled or (item.type, item.name) == (known.type, known.name))
    return {
        "change": "created" if fresh else "unchanged" if same else "updated",
        "type": known.type if crawled else item.type,
        "name": known.name if crawled else item.name,
        "qualified_name": item.qualified_name,
        **after,
        "source_words": None if crawled else named_words(item.name),
        "curated_words": curated_words(after["description"], after["tags"]),
    }
