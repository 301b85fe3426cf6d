"""Assets made at once: the common case of making one, where nothing is to be looked up, changed or spread beside it."""

from __future__ import annotations

from collections.abc import Sequence

from crosswind.contexts.catalog.repository import classifications as levels
from crosswind.contexts.catalog.repository import making as repository
from crosswind.contexts.catalog.repository import tags as vocabulary
from crosswind.contexts.catalog.repository.making import Draft
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
        draft = self.draft(request)
        made = {} if draft is None else repository.make(self._session, [draft])
        return detail(made[0], ()) if made else None

    def draft(self, request: AssetCreate) -> Draft | None:
        """What this caller asks for, to be made with what others do; None where that takes a closer look."""
        if request.columns or request.classification not in _BUILT_IN or any(map(vocabulary.is_id, request.tags)):
            return None
        asked = request.model_dump(exclude={"columns"})
        state = {**asked, "tags": list(dict.fromkeys(request.tags))}
        values = curated.values(state, {"type": request.type, "name": request.name})
        return Draft(self._actor, {**values, "qualified_name": request.qualified_name}, asked)

    def create_together(self, drafts: Sequence[Draft]) -> dict[int, AssetDetail]:
        """Make what several callers ask for, each as if alone; those left out, of which nothing is made, go alone."""
        made = repository.make(self._session, drafts, repository.PATIENCE)
        return {place: detail(row, ()) for place, row in made.items()}
