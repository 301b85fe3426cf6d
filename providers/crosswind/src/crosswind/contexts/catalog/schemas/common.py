"""What several of the catalog's shapes are made of: words with their limits, people, and assets in brief."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, Field
from typing_extensions import TypedDict

from crosswind.contexts.catalog.wire import LONGEST_NAME, LONGEST_PLACE
from crosswind.kit.errors import Invalid
from crosswind.kit.text import check_name

AssetType = Literal["TABLE", "VIEW", "DASHBOARD", "PIPELINE", "DATASET", "CHART"]
MOST_TAGS = 100
TAGGED = "A tag's id or name, on the asset or on one of its columns"
CLASSIFIED = "A classification of the asset or of one of its columns"
OWNED = "The name of a person or team that answers for the asset"
PLACED = "A domain's id or name"
MEANT = "A term's id, name or synonym, on the asset or on one of its columns"
SOLD = "A data product's id or name"


def _plain(text: str) -> str:
    try:
        check_name(text, "it")
    except Invalid:
        raise ValueError("holds a control character or one that changes the direction of text") from None
    return text


def _storable(text: str) -> str:
    if len(text.encode()) > LONGEST_PLACE:
        raise ValueError(f"has more than {LONGEST_PLACE} bytes")
    return text


def _indexed(text: str) -> str:
    if len(text.encode()) > LONGEST_NAME:
        raise ValueError(f"has more than {LONGEST_NAME} bytes")
    return text


Word = Annotated[str, Field(min_length=1, max_length=100, pattern=r"\S"), AfterValidator(_plain)]
Title = Annotated[str, Field(min_length=1, max_length=LONGEST_NAME, pattern=r"\S"), AfterValidator(_plain)]
Place = Annotated[
    str, Field(min_length=1, max_length=LONGEST_PLACE, pattern=r"\S"), AfterValidator(_plain), AfterValidator(_storable)
]
Tags = Annotated[list[Word], Field(max_length=MOST_TAGS)]
Prose = Annotated[str, Field(max_length=20_000)]
Fact = Annotated[str, Field(max_length=100_000)]
ColumnName = Annotated[str, Field(min_length=1, max_length=LONGEST_NAME), AfterValidator(_indexed)]


class Person(TypedDict):
    """Who made something."""

    id: str
    name: str | None


class Owner(TypedDict):
    """Who answers for an asset: a user or a team, in a technical or business role or as steward."""

    kind: str
    name: str
    role: str


class Brief(TypedDict):
    """An asset as others refer to it."""

    id: UUID
    name: str
    type: str
    qualified_name: str
    connection_id: str | None
    description: str | None
    tags: list[str]
    classification: str | None
    schema: str | None
    database: str | None
    removed_at: datetime | None
