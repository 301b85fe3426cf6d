"""Assets as the API shows them, in events: `schema` is their columns, and what nobody writes is passed over.

What is shown of an asset may be its source's word; said again, it must not become people's own and hide the source.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType
from msgspec.structs import replace

from crosswind.contexts.catalog.schemas.assets import AssetDetail, SchemaColumn
from crosswind.contexts.catalog.transfer.lines import AssetLine, ColumnLine
from crosswind.kit.errors import Invalid

_READ_ONLY = AssetDetail.__annotations__.keys() - set(AssetLine.__struct_fields__) - {"schema"}
_OF_COLUMNS = SchemaColumn.__annotations__.keys() - set(ColumnLine.__struct_fields__)
_OURS = _READ_ONLY | {"schema"}
_COMPARED = SchemaColumn.__annotations__.keys() & set(ColumnLine.__struct_fields__)
_FIELDS = msgspec.json.Decoder(dict[str, msgspec.Raw])
_COLUMNS = msgspec.json.Decoder(list[dict[str, msgspec.Raw]])
_NAME = msgspec.json.Decoder(str)
_NULL = b"null"
_REMOVED = "asset.removed_at"
_UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


def as_line(raw: bytes) -> bytes:
    """The asset as a line; what is none comes back as it is, for the reader of lines to refuse.

    One that was removed when it was shown raises Invalid: to write it would tell that it is there.
    """
    try:
        given = _FIELDS.decode(raw)
    except _UNREADABLE:
        return raw
    if given.keys().isdisjoint(_OURS):
        return raw
    if bytes(given.get("removed_at", _NULL)) != _NULL:
        raise Invalid("The asset was shown as removed; leave this out to write it all the same", field=_REMOVED)
    kept = {name: value for name, value in given.items() if name not in _READ_ONLY}
    if "schema" in kept and "columns" not in kept:
        kept["columns"] = _columns(kept.pop("schema"))
    return msgspec.json.encode(kept)


def filled(raw: bytes, known: Callable[[str], Any]) -> bytes:
    """The asset with the type and name that it leaves out, where what is known by its qualified name has them."""
    try:
        given = _FIELDS.decode(raw)
        name = _NAME.decode(given["qualified_name"])
    except (KeyError, *_UNREADABLE):
        return raw
    found = None if {"type", "name"} <= given.keys() else known(name)
    if found is None:
        return raw
    return msgspec.json.encode({"type": found.type, "name": found.name, **given})


def unsaid(line: AssetLine, stored: AssetDetail, own: dict[str, Any]) -> AssetLine:
    """The line without what is shown of its asset already; `own` is the metadata that people wrote."""
    left: dict[str, Any] = {}
    if line.description == stored["description"]:
        left["description"] = UNSET
    if line.metadata is not UNSET:
        told = stored["metadata"]
        given = line.metadata.items()
        left["metadata"] = {name: value for name, value in given if name in own or told.get(name, UNSET) != value}
    if line.columns is not UNSET:
        left["columns"] = _differing(line.columns, stored["schema"])
    return replace(line, **left)


def _differing(given: Sequence[ColumnLine], stored: Sequence[SchemaColumn]) -> list[ColumnLine] | UnsetType:
    """The columns, each without the description that it has; nothing where all are as they are shown."""
    if len(given) == len(stored) and all(map(_same, given, stored)):
        return UNSET
    described = {column["name"]: column["description"] for column in stored}
    return [
        replace(column, description=UNSET) if described.get(column.name, UNSET) == column.description else column
        for column in given
    ]


def _same(given: ColumnLine, stored: SchemaColumn) -> bool:
    shown: dict[str, Any] = {**stored}
    return given.terms is UNSET and all(getattr(given, name) in (UNSET, shown[name]) for name in _COMPARED)


def _columns(raw: msgspec.Raw) -> Any:
    try:
        columns = _COLUMNS.decode(raw)
    except _UNREADABLE:
        return raw
    return [{name: value for name, value in column.items() if name not in _OF_COLUMNS} for column in columns]
