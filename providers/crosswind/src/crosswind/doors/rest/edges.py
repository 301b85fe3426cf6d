"""What happens beside the routes: unknown paths, wrong methods, HEAD and OPTIONS, slashes at the end."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import FastAPI, Request, Response
from starlette.exceptions import HTTPException
from starlette.routing import Match, Route, WebSocketRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from crosswind.doors.rest import faults, reply
from crosswind.doors.rest.manners import Manners
from crosswind.doors.rest.request import base_path, request_id
from crosswind.kit.errors import CrosswindError, Invalid, NotFound

CONSUMED_BY_GET = ("/login/", "/audit/export", "/compliance/reports", "/metastore/v1/events", "/platform/v1/export")
"""Paths on which a GET has an effect, or reads without end: a HEAD must not."""


def install_edges(app: FastAPI, manners: Manners, *, outermost: bool = False) -> None:
    """Answer what no route answers in the family's own envelope; the outermost app holds mounts and no routes."""

    async def handle(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        allowed = _methods(app, request) if status == HTTPStatus.METHOD_NOT_ALLOWED else ()
        if allowed and request.method == "OPTIONS":
            return Response(None, 204, {"Allow": ", ".join(allowed), "X-Request-Id": request_id(request)})
        if status == HTTPStatus.NOT_FOUND and _is_socket(app, request):
            status = HTTPStatus.UPGRADE_REQUIRED
        base = base_path(request, manners.mount)
        response = reply.fail(_meaning(request, status), manners, request_id(request), base)
        response.status_code = status
        response.headers.update(_headers(status, allowed))
        return response

    async def crash(request: Request, error: Exception) -> Response:
        base = base_path(request, manners.mount)
        return reply.fail(faults.meaning(error, request_id(request)), manners, request_id(request), base)

    app.add_exception_handler(HTTPException, handle)
    app.add_exception_handler(Exception, crash)
    if not outermost:
        app.add_middleware(_Edge)


def _headers(status: int, allowed: tuple[str, ...]) -> dict[str, str]:
    if status == HTTPStatus.UPGRADE_REQUIRED:
        return {"Upgrade": "websocket", "Connection": "Upgrade"}
    return {"Allow": ", ".join(allowed)} if allowed else {}


def _meaning(request: Request, status: int) -> CrosswindError:
    path = str(request.scope.get("path", ""))[:200]
    if status == HTTPStatus.NOT_FOUND:
        return NotFound("Path", path, parameter="path")
    if status == HTTPStatus.METHOD_NOT_ALLOWED:
        return Invalid(f"{request.method} is not a method of {path}", field="method")
    if status == HTTPStatus.UPGRADE_REQUIRED:
        return Invalid(f"{path} is a WebSocket's address; connect to it by ws:// or wss://", field="Upgrade")
    return Invalid(f"The request could not be read (status {status})")


def _methods(app: FastAPI, request: Request) -> tuple[str, ...]:
    """Every method of every route on this path; Starlette names only those of the first."""
    found: set[str] = set()
    for route in app.router.routes:
        if isinstance(route, Route) and route.matches(request.scope)[0] is not Match.NONE:
            found |= route.methods or set()
    read = "GET" in found and not _is_consumed(request.scope["path"])
    return tuple(sorted((found - {"HEAD"}) | {"OPTIONS"} | ({"HEAD"} if read else set())))


def _is_consumed(path: str) -> bool:
    return any(each in path for each in CONSUMED_BY_GET)


def _is_socket(app: FastAPI, request: Request) -> bool:
    """Whether a plain request came to where only a WebSocket is opened."""
    scope = {**request.scope, "type": "websocket"}
    sockets = (route for route in app.router.routes if isinstance(route, WebSocketRoute))
    return any(route.matches(scope)[0] is not Match.NONE for route in sockets)


class _Edge:
    """Serves `/path/` as `/path`, and HEAD as a GET whose body is not sent."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if scope["path"].endswith("/") and scope["path"] != scope.get("root_path", "") + "/":
            scope = {**scope, "path": scope["path"].rstrip("/")}
        if scope["method"] == "HEAD" and not _is_consumed(scope["path"]):
            scope, send = {**scope, "method": "GET"}, _without_body(send)
        await self._app(scope, receive, send)


def _without_body(send: Send) -> Send:
    async def only_head(message: Message) -> None:
        if message["type"] == "http.response.body":
            message = {**message, "body": b""}
        await send(message)

    return only_head
