"""Scalars and enums; the enums say what the services' schemas say, which a test compares."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import Enum
from typing import Any
from uuid import UUID

import strawberry
from graphql import GraphQLError
from strawberry.types.scalar import ScalarDefinition

from crosswind.kit.errors import Invalid


@strawberry.enum(description="The kinds of assets.")
class AssetType(Enum):
    """The kinds of assets."""

    TABLE = "TABLE"
    VIEW = "VIEW"
    DASHBOARD = "DASHBOARD"
    PIPELINE = "PIPELINE"
    DATASET = "DATASET"
    CHART = "CHART"


@strawberry.enum(description="How one asset relates to another.")
class RelationshipType(Enum):
    """How one asset relates to another."""

    DEPENDS_ON = "DEPENDS_ON"
    CONTAINS = "CONTAINS"
    PRODUCES = "PRODUCES"
    USES = "USES"
    RELATED_TO = "RELATED_TO"


@strawberry.enum(description="Which way lineage is followed.")
class LineageDirection(Enum):
    """Which way lineage is followed."""

    UPSTREAM = "upstream"
    DOWNSTREAM = "downstream"
    BOTH = "both"


def _moment(value: Any) -> str:
    """UTC with a `Z`, as REST tells moments."""
    return str(value.astimezone(UTC).isoformat().replace("+00:00", "Z"))


def _parse_moment(value: Any) -> datetime:
    if not isinstance(value, str) or len(value) > 64:
        raise GraphQLError("DateTime takes a moment as ISO 8601 writes it, such as 2024-01-01T00:00:00Z")
    try:
        moment = datetime.fromisoformat(value)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise GraphQLError("DateTime takes a moment as ISO 8601 writes it, such as 2024-01-01T00:00:00Z") from None


MOMENT = ScalarDefinition(
    name="DateTime",
    description="A moment as ISO 8601 writes it, such as 2024-01-01T00:00:00Z.",
    specified_by_url="https://scalars.graphql.org/andimarek/date-time",
    serialize=_moment,
    parse_value=_parse_moment,
    parse_literal=None,
    origin=datetime,
)


def identifier(value: str, field: str) -> UUID:
    """The UUID of an argument; `Invalid` names the argument."""
    try:
        return UUID(value)
    except ValueError:
        raise Invalid(f"{field} is not a UUID", field=field) from None
