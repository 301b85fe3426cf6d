"""From messages to the requests that every door makes, checked alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from google.protobuf.message import DecodeError, Message
from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from crosswind.kit import problems
from crosswind.kit.errors import Invalid
from crosswind.kit.paging import Window
from crosswind.kit.strict_json import check_text
from crosswind.kit.text import check_name

M = TypeVar("M", bound=Message)
B = TypeVar("B", bound=BaseModel)
PROSE = frozenset({"description", "query", "search", "clear", "default_value", "generated", "comment"})
"""Texts that name nothing, in which any character may stand."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_UUID = TypeAdapter(UUID)


class _Window(BaseModel):
    """The bounds of REST's `limit` and `offset`; 0 stands for a limit that was not given."""

    limit: int = Field(20, ge=1, le=100)
    offset: int = Field(0, ge=0, le=100_000_000)


def parse(kind: type[M], body: bytes) -> M:
    """The message; `Invalid` for bytes that are none, and for texts that cannot be stored or that deceive."""
    try:
        message = kind.FromString(body)
    except (DecodeError, UnicodeDecodeError):
        raise Invalid(f"The bytes are no {kind.DESCRIPTOR.full_name}", field="message") from None
    _check(message, "")
    return message


def _check(message: Message, place: str) -> None:
    for descriptor, value in message.ListFields():
        field = f"{place}{descriptor.name}"
        if descriptor.message_type is not None:
            if descriptor.message_type.full_name != "google.protobuf.Struct":
                _check_each(value, field)
        elif descriptor.type == descriptor.TYPE_STRING:
            for text in [value] if isinstance(value, str) else value:
                check_text(text, field)
                if descriptor.name not in PROSE:
                    check_name(text, field)


def _check_each(value: Any, field: str) -> None:
    if isinstance(value, Message):
        _check(value, f"{field}.")
        return
    for index, item in enumerate(value):
        _check(item, f"{field}.{index}.")


def request(kind: type[B], values: Mapping[str, Any]) -> B:
    """The request of these values; `Invalid` names the first field that is wrong, and up to twenty in its details."""
    try:
        return kind.model_validate(values)
    except ValidationError as error:
        raise problems.invalid(error.errors(include_url=False), _field) from None


def _field(location: Sequence[Any]) -> str:
    return ".".join(str(part)[:64] for part in location)


def identifier(text: str, field: str = "id") -> UUID:
    """The id of an asset."""
    try:
        return _UUID.validate_python(text)
    except ValidationError as error:
        raise problems.invalid(error.errors(include_url=False), lambda _: field) from None


def window(limit: int, offset: int) -> Window:
    """The part of a list that is asked for."""
    asked = request(_Window, {"limit": limit or 20, "offset": offset})
    return Window(asked.limit, asked.offset)


def moment(milliseconds: int, field: str) -> datetime | None:
    """A time, None for 0."""
    try:
        return _EPOCH + timedelta(milliseconds=milliseconds) if milliseconds else None
    except OverflowError:
        raise Invalid(f"{field} is beyond the years that can be told", field=field) from None


def given(**values: Any) -> dict[str, Any]:
    """The values without those that a message without presence cannot tell from nothing."""
    return {name: value for name, value in values.items() if value not in ("", 0, None, [])}
