"""GraphQL as an extension of the metastore's sub-application."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute

from crosswind.doors.graphql import page
from crosswind.doors.graphql.endpoint import Endpoint
from crosswind.doors.graphql.schema import sdl
from crosswind.doors.graphql.socket import Sockets
from crosswind.gate.gate import Gate
from crosswind.kit.lanes import Lane

if TYPE_CHECKING:
    from crosswind.bootstrap import Platform


def extend(family: FastAPI, platform: Platform, lane: Lane) -> None:
    """Add `/graphql`, its page, and its schema."""
    endpoint = Endpoint(Gate(platform), lane)

    async def graphql(request: Request) -> Response:
        return await endpoint(request)

    family.router.routes.append(Route("/graphql", graphql, methods=["GET", "POST"], include_in_schema=False))
    family.router.routes.append(WebSocketRoute("/graphql", Sockets(platform, lane)))
    family.router.routes.append(Route("/graphql/assets/{name}", page.asset, include_in_schema=False))
    family.router.routes.append(Route("/graphql/schema.graphql", _schema, include_in_schema=False))


async def _schema(_: Request) -> Response:
    return PlainTextResponse(sdl(), headers={"Cache-Control": "public, max-age=300"})
