"""What people write on an asset's columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from crosswind.contexts.catalog.repository import classifications as levels
from crosswind.contexts.catalog.repository import described
from crosswind.contexts.catalog.repository import tags as vocabulary
from crosswind.contexts.catalog.schemas.assets import AssetCreate, AssetUpdate, ColumnCreate, ColumnUpdate
from crosswind.kit.errors import Invalid
from crosswind.kit.unit_of_work import UnitOfWork

_WRITTEN = ("description", "tags", "classification")


@dataclass(frozen=True, slots=True)
class ColumnChange:
    """One column before and after."""

    key: int
    name: str
    before: dict[str, Any]
    after: dict[str, Any]


class Columns:
    """Columns of one asset at a time; whoever calls holds the asset's row, so nobody else writes them meanwhile."""

    def __init__(self, uow: UnitOfWork) -> None:
        self._session = uow.session
        self._tenant = uow.actor.tenant

    def check(self, given: Iterable[tuple[str, str | None]]) -> None:
        """Raise Invalid for a (field, classification) that the tenant does not have."""
        asked = [(field, name) for field, name in given if name is not None]
        if not asked:
            return
        known = [each.name for each in levels.known(self._session, self._tenant)]
        for field, name in asked:
            if name not in known:
                raise Invalid(f"'{name}' is none of the classifications {', '.join(known)}", field=field)

    def changes(self, asset_key: int, given: Sequence[ColumnUpdate]) -> list[ColumnChange]:
        """What differs from what is stored; Invalid for a column that the asset does not have, or twice."""
        if not given:
            return []
        names = [each.name for each in given]
        known = described.named(self._session, asset_key, names)
        changes = []
        for index, each in enumerate(given):
            if each.name not in known:
                raise Invalid(f"The asset has no column '{each.name}'", field=f"columns.{index}.name")
            if each.name in names[:index]:
                raise Invalid(f"The column '{each.name}' stands twice", field=f"columns.{index}.name")
            row = known[each.name]
            before = {name: getattr(row, name) for name in _WRITTEN}
            after = {**before, **{name: getattr(each, name) for name in _WRITTEN if name in each.model_fields_set}}
            after["tags"] = vocabulary.by_name_or_id(self._session, self._tenant, after["tags"] or ())
            if after != before:
                changes.append(ColumnChange(row.key, each.name, before, after))
        return changes

    def write(self, asset_key: int, changes: Sequence[ColumnChange]) -> None:
        """Store changes of columns and let their asset be found by them: three statements."""
        if changes:
            described.write(self._session, [{"key": change.key, **change.after} for change in changes])
            described.renew(self._session, [asset_key])


def classifications(request: AssetCreate | AssetUpdate) -> Iterator[tuple[str, str | None]]:
    """The classifications that a request names, each with its field."""
    yield "classification", request.classification
    columns: Sequence[ColumnCreate | ColumnUpdate] = request.columns
    yield from ((f"columns.{index}.classification", each.classification) for index, each in enumerate(columns))


def told(
    before: dict[str, Any], after: dict[str, Any], columns: Sequence[ColumnChange]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Both states for the audit; columns stand there by name, those that changed."""
    if not columns:
        return before, after
    return (
        {**before, "columns": {change.name: change.before for change in columns}},
        {**after, "columns": {change.name: change.after for change in columns}},
    )
