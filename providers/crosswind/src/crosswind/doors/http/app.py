"""The whole application: the REST families, and the other protocols mounted where their designs have them."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi import FastAPI

from crosswind.bootstrap import Platform
from crosswind.doors import live
from crosswind.doors.graphql import install as graphql
from crosswind.doors.graphql import ways as of_graphql
from crosswind.doors.live import ways as of_events
from crosswind.doors.rest import app as rest
from crosswind.doors.rest.families import METASTORE
from crosswind.doors.rest.manners import Manners

EXTENSIONS = {
    METASTORE.name: (rest.Extension(graphql.extend, of_graphql.WAYS), rest.Extension(live.extend, of_events.WAYS))
}
"""What a family's sub-application serves beside its REST routes."""


def create_app(platform: Platform, *, threads: int | None = None) -> FastAPI:
    """REST, GraphQL, WebSocket and SSE over `platform`; `threads` narrows it as for REST alone."""
    return rest.create_app(platform, threads=threads, extensions=EXTENSIONS)


def families() -> Iterator[tuple[Manners, FastAPI]]:
    """Each family's sub-application as it is told of, with the ways in beside its routes, but without a door."""
    for manners, family in rest.families():
        family.state.ways = rest.ways(EXTENSIONS.get(manners.name, ()))
        yield manners, family
