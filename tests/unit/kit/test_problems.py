"""Libraries' words for what is wrong become ours, whatever is wrong."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
import pytest
from msgspec import Meta
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from crosswind.kit import misfits, problems

WORDS = ("Input should", "String should", "Value error", "Field required", "Extra inputs", "Expected `", "Invalid ")


class Inner(BaseModel):
    model_config = ConfigDict(extra="forbid")
    number: int = Field(ge=1, le=9)
    share: float = Field(0.5, gt=0, lt=1)
    word: str = Field("x", min_length=1, max_length=3, pattern=r"\S")
    code: str = Field("x", pattern=r"^x+$")
    kind: Literal["a", "b"] = "a"
    flag: bool = True
    id: UUID | None = None
    at: AwareDatetime | None = None
    names: list[str] = Field(default_factory=list, min_length=0, max_length=2)
    facts: dict[str, int] = Field(default_factory=dict)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "number: is missing"),
        ({"number": "x"}, "number: must be a whole number"),
        ({"number": 1.5}, "number: must be a whole number"),
        ({"number": 0}, "number: must be at least 1"),
        ({"number": 10}, "number: must be at most 9"),
        ({"number": 1, "share": 0}, "share: must be more than 0.0"),
        ({"number": 1, "share": 1}, "share: must be less than 1.0"),
        ({"number": 1, "share": "x"}, "share: must be a number"),
        ({"number": 1, "word": ""}, "word: must not be empty"),
        ({"number": 1, "word": "abcd"}, "word: must have at most 3 characters"),
        ({"number": 1, "word": " "}, "word: must hold more than blanks"),
        ({"number": 1, "word": 5}, "word: must be a text"),
        ({"number": 1, "code": "y"}, "code: has a form that is not taken here"),
        ({"number": 1, "kind": "c"}, "kind: must be 'a' or 'b'"),
        ({"number": 1, "flag": "perhaps"}, "flag: must be true or false"),
        ({"number": 1, "id": "x"}, f"id: {problems.UUID}"),
        ({"number": 1, "at": "x"}, f"at: {problems.TIME}"),
        ({"number": 1, "at": datetime(2026, 1, 1)}, f"at: {problems.TIME}, with its zone"),  # noqa: DTZ001
        ({"number": 1, "at": "2026-01-01T00:00:00 02:00"}, f"at: {problems.TIME}; in an address, write + as %2B"),
        ({"number": 1, "names": "x"}, "names: must be a list"),
        ({"number": 1, "names": ["a", "b", "c"]}, "names: must have at most 2 items"),
        ({"number": 1, "facts": []}, "facts: must be an object"),
        ({"number": 1, "other": 1}, "other: is not known here"),
        ([], ": must be an object"),
    ],
)
def test_pydantics(given: Any, said: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Inner.model_validate(given)
    told = problems.invalid(caught.value.errors(), lambda place: ".".join(map(str, place)))
    assert told.message == said
    assert not [each for each in WORDS if each in told.message]


class Line(msgspec.Struct, forbid_unknown_fields=True):
    name: Annotated[str, Meta(min_length=1, max_length=3, pattern=r"\S")]
    kind: Literal["a", "b"] = "a"
    count: Annotated[int, Meta(ge=0, le=9)] = 0
    flag: bool = True
    at: datetime | None = None
    id: UUID | None = None
    parts: Annotated[list[Annotated[Literal["x", "y"], Meta(description="")]], Meta(max_length=1)] = []


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (b"{}", "`name` is missing"),
        (b'{"name": ""}', "must not be empty"),
        (b'{"name": "abcd"}', "must have at most 3 characters"),
        (b'{"name": " "}', "must hold more than blanks"),
        (b'{"name": 1}', "must be a text, and is a whole number"),
        (b'{"name": "a", "kind": "c"}', "must be one of a, b"),
        (b'{"name": "a", "parts": ["z"]}', "must be one of x, y"),
        (b'{"name": "a", "parts": ["x", "y"]}', "must have at most 1 items"),
        (b'{"name": "a", "count": -1}', "must be at least 0"),
        (b'{"name": "a", "count": 10}', "must be at most 9"),
        (b'{"name": "a", "flag": 1}', "must be true or false, and is a whole number"),
        (b'{"name": "a", "at": "x"}', problems.TIME),
        (b'{"name": "a", "id": "x"}', problems.UUID),
        (b'{"name": "a", "other": 1}', "`other` is not known here"),
        (b"[]", "must be an object, and is a list"),
        (b"", "it ends too soon"),
    ],
)
def test_msgspecs(given: bytes, said: str) -> None:
    with pytest.raises(msgspec.DecodeError) as caught:
        msgspec.json.decode(given, type=Line)
    message, _, path = str(caught.value).partition(" - at `$.")
    assert misfits.said(message.partition(" - at")[0], Line, path.rstrip("`")) == said


def test_a_value_whose_kind_is_not_known_is_still_named() -> None:
    assert misfits.said("Invalid enum value 'x'") == "'x' is not among its values"
