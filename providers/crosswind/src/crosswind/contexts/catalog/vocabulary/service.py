"""Domains, terms and data products of a tenant, and which assets are in them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, cast
from uuid import UUID

from sqlalchemy import Row

from crosswind.contexts.catalog.repository import naming
from crosswind.contexts.catalog.vocabulary import members, past, pending, repository
from crosswind.contexts.catalog.vocabulary.models import DomainRow, ProductRow, TermRow
from crosswind.contexts.catalog.vocabulary.schemas import (
    Domain,
    DomainCreate,
    DomainUpdate,
    Membership,
    MembershipAnswer,
    SpokenQuery,
    Term,
    TermCreate,
    TermUpdate,
)
from crosswind.kit.errors import AlreadyExists, Conflict, Invalid, NotFound, StaleVersion
from crosswind.kit.paging import Page, Window
from crosswind.kit.unit_of_work import EntityType, Event, UnitOfWork

MOST_MEMBERS = 5_000
"""Up to how many assets have a version and an event with the new name or end of what they are in or about.

Of more, each has them soon after, by housekeeping (`pending`).
"""


class SpokenService:
    """What domains, terms and data products do alike."""

    noun: ClassVar[repository.Noun]
    called: ClassVar[str]

    def __init__(self, uow: UnitOfWork) -> None:
        self._uow = uow
        self._session = uow.session
        self._actor = uow.actor

    def list(self, query: SpokenQuery, window: Window) -> Page[Any]:
        """One window, by name."""
        rows, total = repository.page(self._session, self.noun, self._actor.tenant, query.search, window)
        return Page([self._shown(row) for row in rows], total, window)

    def get(self, identifier: UUID) -> Any:
        """One by its id."""
        return self._shown(self._find(identifier))

    def delete(self, identifier: UUID, version: int | None) -> bool:
        """Remove one; what it was on gets a version and is otherwise as it was.

        False where very many assets are taken out of it first: it is there until then, and nobody changes it.
        """
        row = self._find(identifier, version, lock=True)
        if row.ends:
            return False
        done = self._tell(row, "deleted", ends=True)
        if done:
            repository.remove(self._session, self.noun, row.key)
        before = {"name": row.name, "description": row.description}
        self._record(identifier, "DELETE", before, None, told=not done)
        return done

    def change(self, identifier: UUID, request: Membership) -> MembershipAnswer:
        """Put assets in and take them out, all or none."""
        row = self._staying(self._find(identifier))
        both = set(request.add) & set(request.remove)
        if both:
            raise Invalid(f"'{min(both)}' is both added and removed", field="remove")
        asked = [*dict.fromkeys(request.add), *dict.fromkeys(request.remove)]
        found = {each.id: each for each in repository.holders(self._session, self._actor, asked)}
        for each in asked:
            if each not in found:
                raise NotFound("Asset", each)
        before = past.said(self._session, self.noun, [each.key for each in found.values()])
        added = repository.join(self._session, self.noun, row.key, _keys(found, request.add))
        removed = repository.leave(self._session, self.noun, row.key, _keys(found, request.remove))
        told = [f"{self.called.lower()} changed"]
        repository.touch(self._session, self._actor, [*added, *removed], told, before)
        self._moved(row, list(found.values()), set(added), set(removed))
        return {"added": len(added), "removed": len(removed), "unchanged": len(asked) - len(added) - len(removed)}

    def _moved(self, row: Row[Any], assets: Sequence[Row[Any]], added: set[int], removed: set[int]) -> None:
        told = self.called.lower()
        for each in assets:
            if each.key in added | removed:
                before, after = {f"{told}_removed": [row.name]}, {f"{told}_added": [row.name]}
                old, new = (None, after) if each.key in added else (before, None)
                self._uow.record(Event("ASSET", str(each.id), "UPDATE", old, new, each.connection_id))

    def _create(self, name: str, values: dict[str, Any], after: dict[str, Any]) -> UUID:
        made = {"tenant": self._actor.tenant, "created_by": self._actor.subject, "name": name}
        naming.alone(self._session, self._actor.tenant, self.noun.__tablename__)
        self._check_case(name)
        identifier = repository.add(self._session, self.noun, values | made)
        if identifier is None:
            raise self._taken(name)
        self._record(identifier, "CREATE", None, after)
        return identifier

    def _update(self, row: Row[Any], values: dict[str, Any]) -> None:
        name = values.get("name", row.name)
        if name != row.name and repository.taken(self._session, self.noun, self._actor.tenant, name):
            raise self._taken(name)
        if name.lower() != row.name.lower():
            self._check_case(name)
        if name != row.name:
            self._tell(row, f"renamed to {name!r}")
        repository.write(self._session, self.noun, row.key, values)

    def _tell(self, row: Row[Any], what: str, *, ends: bool = False) -> bool:
        """Let all that is in or about it have a version and an event, as its name is part of their answers.

        False where that is left to housekeeping, of more than one request can tell or while such are being told.
        """
        told = f'{self.called.lower()} "{row.name}" {what}'
        many = members.count(self._session, self.noun, row.key, MOST_MEMBERS + 1) > MOST_MEMBERS
        if many or row.ends is not None:
            pending.mark(self._session, self._actor, self.noun, row.key, told, row.name, ends=ends)
            return False
        members.tell(self._session, self._actor, self.noun, row.key, told)
        return True

    def _staying(self, row: Row[Any]) -> Row[Any]:
        if row.ends:
            raise Conflict(f"'{row.name}' is being removed: its assets are still taken out of it")
        return row

    def _find(self, identifier: UUID, version: int | None = None, *, lock: bool = False) -> Row[Any]:
        row = repository.find(self._session, self.noun, self._actor.tenant, identifier, lock=lock)
        if row is None:
            raise NotFound(self.called, identifier)
        if version is not None and version != row.version:
            raise StaleVersion(f"It is at version {row.version}, not {version}", version=row.version)
        return row

    def _check_case(self, name: str) -> None:
        """Refuse a name that people would take for that of another."""
        other = repository.near(self._session, self.noun, self._actor.tenant, name)
        if other is not None:
            raise AlreadyExists(
                f"'{name}' differs only by case from '{other}', the name of another {self.called.lower()}", field="name"
            )

    def _taken(self, name: str) -> AlreadyExists:
        return AlreadyExists(f"'{name}' is the name of another {self.called.lower()}", field="name")

    def _record(
        self,
        identifier: UUID,
        action: str,
        before: dict[str, Any] | None,
        after: dict[str, Any] | None,
        *,
        told: bool = False,
    ) -> None:
        entity = cast("EntityType", self.called.upper().replace(" ", "_"))
        self._uow.record(Event(entity, str(identifier), action, before, after, told=told))

    def _shown(self, row: Row[Any]) -> Any:
        owner = {"kind": row.owner_kind, "name": row.owner_name} if row.owner_name else None
        return {**_alike(row), "owner": owner}


class DomainService(SpokenService):
    """Domains of one unit of work."""

    noun: ClassVar[repository.Noun] = DomainRow
    called = "Domain"

    def create(self, request: DomainCreate) -> Domain:
        """Add one; its name is unique in the tenant."""
        owner = _owner(request.model_dump())
        values = {"description": request.description, **owner}
        found: Domain = self.get(self._create(request.name, values, request.model_dump()))
        return found

    def update(self, identifier: UUID, request: DomainUpdate, version: int | None) -> Domain:
        """Write what is given."""
        row = self._staying(self._find(identifier, version, lock=True))
        given = request.model_dump(include=request.model_fields_set)
        values: dict[str, Any] = {name: given[name] for name in ("name", "description") if name in given}
        values |= _owner(given) if "owner" in given else {}
        if any(getattr(row, name) != value for name, value in values.items()):
            self._update(row, values)
            self._record(identifier, "UPDATE", {name: getattr(row, name) for name in values}, values)
        found: Domain = self.get(identifier)
        return found


class ProductService(DomainService):
    """Data products of one unit of work."""

    noun: ClassVar[repository.Noun] = ProductRow
    called = "Data product"


class TermService(SpokenService):
    """Terms of one unit of work."""

    noun = TermRow
    called = "Term"

    def create(self, request: TermCreate) -> Term:
        """Add one; its name is unique in the tenant."""
        related = self._related(request.related)
        values = {"description": request.description, "synonyms": list(dict.fromkeys(request.synonyms))}
        identifier = self._create(request.name, values, request.model_dump())
        if related:
            repository.relate(self._session, self._find(identifier).key, related)
        found: Term = self.get(identifier)
        return found

    def update(self, identifier: UUID, request: TermUpdate, version: int | None) -> Term:
        """Write what is given."""
        row = self._staying(self._find(identifier, version, lock=True))
        given = request.model_dump(include=request.model_fields_set)
        related = self._related(given.pop("related")) if "related" in given else None
        before = {name: getattr(row, name) for name in given}
        if given != before or related is not None:
            self._update(row, given)
            if related is not None:
                repository.relate(self._session, row.key, [each for each in related if each != row.key])
            after = self._find(identifier)
            told = {**before, "related": row.related}
            self._record(identifier, "UPDATE", told, {**given, "related": after.related})
        found: Term = self.get(identifier)
        return found

    def _related(self, asked: Sequence[str]) -> list[int]:
        known = repository.named(self._session, TermRow, self._actor.tenant, asked)
        for index, each in enumerate(asked):
            if each not in known:
                lacks = repository.lacking(self._session, TermRow, self._actor.tenant, "term", each)
                raise Invalid(lacks, field=f"related.{index}")
        return list(dict.fromkeys(known[each].key for each in asked))

    def _shown(self, row: Row[Any]) -> Term:
        return {**_alike(row), "synonyms": row.synonyms, "related": row.related}  # type: ignore[typeddict-item]


def _alike(row: Row[Any]) -> dict[str, Any]:
    return {
        "id": row.id,
        "name": row.name,
        "description": row.description,
        "version": row.version,
        "pending": None if row.ends is None else "delete" if row.ends else "rename",
        "createdAt": row.created_at,
        "updatedAt": row.updated_at,
    }


def _owner(given: dict[str, Any]) -> dict[str, Any]:
    owner = given["owner"] or {"kind": None, "name": None}
    return {"owner_kind": owner["kind"], "owner_name": owner["name"]}


def _keys(found: dict[UUID, Row[Any]], ids: Sequence[UUID]) -> list[int]:
    return sorted({found[each].key for each in ids})
