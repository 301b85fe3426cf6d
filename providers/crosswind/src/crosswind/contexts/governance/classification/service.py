"""Classifications and tags: the vocabulary, and many resources labelled at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from crosswind.contexts.catalog.facts import curated_words
from crosswind.contexts.catalog.repository import classifications as levels
from crosswind.contexts.catalog.repository import described
from crosswind.contexts.catalog.repository import tags as vocabulary
from crosswind.contexts.catalog.versions.repository import keep
from crosswind.contexts.governance.classification import repository
from crosswind.contexts.governance.classification.labels import Change, Wish, kept
from crosswind.contexts.governance.classification.schemas import (
    ClassificationCreate,
    ClassificationShown,
    Labelled,
    Labelling,
    Resource,
)
from crosswind.contexts.governance.errors import ClassificationRequired
from crosswind.kit.errors import AlreadyExists, Conflict, CrosswindError, Forbidden, Invalid, NotFound
from crosswind.kit.paging import Page, Window
from crosswind.kit.unit_of_work import EntityType, Event, UnitOfWork

MOST_ADDED = 100
"""Classifications that a tenant may add: people choose among them."""
HELD = "dataClassification"
_ENTITIES: dict[str, tuple[EntityType, str]] = {
    "asset": ("ASSET", "UPDATE"),
    "column": ("COLUMN", "UPDATE"),
    "connection": ("connection", "update"),
}
Found = dict[Resource, Change | CrosswindError]


class ClassificationService:
    """Labels of one unit of work."""

    def __init__(self, uow: UnitOfWork) -> None:
        self._uow = uow
        self._session = uow.session
        self._actor = uow.actor

    def list(self, window: Window) -> Page[ClassificationShown]:
        """The tenant's classifications, the least sensitive first."""
        known = levels.known(self._session, self._actor.tenant)
        shown = [_shown(each) for each in known[window.offset : window.offset + window.limit]]
        return Page(shown, len(known), window)

    def create(self, request: ClassificationCreate) -> ClassificationShown:
        """Add a classification; its name is unique in the tenant, whatever its case."""
        known = levels.known(self._session, self._actor.tenant)
        if len(known) >= MOST_ADDED + len(levels.BUILT_IN):
            raise Conflict(f"A tenant adds at most {MOST_ADDED} classifications")
        values = {**request.model_dump(), "tenant": self._actor.tenant, "created_by": self._actor.subject}
        made = levels.add(self._session, values)
        if made is None:
            raise AlreadyExists(f"A classification '{request.name}' exists already", field="name")
        self._uow.record(Event("CLASSIFICATION", str(made.id), "CREATE", None, request.model_dump()))
        return _shown(made)

    def apply(self, request: Labelling) -> Sequence[Labelled]:
        """Label resources, each with an outcome of its own; an unknown tag or classification refuses them all."""
        wish = self._wish(request)
        found = self._changes(wish, list(dict.fromkeys(request.resources)))
        changes = [each for each in found.values() if isinstance(each, Change) and each.differs]
        self._write(changes)
        for change in changes:
            entity, action = _ENTITIES[change.kind]
            told = Event(entity, change.resource.id, action, change.before, change.after, change.connection_id)
            self._uow.record(told)
        return list(_outcomes(request.resources, found))

    def _wish(self, request: Labelling) -> Wish:
        asked = [*request.add_tags, *request.remove_tags]
        named = vocabulary.named(self._session, self._actor.tenant, asked) if asked else {}
        for word in asked:
            if word not in named:
                raise NotFound("Tag", word, unknown=[each for each in asked if each not in named])
        add = tuple(dict.fromkeys(named[word] for word in request.add_tags))
        remove = frozenset(named[word] for word in request.remove_tags)
        if both := remove.intersection(add):
            raise Invalid(f"'{min(both)}' is both added and removed", field="removeTags")
        if request.classification is not None:
            self._check(request.classification)
        return Wish(add, remove, request.classifies, request.classification)

    def _check(self, name: str) -> None:
        known = [each.name for each in levels.known(self._session, self._actor.tenant)]
        if name not in known:
            raise ClassificationRequired(
                f"'{name}' is none of the classifications {', '.join(known)}", field="classification"
            )

    def _changes(self, wish: Wish, resources: Sequence[Resource]) -> Found:
        found: Found = {each: NotFound(each.type.capitalize(), each.id) for each in resources}
        found.update(self._connections(wish, [each for each in resources if each.type == "connection"]))
        found.update(self._catalogued(wish, [each for each in resources if each.type != "connection"]))
        return found

    def _connections(
        self, wish: Wish, resources: Sequence[Resource]
    ) -> Iterator[tuple[Resource, Change | CrosswindError]]:
        if not resources:
            return
        if not self._actor.may("connection:update"):
            refused = Forbidden("Labels of a connection need the permission connection:update")
            yield from ((each, refused) for each in resources)
            return
        for row in repository.connections(self._session, self._actor, [each.id for each in resources]):
            resource = Resource(type="connection", id=row.id)
            yield resource, self._granted(_changed(wish, resource, row))

    def _granted(self, change: Change | CrosswindError) -> Change | CrosswindError:
        """Nobody classifies a connection out of, or into, what they were granted to see."""
        granted = self._actor.attributes.get(HELD)
        if (
            isinstance(change, Change)
            and change.differs
            and granted is not None
            and change.classification not in granted
        ):
            return Forbidden(f"'{self._actor.name}' is not granted {HELD} '{change.classification}'", field=HELD)
        return change

    def _catalogued(
        self, wish: Wish, resources: Sequence[Resource]
    ) -> Iterator[tuple[Resource, Change | CrosswindError]]:
        named = {(each.type, identifier): each for each in resources if (identifier := _uuid(each.id))}
        columns = [identifier for kind, identifier in named if kind == "column"]
        assets = [identifier for kind, identifier in named if kind == "asset"]
        if not named:
            return
        rows = {row.key: row for row in repository.assets(self._session, self._actor, assets, columns)}
        for row in rows.values():
            if resource := named.get(("asset", row.id)):
                yield resource, _changed(wish, resource, row)
        for row in repository.columns(self._session, columns, list(rows)) if columns and rows else ():
            resource = named["column", row.id]
            yield resource, _changed(wish, resource, row, rows[row.asset_key])

    def _write(self, changes: Sequence[Change]) -> None:
        connections = [each for each in changes if each.kind == "connection"]
        columns = [each for each in changes if each.kind == "column"]
        assets = {
            each.asset.key: (each.asset, each.asset.tags, each.asset.classification) for each in columns if each.asset
        }
        assets |= {each.row.key: (each.row, each.tags, each.classification) for each in changes if each.kind == "asset"}
        if connections:
            repository.write_connections(self._session, [_record(each) for each in connections])
        if assets:
            records = [
                {"key": key, "tags": tags, "classification": level, "words": curated_words(row.description, tags)}
                for key, (row, tags, level) in assets.items()
            ]
            numbers = repository.write_assets(self._session, records)
            keep(self._session, self._actor, list(kept(changes, numbers)))
        if columns:
            described.write(self._session, [{**_record(each), "description": each.row.description} for each in columns])
            described.renew(self._session, sorted({each.row.asset_key for each in columns}))


def _shown(each: levels.Classification) -> ClassificationShown:
    return {
        "id": each.id,
        "name": each.name,
        "level": each.level,
        "description": each.description,
        "createdAt": each.created_at,
    }


def _changed(wish: Wish, resource: Resource, row: Any, asset: Any = None) -> Change | CrosswindError:
    try:
        return Change(resource, row, *wish.on(row.tags, row.classification), asset)
    except Invalid as error:
        return error


def _record(change: Change) -> dict[str, Any]:
    return {"key": change.row.key, "tags": change.tags, "classification": change.classification}


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _outcomes(resources: Sequence[Resource], found: Found) -> Iterator[Labelled]:
    places: dict[Resource, int] = {}
    for index, resource in enumerate(resources):
        first, each = places.setdefault(resource, index), found[resource]
        if first != index:
            yield Labelled(resource, "unchanged", note=f"The same as resources[{first}]")
        elif isinstance(each, Change):
            yield Labelled(resource, "applied" if each.differs else "unchanged")
        else:
            yield Labelled(resource, "failed", each)
