"""The metastore as events: WebSocket and SSE."""

from __future__ import annotations

from fastapi import FastAPI
from starlette.routing import Route, WebSocketRoute

from crosswind.bootstrap import Platform
from crosswind.doors.live.socket import Sockets
from crosswind.doors.live.sse import Streams
from crosswind.doors.live.ways import SOCKET, STREAM
from crosswind.kit.lanes import Lane


def extend(app: FastAPI, platform: Platform, lane: Lane) -> None:
    """Serve `/v1/ws` and `/v1/events` beside the metastore's routes; they have threads of their own (the hub's).

    A HEAD of a stream would never end, so there is none.
    """
    del lane
    app.router.routes.append(WebSocketRoute(SOCKET, Sockets(platform)))
    stream = Route(STREAM, Streams(platform), methods=["GET"])
    stream.methods = {"GET"}
    app.router.routes.append(stream)
