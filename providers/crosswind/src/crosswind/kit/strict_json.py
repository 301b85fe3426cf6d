"""JSON as RFC 8259 means it and as PostgreSQL can store it."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any, NoReturn

from crosswind.kit.errors import Invalid

MAX_DEPTH = 64
INT64 = 2**63
_LONGEST = 310
"""The digits and the sign of the largest double."""
_SUSPECT = (b"\\u0000", b"\\ud", b"\\uD", b"\x00")


def loads(body: bytes, *, unique: bool = True) -> Any:
    """Parse `body`; NUL, lone surrogates, NaN, infinities, integers beyond 64 bits and deep nesting raise `Invalid`.

    So does a key that an object has twice, where they are to be `unique`: readers differ in which holds (RFC 8259, 4).
    PostgreSQL's text has no NUL and its drivers raise on lone surrogates; RFC 8259 has no NaN. An integer that a double
    is written as is that double: the store answers 1e20 with all its digits, and takes back what it answered.
    """
    try:
        value = json.loads(
            body.decode("utf-8"),
            object_pairs_hook=_object if unique else None,
            parse_constant=_refuse_constant,
            parse_int=_int64,
        )
    except UnicodeDecodeError as error:
        raise Invalid(f"The body is not UTF-8 (byte {error.start})", field="body") from None
    except json.JSONDecodeError as error:
        raise Invalid(f"The body is not JSON: {error.msg} at character {error.pos}", field="body") from None
    except RecursionError:
        raise _too_deep() from None
    _check(value, any(mark in body for mark in _SUSPECT), MAX_DEPTH, "body")
    return value


def check_text(text: str, field: str) -> None:
    """Raise `Invalid` when `text` holds a NUL or a lone surrogate."""
    if "\x00" in text:
        raise Invalid(f"{field} holds a NUL character", field=field)
    if not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text):
        raise Invalid(f"{field} holds a lone surrogate", field=field)


def _check(value: Any, text_too: bool, depth: int, field: str) -> None:
    if depth < 0:
        raise _too_deep()
    if isinstance(value, dict):
        for key, item in value.items():
            if text_too:
                check_text(key, field)
            _check(item, text_too, depth - 1, f"{field}.{key}" if text_too else field)
    elif isinstance(value, list):
        for item in value:
            _check(item, text_too, depth - 1, field)
    elif text_too and isinstance(value, str):
        check_text(value, field)
    elif isinstance(value, float) and value in {float("inf"), float("-inf")}:
        raise Invalid("A number is beyond what can be stored", field=field)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        check_text(twice, "body")
        raise Invalid(f"The key '{twice[:64]}' stands twice in one object; give it once", field=twice[:64])
    return made


def _too_deep() -> Invalid:
    return Invalid(f"The body is nested deeper than {MAX_DEPTH} levels", field="body")


def _refuse_constant(name: str) -> NoReturn:
    raise Invalid(f"{name} is not JSON", field="body")


def is_stored(number: int) -> bool:
    """Whether 64 bits hold an integer, or it is what the store writes a double as."""
    if -INT64 <= number < INT64:
        return True
    try:
        return Decimal(repr(float(number))) == number
    except OverflowError:
        return False


def _int64(text: str) -> int | float:
    if len(text) > _LONGEST or not is_stored(number := int(text)):
        raise Invalid("An integer is beyond 64 bits", field="body")
    return number if -INT64 <= number < INT64 else float(number)
