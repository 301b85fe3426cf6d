"""How two states of an asset differ."""

from __future__ import annotations

from typing import Any

from crosswind.contexts.catalog.versions.breaking import schema_changes
from crosswind.contexts.catalog.versions.deltas import State
from crosswind.contexts.catalog.versions.schemas import AssetDiff, ColumnsChange, FieldChange

_FIELDS = (
    "type", "name", "qualified_name", "description", "classification", "domain", "removed", "type_detail", "comment",
)  # fmt: skip


def compare(before: State, after: State, numbers: tuple[int, int]) -> AssetDiff:
    """From the one to the other."""
    schema = schema_changes(before["columns"], after["columns"], before["facts"], after["facts"])
    fields = _fields({name: before[name] for name in _FIELDS}, {name: after[name] for name in _FIELDS})
    fields += _fields(before["metadata"], after["metadata"], "metadata.")
    fields += _fields(before["facts"], after["facts"], "facts.")
    return {
        "before": numbers[0],
        "after": numbers[1],
        "fields": fields,
        "tags": _moved(before, after, "tags"),
        "owners": _moved(before, after, "owners"),
        "terms": _moved(before, after, "terms"),
        "products": _moved(before, after, "products"),
        "columns": _columns(before, after),
        "schema": schema,
        "breaking": any(change["breaking"] for change in schema) or (after["removed"] and not before["removed"]),
    }


def _moved(before: State, after: State, name: str) -> Any:
    """What came to a list and what went from it."""
    old, new = before[name], after[name]
    return {"added": [each for each in new if each not in old], "removed": [each for each in old if each not in new]}


def _fields(before: State, after: State, prefix: str = "") -> list[FieldChange]:
    names = [*before, *(name for name in after if name not in before)]
    return [
        {"field": f"{prefix}{name}", "before": before.get(name), "after": after.get(name)}
        for name in names
        if before.get(name) != after.get(name)
    ]


def _columns(before: State, after: State) -> ColumnsChange:
    old, new = before["columns"], after["columns"]
    changed = {name: _fields(_column(before, name), _column(after, name)) for name in sorted(old.keys() & new.keys())}
    return {
        "added": sorted(new.keys() - old.keys()),
        "removed": sorted(old.keys() - new.keys()),
        "changed": {name: fields for name, fields in changed.items() if fields},
    }


def _column(state: State, name: str) -> dict[str, Any]:
    """What the source says of a column, what people wrote on it and its terms."""
    noted = {"description": None, "tags": [], "classification": None, **state["notes"].get(name, {})}
    return {**state["columns"][name], **noted, "terms": state["column_terms"].get(name, [])}
