"""The whole application: the REST families, and the other protocols mounted where their designs have them."""

from __future__ import annotations

from fastapi import FastAPI

from crosswind.bootstrap import Platform
from crosswind.doors import live
from crosswind.doors.graphql import install as graphql
from crosswind.doors.rest import app as rest
from crosswind.doors.rest.families import METASTORE

EXTENSIONS: dict[str, tuple[rest.Extension, ...]] = {METASTORE.name: (graphql.extend, live.extend)}
"""What a family's sub-application serves beside its REST routes."""


def create_app(platform: Platform, *, threads: int | None = None) -> FastAPI:
    """REST, GraphQL, WebSocket and SSE over `platform`; `threads` narrows it as for REST alone."""
    return rest.create_app(platform, threads=threads, extensions=EXTENSIONS)
