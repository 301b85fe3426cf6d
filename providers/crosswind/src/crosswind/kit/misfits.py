"""What msgspec says is wrong with JSON, in words for whoever sent it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from crosswind.kit.problems import FORMS, TIME, UUID

_CALLED = {
    "str": "a text", "int": "a whole number", "float": "a number", "bool": "true or false", "null": "null",
    "object": "an object", "array": "a list", "uuid": "a UUID", "datetime": "a time",
}  # fmt: skip
_LENGTH = re.compile(r"Expected `(str|array|object)` of length (>=|<=) (\d+)")
_NUMBER = re.compile(r"Expected `(?:int|float)` (>=|<=|>|<) (\S+)")
_KIND = re.compile(r"Expected `([^`]+)`(?:, got `([^`]+)`)?")
_BOUNDS = {">=": "at least", "<=": "at most", ">": "more than", "<": "less than"}
_OF_SOME = ("Invalid enum value ", "Invalid value ")
_FORM = "Expected `str` matching regex "
_FORMS = {repr(pattern): said for pattern, said in FORMS.items()}
_FIXED = {
    "Invalid RFC3339 encoded datetime": TIME,
    "Invalid UUID": UUID,
    "Input data was truncated": "it ends too soon",
    "Integer value out of range": "is too large a number",
}
_STEP = re.compile(r"[^.\[\]]+|\[[^\]]*\]")


def said(message: str, kind: Any = None, path: str = "") -> str:
    """A message as what is allowed; the values that it may have are those of `kind` at `path`, as msgspec writes it."""
    if message in _FIXED:
        return _FIXED[message]
    if message.startswith(_FORM):
        return _FORMS.get(message.removeprefix(_FORM), "has a form that is not taken here")
    if message.startswith(_OF_SOME):
        values = sorted({str(value) for value in _values(msgspec.inspect.type_info(kind), _STEP.findall(path))})
        given = message[message.index("value ") + len("value ") :]
        return f"must be one of {', '.join(values)}" if values else f"{given} is not among its values"
    message = re.sub(r"Object missing required field (`.*`)", r"\1 is missing", message)
    message = re.sub(r"Object contains unknown field (`.*`)", r"\1 is not known here", message)
    return _measured(message)


def _measured(message: str) -> str:
    if found := _LENGTH.fullmatch(message):
        if found[2] == ">=" and found[3] == "1":
            return "must not be empty"
        return f"must have {_BOUNDS[found[2]]} {found[3]} {'characters' if found[1] == 'str' else 'items'}"
    if found := _NUMBER.fullmatch(message):
        return f"must be {_BOUNDS[found[1]]} {found[2]}"
    if found := _KIND.fullmatch(message):
        wanted = " or ".join(_CALLED.get(each, each) for each in found[1].split(" | "))
        return f"must be {wanted}, and is {_CALLED.get(found[2], found[2])}" if found[2] else f"must be {wanted}"
    return message


def _values(kind: Any, path: list[str]) -> Iterator[Any]:
    """The values of the literals that stand at a path, in each of the kinds that have it."""
    if isinstance(kind, msgspec.inspect.Metadata):
        yield from _values(kind.type, path)
    elif isinstance(kind, msgspec.inspect.UnionType):
        for each in kind.types:
            yield from _values(each, path)
    elif not path:
        yield from kind.values if isinstance(kind, msgspec.inspect.LiteralType) else ()
    elif isinstance(kind, msgspec.inspect.ListType):
        yield from _values(kind.item_type, path[1:])
    elif isinstance(kind, msgspec.inspect.StructType):
        if path == [kind.tag_field]:
            yield kind.tag
        for field in kind.fields:
            if field.encode_name == path[0]:
                yield from _values(field.type, path[1:])
