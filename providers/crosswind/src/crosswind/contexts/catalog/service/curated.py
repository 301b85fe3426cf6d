"""What people write on an asset: what a request makes of it, and what that changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row

from crosswind.contexts.catalog.errors import SourceOwned
from crosswind.contexts.catalog.facts import curated_words, named_words
from crosswind.contexts.catalog.schemas.assets import AssetUpdate
from crosswind.contexts.catalog.service.columns import ColumnChange
from crosswind.contexts.catalog.versions.deltas import delta

IDENTITY = ("type", "name", "qualified_name")
_WRITTEN = ("description", "metadata", "tags", "classification")
State = dict[str, Any]


def state(row: Row[Any]) -> State:
    """What people wrote on an asset."""
    return {
        "description": row.description,
        "metadata": row.curated_metadata,
        "tags": row.tags,
        "classification": row.classification,
    }


def merged(before: Mapping[str, Any], given: Mapping[str, Any] | None) -> State:
    """Metadata after a request: merged one level deep, a key with null goes, and null alone empties."""
    if given is None:
        return {}
    return {name: value for name, value in {**before, **given}.items() if value is not None}


def wanted(before: State, request: AssetUpdate) -> State:
    """The curated state that a request asks for."""
    given = {name: getattr(request, name) for name in before if name in request.model_fields_set}
    if "metadata" in given:
        given["metadata"] = merged(before["metadata"], given["metadata"])
    after = {**before, **given}
    return {**after, "tags": list(dict.fromkeys(after["tags"] or []))}


def renamed(row: Row[Any], request: AssetUpdate) -> State:
    """Type, name and qualified name where they are given and differ; the source's own raise SourceOwned."""
    given = {name: getattr(request, name) for name in IDENTITY}
    differing = {name: value for name, value in given.items() if value is not None and value != getattr(row, name)}
    if differing and row.connection_id is not None:
        field = next(iter(differing))
        raise SourceOwned(
            f"The {field.replace('_', ' ')} of an asset that was found by a crawl is its source's; change it there",
            field=field,
        )
    return differing


def values(state: State, identity: State) -> State:
    """The columns of the row that hold a curated state, and those that find it."""
    words = {"source_words": named_words(identity["name"])} if "name" in identity else {}
    return {
        "description": state["description"],
        "curated_metadata": state["metadata"],
        "tags": state["tags"],
        "classification": state["classification"],
        "curated_words": curated_words(state["description"], state["tags"]),
        **identity,
        **words,
    }


def replaced(before: State, after: State, columns: Sequence[ColumnChange]) -> State:
    """What a version keeps of a curated change."""
    kept = delta(before, after)
    if columns:
        kept["notes"] = {change.name: change.before for change in columns}
    return kept


def in_words(before: State, after: State, columns: Sequence[ColumnChange]) -> list[str]:
    """A curated change, as a person reads it."""
    found = [
        f"{name.replace('_', ' ')} changed from {before[name]} to {after[name]}"
        for name in IDENTITY
        if before.get(name) != after.get(name)
    ]
    found += [f"{name} changed" for name in _WRITTEN if before[name] != after[name]]
    return [*found, *(f'column "{change.name}" described' for change in columns)][:50]
