"""The vocabulary of tags."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from crosswind.contexts.catalog.repository import tags as repository
from crosswind.contexts.catalog.schemas import Tag, TagCreate, TagQuery
from crosswind.kit.errors import AlreadyExists
from crosswind.kit.paging import Page, Window
from crosswind.kit.unit_of_work import Event, UnitOfWork


class TagService:
    """Tags of one unit of work."""

    def __init__(self, uow: UnitOfWork) -> None:
        self._uow = uow

    def list(self, query: TagQuery, window: Window) -> Page[Tag]:
        """One window of the tags, by name."""
        rows, total = repository.page(self._uow.session, self._uow.actor.tenant, query.category, window)
        return Page([cast("Tag", row._asdict()) for row in rows], total, window)

    def by_names(self, names: Iterable[str]) -> dict[str, Tag]:
        """The tags of these names by name; words that are no tags are left out."""
        wanted = set(names)
        if not wanted:
            return {}
        rows = repository.of_names(self._uow.session, self._uow.actor.tenant, wanted)
        return {row.name: cast("Tag", row._asdict()) for row in rows}

    def create(self, request: TagCreate) -> Tag:
        """Add a tag; its name is unique in the tenant."""
        values = {**request.model_dump(), "tenant": self._uow.actor.tenant, "created_by": self._uow.actor.subject}
        row = repository.add(self._uow.session, values)
        if row is None:
            raise AlreadyExists(f"A tag '{request.name}' exists already", field="name")
        self._uow.record(Event("TAG", str(row.id), "CREATE", None, request.model_dump()))
        return cast("Tag", row._asdict())
