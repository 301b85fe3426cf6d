"""Assets that are made with columns: said as an item of a batch says them, and stored by what stores those."""

from __future__ import annotations

from typing import Any

from msgspec import UNSET

from crosswind.contexts.catalog.repository import tags as vocabulary
from crosswind.contexts.catalog.schemas.assets import AssetCreate, ColumnCreate
from crosswind.contexts.catalog.service import curated
from crosswind.contexts.catalog.transfer import rows, speaking
from crosswind.contexts.catalog.transfer.lines import AssetLine, ColumnLine
from crosswind.contexts.catalog.transfer.storing import Storer
from crosswind.kit.errors import Invalid
from crosswind.kit.unit_of_work import UnitOfWork


class Columned:
    """The columns of one new asset, whose own row is its maker's; nothing where it gives none."""

    def __init__(self, uow: UnitOfWork, request: AssetCreate) -> None:
        self._session = uow.session
        self._actor = uow.actor
        self.line = self._line(request) if "columns" in request.model_fields_set else None

    def values(self) -> dict[str, Any]:
        """What the asset's row holds of its columns: the words that find it."""
        return {} if self.line is None else {"source_words": rows.words_of_columns(self.line)}

    def told(self) -> curated.State:
        """What the audit keeps of them, by name."""
        if self.line is None or not self.line.columns:
            return {}
        given = enumerate(self.line.columns, 1)
        return {"columns": {each.name: _told(each, position) for position, each in given}}

    def store(self, *, anew: bool) -> None:
        """Write them under the asset, which is there; `anew` where it was made again and may have had others."""
        if self.line is not None:
            Storer(self._session, self._actor).shape(self.line, anew=anew)

    def _line(self, request: AssetCreate) -> AssetLine:
        columns = self._named(request.columns)
        line = AssetLine(request.type, request.name, request.qualified_name, columns=columns)
        problem = speaking.unknown(self._session, self._actor.tenant, [(0, line)]).get(0)
        if problem is not None:
            raise Invalid(problem.message, field=problem.field.replace("[", ".").replace("]", ""))
        return line

    def _named(self, columns: list[ColumnCreate]) -> list[ColumnLine]:
        """The columns with their tags by name, each once."""
        given = {tag for each in columns for tag in each.tags}
        ids = [tag for tag in given if vocabulary.is_id(tag)]
        known = vocabulary.named(self._session, self._actor.tenant, ids) if ids else {}
        lines = []
        for index, each in enumerate(columns):
            values = each.model_dump(exclude_unset=True)
            for tag in each.tags:
                if vocabulary.is_id(tag) and tag not in known:
                    raise Invalid(f"There is no tag with the id '{tag}'", field=f"columns.{index}.tags")
            if each.tags:
                values["tags"] = list(dict.fromkeys(known.get(tag, tag) for tag in each.tags))
            lines.append(ColumnLine(**values))
        return lines


def _told(column: ColumnLine, position: int) -> curated.State:
    said = {name: getattr(column, name) for name in column.__struct_fields__ if name != "name"}
    given = {name: value for name, value in said.items() if value is not UNSET and value is not None}
    return {**given, "position": position}
