"""The column mapping of an edge: the columns of the end that reads, each with those of the other it is made of."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row
from sqlalchemy.orm import Session

from crosswind.contexts.catalog.repository import relationships as repository
from crosswind.kit.errors import Invalid

FIELD = "metadata.column_mapping"
MOST = 10_000


def check_mapping(session: Session, metadata: dict[str, Any], reader: Row[Any], read: Row[Any]) -> None:
    """Raise Invalid for a mapping of another shape, or of columns that an end with known columns does not have."""
    mapping = metadata.get("column_mapping")
    if mapping is None:
        return
    named = _pairs(mapping)
    known = repository.columns(session, [reader.key, read.key])
    for name, others in named.items():
        _check(name, reader, known[reader.key])
        for other in others:
            _check(other, read, known[read.key])


def _pairs(mapping: Any) -> dict[str, list[str]]:
    """Each column with a list of those it is made of; a single name stands for a list of one."""
    if not isinstance(mapping, dict):
        raise Invalid(
            "A column mapping names columns of the asset that reads, each with those it is made of", field=FIELD
        )
    if len(mapping) > MOST:
        raise Invalid(f"A column mapping has at most {MOST} columns", field=FIELD)
    found: dict[str, list[str]] = {}
    for name, given in mapping.items():
        names = [given] if isinstance(given, str) else given
        if not isinstance(names, list) or not all(isinstance(each, str) for each in names) or len(names) > MOST:
            raise Invalid(f"'{name}' is mapped to something that is no list of columns", field=f"{FIELD}.{name}")
        found[name] = names
    return found


def _check(name: str, asset: Row[Any], known: set[str]) -> None:
    if known and name not in known:
        raise Invalid(f"{asset.qualified_name} has no column '{name}'", field=FIELD, column=name)
