"""The schema: the design's, completed."""

from __future__ import annotations

from datetime import datetime

import strawberry
from graphql import GraphQLSchema
from strawberry.schema.config import StrawberryConfig

from crosswind.doors.graphql.mutations import Mutation
from crosswind.doors.graphql.queries import Query
from crosswind.doors.graphql.scalars import MOMENT
from crosswind.doors.graphql.shown import fact
from crosswind.doors.graphql.subscriptions import Subscription

SCHEMA = strawberry.Schema(
    Query,
    Mutation,
    Subscription,
    config=StrawberryConfig(default_resolver=fact, scalar_map={datetime: MOMENT}),
)
GRAPH: GraphQLSchema = SCHEMA._schema  # noqa: SLF001 - graphql-core's own form, which Strawberry documents for this


def sdl() -> str:
    """The schema as it is committed and served."""
    return SCHEMA.as_str() + "\n"
