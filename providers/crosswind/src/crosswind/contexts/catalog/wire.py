"""What a crawl sends and gets back, as JSON with camelCase keys."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, TypeVar

import msgspec
from msgspec import Meta

from crosswind.connectors.types import CrawledObject, Json
from crosswind.kit import strict_json
from crosswind.kit.errors import Invalid
from crosswind.kit.misfits import said

T = TypeVar("T")
MOST_ITEMS = 10_000
MOST_OBJECTS = 10_000
LONGEST_NAME = 512
"""Bytes of one name; an index entry of PostgreSQL holds 2,704 in all."""
LONGEST_PLACE = 2_000
"""Bytes of a qualified name."""
_SUSPECT = (b"\\u0000", b"\\ud", b"\\uD", b"\x00")

Name = Annotated[str, Meta(min_length=1, max_length=LONGEST_NAME)]
Natural = Annotated[int, Meta(ge=0, lt=2**31)]
Count = Annotated[int, Meta(ge=0, le=2**63 - 1)]
Item = tuple[Name, Name, Annotated[str, Meta(max_length=200)], Count | None, Count | None]
Place = tuple[Name, Name]


class Manifest(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """One range of a source in order: `after` is exclusive (None: the start), `up_to` inclusive (None: the end).

    An item is [schema, name, hash, row estimate, size in bytes]; `statistics`, where the source has any, are those of
    each item in the same order.
    """

    sequence: Natural
    identity: Name
    database: Name
    items: Annotated[list[Item], Meta(max_length=MOST_ITEMS)]
    after: Place | None = None
    up_to: Place | None = None
    namespace: Name | None = None
    statistics: Annotated[list[dict[str, Json] | None], Meta(max_length=MOST_ITEMS)] | None = None


class Objects(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """Objects that a manifest's answer wanted."""

    sequence: Natural
    objects: Annotated[list[CrawledObject], Meta(max_length=MOST_OBJECTS)]


class Completion(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """The end of a complete run: how many objects were seen, in how many ranges."""

    identity: Name
    database: Name
    seen: Natural
    ranges: Natural


def read(body: bytes, kind: type[T]) -> T:
    """Parse a body of this kind; what PostgreSQL cannot store and what does not fit is Invalid with its field."""
    if any(mark in body for mark in _SUSPECT):
        strict_json.loads(body, unique=False)
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.ValidationError as error:
        message, field = told(str(error), kind)
        raise Invalid(f"{field}: {message}" if field else message, field=field or "body") from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Invalid(f"The body is not JSON that this route takes: {said(str(error))}", field="body") from None


def told(error: str, kind: Any = None) -> tuple[str, str]:
    """A msgspec message of what should be of this kind, as (message, field)."""
    message, _, path = error.partition(" - at `")
    field = path.rstrip("`").removeprefix("$").removeprefix(".")
    return said(message, kind, field), field


def check_manifest(manifest: Manifest) -> None:
    """Raise Invalid unless the items stand in order, once each, inside their range."""
    check_length(manifest.database, LONGEST_NAME, "database")
    check_length(manifest.namespace or "-", LONGEST_NAME, "namespace")
    if manifest.statistics is not None and len(manifest.statistics) != len(manifest.items):
        raise Invalid("There are as many statistics as items, or none at all", field="statistics")
    before: Any = manifest.after
    for index, item in enumerate(manifest.items):
        place = (item[0], item[1])
        if before is not None and place <= before:
            raise Invalid("Items must be in order of (schema, name), each once", field=f"items[{index}]")
        before = place
    if manifest.up_to is not None and before is not None and before > manifest.up_to:
        raise Invalid("Items must not go beyond upTo", field="upTo")


def check_objects(objects: list[CrawledObject]) -> None:
    """Raise Invalid for an object given twice, a column given twice, or a number beyond 64 bits."""
    seen: set[tuple[str, str]] = set()
    for index, found in enumerate(objects):
        where = f"objects[{index}]"
        for name in _names(found):
            check_length(name, LONGEST_NAME, f"{where}.name")
        if (found.schema, found.name) in seen:
            raise Invalid("An object stands twice in the request", field=where)
        seen.add((found.schema, found.name))
        names = {column.name for column in found.columns}
        if len(names) != len(found.columns):
            raise Invalid("A column stands twice in its object", field=f"{where}.columns")
        _check_numbers(found, where)


def check_length(name: str, most: int, where: str) -> None:
    """Raise Invalid for a name that is empty or longer than an index can hold."""
    if not 0 < len(name.encode()) <= most:
        raise Invalid(f"A name has 1 to {most} bytes", field=where)


def _names(found: CrawledObject) -> Iterator[str]:
    yield from (found.schema, found.name)
    yield from (column.name for column in found.columns)
    for key in found.foreign_keys:
        yield from (key.name, key.target_schema, key.target_name)
    for each in found.dependencies:
        yield from (each.schema, each.name)


def _check_numbers(found: CrawledObject, where: str) -> None:
    for name, number in (("rowEstimate", found.row_estimate), ("sizeBytes", found.size_bytes)):
        if number is not None and not 0 <= number < 2**63:
            raise Invalid("A count is not within 0 and 64 bits", field=f"{where}.{name}")
    if any(not 0 < column.position < 2**31 for column in found.columns):
        raise Invalid("A column's position starts at 1", field=f"{where}.columns")
