"""What queries and mutations take, and how it becomes what the services take."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import Enum
from typing import Any, TypeVar

import strawberry
from pydantic import BaseModel, ValidationError
from strawberry import ID, UNSET
from strawberry.scalars import JSON

from crosswind.doors.graphql.scalars import AssetType, RelationshipType
from crosswind.kit import problems
from crosswind.kit.errors import Invalid
from crosswind.kit.paging import Window

M = TypeVar("M", bound=BaseModel)
MOST_LISTED = 100


@strawberry.input(description="A window on a list.")
class Pagination:
    """A window on a list."""

    limit: int | None = 20
    offset: int | None = 0
    after: str | None = strawberry.field(
        default=UNSET,
        description="The `endCursor` of the page before, with the same filters; for pages deep in a long list.",
    )


@strawberry.input(description="Narrows a list of assets; all that is given must hold.")
class AssetFilter:
    """Narrows a list of assets."""

    type: AssetType | None = UNSET
    tags: list[ID] | None = strawberry.field(
        default=UNSET, description="Tags by id or name; an asset, or its columns, has each of them."
    )
    search: str | None = UNSET
    classification: str | None = UNSET
    created_after: datetime | None = UNSET
    created_before: datetime | None = UNSET
    connection_id: ID | None = UNSET
    schema: str | None = UNSET
    owner: str | None = strawberry.field(default=UNSET, description="A person or a team that answers for an asset.")
    domain: str | None = UNSET
    term: str | None = strawberry.field(default=UNSET, description="A term of the glossary, by id, name or synonym.")
    product: str | None = strawberry.field(default=UNSET, description="A data product, by id or name.")
    removed: bool | None = strawberry.field(
        default=UNSET, description="Show what vanished from its source instead of what is there."
    )
    sort: str | None = strawberry.field(
        default=UNSET, description="A field and a direction: `updated_at:desc` (the default), `name:asc` …"
    )


@strawberry.input(description="A column of a new asset, in the order of its table.")
class NewColumn:
    """A column of a new asset."""

    name: str
    type: str | None = strawberry.field(default=UNSET, description="As the source writes it; `unknown` if left out.")
    nullable: bool | None = strawberry.field(default=UNSET, description="True if left out.")
    default: str | None = UNSET
    identity: str | None = UNSET
    generated: str | None = UNSET
    comment: str | None = strawberry.field(default=UNSET, description="What the source says.")
    description: str | None = UNSET
    tags: list[ID] | None = strawberry.field(default=UNSET, description="Tags by id or name, as on assets.")
    classification: str | None = UNSET
    terms: list[str] | None = strawberry.field(default=UNSET, description="Terms of the glossary, by name.")


@strawberry.input(description="An asset as people write it; in an update what is left out stays, and null empties.")
class AssetInput:
    """An asset as people write it."""

    type: AssetType
    name: str
    qualified_name: str
    description: str | None = UNSET
    metadata: JSON | None = strawberry.field(
        default=UNSET, description="An object; an update merges it one level deep, and a key with null goes."
    )
    tags: list[ID] | None = strawberry.field(
        default=UNSET, description="Tags by id or name; a name that is not there yet becomes a tag."
    )
    classification: str | None = UNSET
    columns: list[NewColumn] | None = strawberry.field(
        default=UNSET, description="In an update as in describeAsset: columns that are there, and no facts of them."
    )


@strawberry.input(description="What people write on a column, found by its name.")
class ColumnInput:
    """What people write on a column."""

    name: str
    description: str | None = UNSET
    tags: list[ID] | None = UNSET
    classification: str | None = UNSET


@strawberry.input(description="What people write on an asset and its columns; what is left out stays, null empties.")
class AssetDescription:
    """What people write on an asset and its columns."""

    description: str | None = UNSET
    metadata: JSON | None = UNSET
    tags: list[ID] | None = UNSET
    classification: str | None = UNSET
    columns: list[ColumnInput] | None = UNSET


@strawberry.input(description="A new edge between two assets.")
class RelationshipInput:
    """A new edge between two assets."""

    source_asset_id: ID
    target_asset_id: ID
    type: RelationshipType
    metadata: JSON | None = UNSET


@strawberry.input(description="A new tag.")
class TagInput:
    """A new tag."""

    name: str
    category: str | None = UNSET
    description: str | None = UNSET


@strawberry.input(description="Narrows a list of tags.")
class TagFilter:
    """Narrows a list of tags."""

    category: str | None = UNSET


@strawberry.input(description="Narrows what a search finds.")
class SearchFilters:
    """Narrows what a search finds."""

    type: AssetType | None = UNSET
    tag: ID | None = strawberry.field(default=UNSET, description="A tag by id or name, on an asset or its columns.")
    classification: str | None = UNSET
    connection_id: ID | None = UNSET
    schema: str | None = UNSET
    owner: str | None = strawberry.field(default=UNSET, description="A person or a team that answers for an asset.")
    domain: str | None = UNSET
    term: str | None = strawberry.field(default=UNSET, description="A term of the glossary, by id, name or synonym.")
    product: str | None = strawberry.field(default=UNSET, description="A data product, by id or name.")


@strawberry.input(description="How far lineage is followed, and at most how much of it is shown.")
class LineageFilter:
    """Narrows lineage."""

    relationship_types: list[RelationshipType] | None = UNSET
    asset_types: list[AssetType] | None = UNSET
    column: str | None = strawberry.field(
        default=UNSET, description="Walk from this column, by what edges say of columns."
    )


def given(value: object) -> bool:
    """Whether a caller gave a value, null not counted."""
    return value is not UNSET and value is not None


def plain(value: Any) -> Any:
    """An input's value as the services' schemas take it."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, list):
        return [plain(each) for each in value]
    if hasattr(value, "__strawberry_definition__"):
        return {name: plain(each) for name, each in vars(value).items() if each is not UNSET}
    return value


def taken(model: type[M], values: dict[str, Any], prefix: str = "input") -> M:
    """The service's own schema of an input; `Invalid` names the field as GraphQL writes it."""
    try:
        return model.model_validate(values)
    except ValidationError as error:
        raise problems.invalid(error.errors(include_url=False), lambda place: _field(prefix, place)) from None


def filtered(model: type[M], filters: object, **others: Any) -> M:
    """A query of a list; null filters nothing."""
    values = plain(filters) if given(filters) else {}
    return taken(model, {name: value for name, value in {**values, **others}.items() if given(value)}, "filter")


def window(pagination: Pagination | None) -> Window:
    """The window asked for: 20 from the first on, at most 100."""
    asked = pagination if pagination is not None and pagination is not UNSET else Pagination()
    limit = 20 if asked.limit is None else asked.limit
    offset = asked.offset or 0
    if not 1 <= limit <= MOST_LISTED:
        raise Invalid(f"pagination.limit is between 1 and {MOST_LISTED}", field="pagination.limit")
    if offset < 0:
        raise Invalid("pagination.offset is 0 or more", field="pagination.offset")
    return Window(limit, offset)


def camel(name: str) -> str:
    """`qualified_name` as `qualifiedName`."""
    head, *tail = name.split("_")
    return head + "".join(part.capitalize() for part in tail)


def _field(prefix: str, location: Iterable[Any]) -> str:
    return ".".join([prefix, *(camel(str(part)[:64]) for part in location)])
