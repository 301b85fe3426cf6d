"""Assets made at once: the common case of making one, where nothing is to be looked up, changed or spread beside it."""

from __future__ import annotations

from crosswind.contexts.catalog.repository import classifications as levels
from crosswind.contexts.catalog.repository import making as repository
from crosswind.contexts.catalog.repository import tags as vocabulary
from crosswind.contexts.catalog.schemas.assets import AssetCreate, AssetDetail
from crosswind.contexts.catalog.service import curated
from crosswind.contexts.catalog.service.shapes import detail
from crosswind.kit.unit_of_work import UnitOfWork

_BUILT_IN = {None, *(each.name for each in levels.BUILT_IN)}


class MakingService:
    """Makes assets by one statement, which is a transaction of its own where the session says so."""

    def __init__(self, uow: UnitOfWork) -> None:
        self._session = uow.session
        self._actor = uow.actor

    def create(self, request: AssetCreate) -> AssetDetail | None:
        """The same as `CatalogService.create`; None, and nothing made, where that has to look closer or refuses."""
        if request.classification not in _BUILT_IN or any(map(vocabulary.is_id, request.tags)):
            return None
        tags = list(dict.fromkeys(request.tags))
        state = {**request.model_dump(include={"description", "metadata", "classification"}), "tags": tags}
        values = curated.values(state, {"type": request.type, "name": request.name})
        values["qualified_name"] = request.qualified_name
        row = repository.make(self._session, self._actor, values, request.model_dump())
        return None if row is None else detail(row, ())
