"""Changes of a schema, and which of them break whoever reads or writes the thing.

Breaking: a column that goes, gets another type that does not hold all that the old one did, or may no longer be null;
a new column that must be given and has no value of its own; another primary key. Not breaking: a new column that may be
left out, a wider type, a column that may be null now.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from typing_extensions import TypedDict

_TYPE = re.compile(
    r"(?P<name>[a-z][a-z0-9_ ]*?)\s*(?:\((?P<first>\d+)(?:\s*,\s*(?P<second>-?\d+))?\))?"
    r"(?P<zone> with(?:out)? time zone)?(?P<array>(?:\[\])*)"
)
_ALIASES = {
    "int2": "smallint", "int16": "smallint", "short": "smallint", "int4": "integer", "int": "integer",
    "int32": "integer", "int8": "bigint", "int64": "bigint", "long": "bigint", "float4": "real", "float": "real",
    "float32": "real", "float8": "double precision", "double": "double precision", "float64": "double precision",
    "varchar": "character varying", "char": "character", "bpchar": "character", "string": "text",
    "large_string": "text", "decimal": "numeric",
}  # fmt: skip
_WIDER = {
    "smallint": {"integer", "bigint", "real", "double precision"},
    "integer": {"bigint", "double precision"},
    "real": {"double precision"},
    "character": {"character varying", "text"},
    "character varying": {"text"},
}
_DIGITS = {"smallint": 5, "integer": 10, "bigint": 19}
_UNBOUNDED = 1 << 30
Columns = Mapping[str, Mapping[str, Any]]


class SchemaChange(TypedDict):
    """One change of a schema; `before` and `after` are the type, or whether it may be null, or the key's columns."""

    kind: str
    column: str | None
    before: Any
    after: Any
    breaking: bool


def schema_changes(
    old: Columns, new: Columns, before: Mapping[str, Any], after: Mapping[str, Any]
) -> list[SchemaChange]:
    """How the columns and the primary key differ, the columns in the order of their names."""
    found = [
        change for name in sorted(old.keys() | new.keys()) for change in _column(name, old.get(name), new.get(name))
    ]
    keys = [(facts.get("primary_key") or {}).get("columns") for facts in (before, after)]
    if keys[0] != keys[1]:
        found.append(_change("primary_key_changed", None, *keys, breaking=bool(keys[0])))
    return found


def widens(before: str, after: str) -> bool:
    """Whether a column of the type after holds each value of the type before, as it was."""
    old, new = _TYPE.fullmatch(before.strip().lower()), _TYPE.fullmatch(after.strip().lower())
    if old is None or new is None or (old["zone"], old["array"]) != (new["zone"], new["array"]):
        return False
    names = [_ALIASES.get(each["name"], each["name"]) for each in (old, new)]
    if names[1] == "numeric":
        return _numeric(names[0], old, new)
    longer = _length(new) >= _length(old)
    if names[0] == names[1]:
        return longer
    if names[1] == "character varying" and names[0] == "character":
        return longer
    return names[1] in _WIDER.get(names[0], ())


def _column(name: str, old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> Iterator[SchemaChange]:
    if old is None and new is not None:
        free = new["nullable"] or any(new.get(aspect) for aspect in ("default_value", "identity", "generated"))
        yield _change("column_added", name, None, new["data_type"], breaking=not free)
    elif new is None and old is not None:
        yield _change("column_removed", name, old["data_type"], None, breaking=True)
    elif old is not None and new is not None:
        if old["data_type"] != new["data_type"]:
            fits = widens(old["data_type"], new["data_type"])
            yield _change("type_changed", name, old["data_type"], new["data_type"], breaking=not fits)
        if old["nullable"] != new["nullable"]:
            yield _change("nullability_changed", name, old["nullable"], new["nullable"], breaking=not new["nullable"])


def _change(kind: str, column: str | None, before: Any, after: Any, *, breaking: bool) -> SchemaChange:
    return {"kind": kind, "column": column, "before": before, "after": after, "breaking": breaking}


def _numeric(name: str, old: re.Match[str], new: re.Match[str]) -> bool:
    """Digits before and after the point; `numeric` alone holds any number."""
    precision, scale = _length(new), int(new["second"] or 0)
    if new["first"] is None:
        return name == "numeric" or name in _DIGITS
    if name in _DIGITS:
        return precision - scale >= _DIGITS[name]
    if name != "numeric" or old["first"] is None:
        return False
    before = int(old["second"] or 0)
    return scale >= before and precision - scale >= _length(old) - before


def _length(found: re.Match[str]) -> int:
    if found["first"] is not None:
        return int(found["first"])
    return 1 if found["name"] in {"character", "char"} else _UNBOUNDED
