"""JSON as `google.protobuf.Struct` carries it, whose only number is a double.

Whole numbers up to 2^53 come in as integers, as they do over REST; stored ones beyond it go out as decimal text,
because a double would tell another number. What nests deeper than a client's parser follows goes out as JSON text.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from google.protobuf.struct_pb2 import ListValue, Struct, Value

from crosswind.kit.errors import Invalid
from crosswind.kit.strict_json import check_text

EXACT = 2**53
DEEPEST = 24
"""Levels that are told as they are; each takes three of the hundred messages that protobuf's parsers go down."""


def to_struct(value: Mapping[str, Any], target: Struct) -> None:
    """Fill a struct."""
    target.SetInParent()
    for name, item in value.items():
        _fill(target.fields[name], item, DEEPEST)


def _fill(target: Value, value: Any, depth: int) -> None:
    if value is None:
        target.null_value = 0  # type: ignore[assignment]
    elif isinstance(value, bool):
        target.bool_value = value
    elif isinstance(value, (int, float)):
        _number(target, value)
    elif isinstance(value, str):
        target.string_value = value
    elif depth == 0:
        target.string_value = json.dumps(value, default=str)
    elif isinstance(value, Mapping):
        target.struct_value.SetInParent()
        for name, item in value.items():
            _fill(target.struct_value.fields[str(name)], item, depth - 1)
    elif isinstance(value, (list, tuple)):
        target.list_value.SetInParent()
        for item in value:
            _fill(target.list_value.values.add(), item, depth - 1)
    else:
        target.string_value = str(value)


def _number(target: Value, value: float) -> None:
    if isinstance(value, int) and abs(value) > EXACT:
        target.string_value = str(value)
    else:
        target.number_value = value


def from_struct(struct: Struct, field: str) -> dict[str, Any]:
    """What a struct says; raises `Invalid` for what JSON has not and the store cannot keep."""
    for name in struct.fields:
        check_text(name, field)
    return {name: _value(item, f"{field}.{name[:64]}") for name, item in struct.fields.items()}


def _value(value: Value, field: str) -> Any:
    kind = value.WhichOneof("kind")
    if kind == "struct_value":
        return from_struct(value.struct_value, field)
    if kind == "list_value":
        return _items(value.list_value, field)
    if kind == "string_value":
        check_text(value.string_value, field)
        return value.string_value
    if kind == "bool_value":
        return value.bool_value
    if kind == "number_value":
        return _read_number(value.number_value, field)
    return None


def _items(values: ListValue, field: str) -> list[Any]:
    return [_value(item, f"{field}.{index}") for index, item in enumerate(values.values)]


def _read_number(number: float, field: str) -> int | float:
    if number - number != 0:
        raise Invalid(f"{field} is no number that can be stored", field=field)
    return int(number) if abs(number) <= EXACT and number == int(number) else number
