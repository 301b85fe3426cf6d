"""What a pydantic model says is wrong with a request, in words for whoever sent it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from crosswind.kit.errors import Invalid

MOST = 20
LONGEST = 300
UUID = "must be a UUID, such as 7f9c24e8-3b12-4fef-91e0-56a2d5a1b2c3"
TIME = "must be a time, such as 2026-11-22T09:30:00Z"
_DATE = "must be a date, such as 2026-11-22"
_WHOLE = "must be a whole number"
_NUMBER = "must be a number"
_TRUTH = "must be true or false"
_OBJECT = "must be an object"
_SAID = {
    "missing": "is missing",
    "extra_forbidden": "is not known here",
    "string_type": "must be a text",
    "int_type": _WHOLE, "int_parsing": _WHOLE, "int_from_float": _WHOLE, "int_parsing_size": "is too large a number",
    "float_type": _NUMBER, "float_parsing": _NUMBER, "finite_number": "must be a finite number",
    "bool_type": _TRUTH, "bool_parsing": _TRUTH,
    "list_type": "must be a list",
    "dict_type": _OBJECT, "model_type": _OBJECT, "model_attributes_type": _OBJECT, "mapping_type": _OBJECT,
    "uuid_parsing": UUID, "uuid_type": UUID, "uuid_version": UUID,
    "datetime_type": TIME, "datetime_parsing": TIME, "datetime_from_date_parsing": TIME,
    "datetime_object_invalid": TIME, "timezone_aware": f"{TIME}, with its zone",
    "date_type": _DATE, "date_parsing": _DATE, "date_from_datetime_parsing": _DATE,
}  # fmt: skip
_LETTERS = "must be of letters, digits, '_' and '-'"
FORMS = {
    r"\S": "must hold more than blanks",
    r"^[A-Za-z0-9_-]+$": _LETTERS,
    r"^[A-Za-z0-9_-]{1,128}$": f"{_LETTERS}, at most 128 of them",
    r"^[A-Za-z0-9-]+$": "must be of letters, digits and '-'",
    r"^[A-Za-z0-9_.@+-]+$": "must be of letters, digits, '_', '.', '@', '+' and '-'",
    r"^[A-Za-z0-9][A-Za-z0-9._-]{1,253}[A-Za-z0-9]$": "must be a bucket's name, of letters, digits, '.', '_' and '-'",
    r"^[a-z0-9-]{2,40}$": "must be of small letters, digits and '-'",
}
"""Patterns of requests, which nobody should have to read."""
_COUNTED: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "string_too_short": lambda at: "must not be empty" if at["min_length"] == 1 else _least(at, "characters"),
    "string_too_long": lambda at: f"must have at most {at['max_length']} characters",
    "too_short": lambda at: "must not be empty" if at["min_length"] == 1 else _least(at, "items"),
    "too_long": lambda at: f"must have at most {at['max_length']} items",
    "greater_than_equal": lambda at: f"must be at least {at['ge']}",
    "greater_than": lambda at: f"must be more than {at['gt']}",
    "less_than_equal": lambda at: f"must be at most {at['le']}",
    "less_than": lambda at: f"must be less than {at['lt']}",
    "literal_error": lambda at: f"must be {at['expected']}",
    "enum": lambda at: f"must be {at['expected']}",
    "union_tag_invalid": lambda at: f"has a {at['discriminator']} that is none of {at['expected_tags']}",
    "union_tag_not_found": lambda at: f"has no {at['discriminator']}, which says what it is",
}


def invalid(problems: Sequence[Any], name: Callable[[Sequence[Any]], str]) -> Invalid:
    """The first of pydantic's errors as the message, and up to twenty as details; `name` writes a field's place."""
    found = [{"field": name(each["loc"]), "problem": said(each)[:LONGEST]} for each in problems[:MOST]]
    first = found[0]
    return Invalid(f"{first['field']}: {first['problem']}", field=first["field"], problems=found)


def said(problem: Mapping[str, Any]) -> str:
    """One of pydantic's errors as what is allowed."""
    kind, facts = problem["type"], problem.get("ctx") or {}
    if kind == "string_pattern_mismatch":
        return FORMS.get(facts["pattern"], "has a form that is not taken here")
    if kind in _COUNTED:
        return _COUNTED[kind](facts)
    if kind.startswith("datetime") and " " in str(problem.get("input", "")):
        return f"{TIME}; in an address, write + as %2B"
    return _SAID.get(kind) or _plain(str(problem["msg"]))


def _least(facts: Mapping[str, Any], what: str) -> str:
    return f"must have at least {facts['min_length']} {what}"


def _plain(message: str) -> str:
    """What a validator of ours says, without pydantic's word before it."""
    return message.removeprefix("Value error, ").replace("Input should", "must")
