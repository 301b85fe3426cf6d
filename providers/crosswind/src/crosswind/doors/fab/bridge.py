"""The REST API once more under Flask-AppBuilder: the WSGI environment goes to the same ASGI app."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from io import SEEK_END, BytesIO
from threading import BoundedSemaphore
from typing import TYPE_CHECKING, Any, cast

from flask import request
from werkzeug.wrappers import Response as AnyResponse

from crosswind.doors.fab.appbuilder import BaseApi

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

MOUNT = "/crosswind"
ADMITTED = 6
"""Requests under way at once: each holds one of the threads that Airflow's own routes live from."""
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")

_gate = BoundedSemaphore(ADMITTED)


class Response(AnyResponse):
    """An answer that names no type of its own where the app named none."""

    default_mimetype = None
    automatically_set_content_length = False


class BridgeApi(BaseApi):
    """Forward everything below `/pluginsv2/crosswind` to the FastAPI app, and know nothing of what it serves."""

    route_base = MOUNT
    csrf_exempt = True  # the guard behind it refuses cookie writes without our header

    def _register_urls(self) -> None:
        """Take each path as it is: Werkzeug would redirect one with two slashes in a row, which ids may hold."""
        blueprint: Any = self.blueprint
        for rule in ("/", "/<path:rest>"):
            blueprint.add_url_rule(rule, "forward", self.forward, methods=list(METHODS), merge_slashes=False)

    def forward(self, rest: str = "") -> AnyResponse:
        """Answer as the FastAPI app answers, or 503 at once when the bridge is full."""
        del rest
        app, environ = _let_go(_app()), _environ(request.environ)
        if not _gate.acquire(blocking=False):
            return _busy()
        return Response.from_app(app, environ, buffered=request.method == "HEAD")


@cache
def _app() -> WSGIApplication:
    from a2wsgi import ASGIMiddleware

    from crosswind.bootstrap import from_airflow
    from crosswind.doors.http.app import create_app

    app: Any = create_app(from_airflow(), threads=ADMITTED)
    return cast("WSGIApplication", ASGIMiddleware(app))


def _let_go(app: WSGIApplication) -> WSGIApplication:
    """The same, giving its place back once the answer was passed on; a stream passes as it is made.

    One that nobody reads to its end is read to its end here: `a2wsgi` would leave the app waiting for ever.
    """

    def call(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        return passed_on(environ, start_response)

    def passed_on(environ: WSGIEnvironment, start_response: StartResponse) -> Iterator[bytes]:
        chunks = iter(app(environ, start_response))
        try:
            for chunk in chunks:  # noqa: UP028 - `yield from` would close what must be read to its end
                yield chunk
        finally:
            for _ in chunks:
                pass
            _gate.release()

    return call


def _environ(environ: dict[str, Any]) -> dict[str, Any]:
    """Move our mount from the path to the root path, and say what `a2wsgi` needs: a length, and ports.

    Without a length it takes a chunked body for none, without the caller's port it does not tell who is calling, and
    it fails on a server that has no port because it listens on a socket.
    """
    path = str(environ.get("PATH_INFO", ""))
    root = str(environ.get("SCRIPT_NAME", ""))
    moved = {**environ, "SCRIPT_NAME": root + MOUNT, "PATH_INFO": path.removeprefix(MOUNT)}
    moved["SERVER_PORT"] = str(environ.get("SERVER_PORT") or 80)
    moved.setdefault("REMOTE_PORT", "0")
    body = environ.get("wsgi.input")
    if not environ.get("CONTENT_LENGTH") and isinstance(body, BytesIO):
        moved["CONTENT_LENGTH"] = str(body.seek(0, SEEK_END))
        body.seek(0)
    return moved


def _busy() -> Response:
    from crosswind.doors.rest import reply
    from crosswind.doors.rest.families import FAMILIES, PLATFORM
    from crosswind.gate.http import named_request_id
    from crosswind.kit.errors import Unavailable

    message = "Too many requests are under way through this mount; the one at /crosswind takes more"
    below = request.path.removeprefix(MOUNT)
    manners = next((each for each in FAMILIES if below.startswith(f"{each.mount}/")), PLATFORM)
    identifier = named_request_id(request.headers.get("X-Request-Id", ""))
    answer = reply.fail(Unavailable(message, retry_after=1), manners, identifier, request.script_root + MOUNT)
    return Response(bytes(answer.body), answer.status_code, list(answer.headers.items()))
