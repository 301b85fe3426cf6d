"""Assets as the API shows them, read as lines: their columns are `schema`, and what nobody writes is passed over."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from crosswind.contexts.catalog.schemas.assets import AssetDetail, SchemaColumn
from crosswind.contexts.catalog.transfer.lines import AssetLine, ColumnLine

READ_ONLY = AssetDetail.__annotations__.keys() - set(AssetLine.__struct_fields__) - {"schema"}
_OF_COLUMNS = SchemaColumn.__annotations__.keys() - set(ColumnLine.__struct_fields__)
_OURS = READ_ONLY | {"schema"}
_FIELDS = msgspec.json.Decoder(dict[str, msgspec.Raw])
_COLUMNS = msgspec.json.Decoder(list[dict[str, msgspec.Raw]])
_NAME = msgspec.json.Decoder(str)
_UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


def as_line(raw: bytes) -> bytes:
    """The asset as a line; what is none comes back as it is, for the reader of lines to refuse."""
    try:
        given = _FIELDS.decode(raw)
    except _UNREADABLE:
        return raw
    if given.keys().isdisjoint(_OURS):
        return raw
    kept = {name: value for name, value in given.items() if name not in READ_ONLY}
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


def _columns(raw: msgspec.Raw) -> Any:
    try:
        columns = _COLUMNS.decode(raw)
    except _UNREADABLE:
        return raw
    return [{name: value for name, value in column.items() if name not in _OF_COLUMNS} for column in columns]
