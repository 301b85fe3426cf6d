"""The vocabulary of tags."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Row

from crosswind.contexts.catalog.models import TagRow
from crosswind.contexts.catalog.repository import naming, retags
from crosswind.contexts.catalog.repository import tags as repository
from crosswind.contexts.catalog.schemas.tags import Tag, TagCreate, TagQuery, TagUpdate
from crosswind.kit.errors import AlreadyExists, Conflict, NotFound
from crosswind.kit.paging import Page, Window
from crosswind.kit.unit_of_work import Event, UnitOfWork

MOST_HOLDERS = 50_000
"""What one request renames or takes a tag off."""


class TagService:
    """Tags of one unit of work."""

    def __init__(self, uow: UnitOfWork) -> None:
        self._uow = uow
        self._session = uow.session
        self._tenant = uow.actor.tenant

    def list(self, query: TagQuery, window: Window) -> Page[Tag]:
        """One window of the tags, by name."""
        rows, total = repository.page(self._session, self._tenant, query.category, window)
        return Page([cast("Tag", row._asdict()) for row in rows], total, window)

    def get(self, tag_id: UUID) -> Tag:
        """A tag by its id."""
        return cast("Tag", self._find(tag_id)._asdict())

    def by_names(self, names: Iterable[str]) -> dict[str, Tag]:
        """The tags of these names by name; words that are no tags are left out."""
        wanted = set(names)
        if not wanted:
            return {}
        rows = repository.of_names(self._session, self._tenant, wanted)
        return {row.name: cast("Tag", row._asdict()) for row in rows}

    def create(self, request: TagCreate) -> Tag:
        """Add a tag; its name is unique in the tenant."""
        values = {**request.model_dump(), "tenant": self._tenant, "created_by": self._uow.actor.subject}
        naming.alone(self._session, self._tenant, TagRow.__tablename__)
        self._check_case(request.name)
        row = repository.add(self._session, values)
        if row is None:
            raise self._taken(request.name)
        self._uow.record(Event("TAG", str(row.id), "CREATE", None, request.model_dump()))
        return cast("Tag", row._asdict())

    def update(self, tag_id: UUID, request: TagUpdate) -> Tag:
        """Write what is given; a new name goes wherever the tag is."""
        row = self._find(tag_id, lock=True)
        given = request.model_dump(include=request.model_fields_set)
        if given.get("name") is None:
            given.pop("name", None)
        before = {name: getattr(row, name) for name in given}
        if before == given:
            return self.get(tag_id)
        if given.get("name", row.name) != row.name:
            self._rename(row, given["name"])
        repository.write(self._session, tag_id, given)
        self._uow.record(Event("TAG", str(tag_id), "UPDATE", before, given))
        return self.get(tag_id)

    def delete(self, tag_id: UUID, *, force: bool) -> None:
        """Remove a tag; one that is in use only with `force`, which takes it off everything first."""
        row = self._find(tag_id, lock=True)
        used = retags.used(self._session, self._tenant, row.name)
        if used and not force:
            raise Conflict(f"The tag is in use {used} times; force takes it off first", used=used)
        if used:
            self._check(used)
            retags.retag(self._session, self._uow.actor, row.name, None)
        repository.remove(self._session, tag_id)
        before = {"name": row.name, "category": row.category, "description": row.description, "used": used}
        self._uow.record(Event("TAG", str(tag_id), "DELETE", before, None))

    def _rename(self, row: Row[Any], name: str) -> None:
        if repository.of_names(self._session, self._tenant, [name]):
            raise self._taken(name)
        if name.lower() != row.name.lower():
            self._check_case(name)
        self._check(retags.used(self._session, self._tenant, row.name))
        retags.retag(self._session, self._uow.actor, row.name, name)

    def _find(self, tag_id: UUID, *, lock: bool = False) -> Row[Any]:
        row = repository.find(self._session, self._tenant, tag_id, lock=lock)
        if row is None:
            raise NotFound("Tag", tag_id)
        return row

    def _check_case(self, name: str) -> None:
        """Refuse a name that people would take for that of another tag."""
        for other in repository.near(self._session, self._tenant, [name]).values():
            raise AlreadyExists(f"'{name}' differs only by case from the tag '{other}'", field="name")

    @staticmethod
    def _check(used: int) -> None:
        if used > MOST_HOLDERS:
            raise Conflict(f"The tag is in use {used} times, and one request changes {MOST_HOLDERS} at most", used=used)

    @staticmethod
    def _taken(name: str) -> AlreadyExists:
        return AlreadyExists(f"A tag '{name}' exists already", field="name")
