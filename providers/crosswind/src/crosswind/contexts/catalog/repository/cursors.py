"""Places in a list of assets to go on from: quick however deep, and of no use with other filters."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Annotated, Any

import msgspec
from msgspec import Meta
from sqlalchemy import ColumnElement, bindparam, tuple_

from crosswind.contexts.catalog.repository.scope import A, Clause
from crosswind.contexts.catalog.schemas.assets import AssetQuery
from crosswind.kit.errors import Invalid

TIMES = frozenset({"updated_at", "created_at"})
_Natural = Annotated[int, Meta(ge=0, lt=2**53)]


class _Written(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    filters: str
    value: str
    key: Annotated[int, Meta(ge=0, le=2**63 - 1)]
    total: _Natural
    offset: _Natural


@dataclass(frozen=True, slots=True)
class Position:
    """After which asset a page begins, how many came before, and how many there were when the first page was made."""

    value: str | datetime
    key: int
    total: int
    offset: int


def later(columns: Mapping[str, ColumnElement[Any]], sort: str) -> Clause:
    """What comes after a position (`after_value`, `after_key`) in this order."""
    field, _, direction = sort.partition(":")
    place = bindparam("after_value", type_=columns[field].type), bindparam("after_key", type_=A.key.type)
    here, there = tuple_(columns[field], A.key), tuple_(*place)
    return here < there if direction == "desc" else here > there


def write(query: AssetQuery, tenant: str, place: Any, total: int, offset: int) -> str:
    """The cursor that goes on after a place: an asset's `key`, and the `value` that the list is sorted by."""
    shown = place.value.isoformat() if isinstance(place.value, datetime) else place.value
    written = _Written(_filters(query, tenant), shown, place.key, total, offset)
    return urlsafe_b64encode(msgspec.json.encode(written)).decode().rstrip("=")


def read(query: AssetQuery, tenant: str) -> Position | None:
    """Where the query's cursor points to; Invalid for one that is none of ours or of another list."""
    if query.cursor is None:
        return None
    try:
        text = query.cursor.encode("ascii")
        written = msgspec.json.decode(urlsafe_b64decode(text + b"=" * (-len(text) % 4)), type=_Written)
        value = _value(query, written.value)
    except (Base64Error, msgspec.DecodeError, ValueError):
        raise Invalid("The cursor is not one that this list gave", field="cursor") from None
    if written.filters != _filters(query, tenant):
        raise Invalid("The cursor belongs to a list with other filters or another order", field="cursor")
    return Position(value, written.key, written.total, written.offset)


def _value(query: AssetQuery, text: str) -> str | datetime:
    """The sorted field's value; ValueError for one that the field cannot have."""
    if query.sort.partition(":")[0] in TIMES:
        moment = datetime.fromisoformat(text)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    if "\x00" in text:
        raise ValueError("a name holds no NUL")
    return text


def _filters(query: AssetQuery, tenant: str) -> str:
    told = query.model_dump(mode="json", exclude={"cursor"})
    return blake2b(msgspec.json.encode([tenant, told], order="sorted"), digest_size=9).hexdigest()
