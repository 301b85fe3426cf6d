"""A way past the routes for what machines send every millisecond: found by its path, without FastAPI's wrapping.

Trying a family's routes one after another, and the stacks that FastAPI opens for dependencies, took more of such a
request's time in the event loop than the request itself.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from fastapi import Response
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from crosswind.doors.rest.at_once import AtOnce
from crosswind.doors.rest.request import StrictRequest
from crosswind.doors.rest.straight import StraightRoute

Answer = Callable[[StrictRequest], Awaitable[Response | None]]


class Shortcut:
    """Answers straight routes, and joint ones where they are done at once; what is left goes the family's own way."""

    def __init__(self, app: ASGIApp, routes: Sequence[BaseRoute]) -> None:
        self._app = app
        self._known = {
            (method, route.path): (route, answer)
            for route in routes
            if isinstance(route, APIRoute) and (answer := _answer(route))
            for method in route.methods
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer what can be answered at once, and pass on all else."""
        found = self._known.get((scope["method"], _path(scope))) if scope["type"] == "http" else None
        if found is None:
            await self._app(scope, receive, send)
            return
        scope["route"], answer = found
        request = StrictRequest(scope, receive)
        response = await answer(request)
        if response is not None:
            await response(scope, receive, send)
            return
        await self._app(scope, _again(request), send)


def _answer(route: APIRoute) -> Answer | None:
    spec = route.endpoint.__crosswind__  # type: ignore[attr-defined]
    if isinstance(route, StraightRoute):
        return route.get_route_handler()
    return AtOnce(spec).answer if spec.joint else None


def _path(scope: Scope) -> str:
    """The path below the family's mount."""
    return str(scope["path"]).removeprefix(scope.get("root_path", ""))


def _again(request: StrictRequest) -> Receive:
    """What a request receives, with its body once more where that was read."""
    left = [request.read] if request.read is not None else []

    async def receive() -> Message:
        if left:
            return {"type": "http.request", "body": left.pop(), "more_body": False}
        return await request.receive()

    return receive
