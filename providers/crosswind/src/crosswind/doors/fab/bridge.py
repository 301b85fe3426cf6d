"""The REST API once more under Flask-AppBuilder: the WSGI environment goes to the same ASGI app."""

from __future__ import annotations

import json
from functools import cache
from http import HTTPStatus
from threading import BoundedSemaphore
from typing import TYPE_CHECKING, Any, cast

from flask import request
from werkzeug.wrappers import Response

from crosswind.doors.fab.appbuilder import BaseApi, expose

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

MOUNT = "/crosswind"
ADMITTED = 6
"""Requests under way at once: each holds one of the threads that Airflow's own routes live from."""
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")

_gate = BoundedSemaphore(ADMITTED)


class BridgeApi(BaseApi):
    """Forward everything below `/pluginsv2/crosswind` to the FastAPI app, and know nothing of what it serves."""

    route_base = MOUNT
    csrf_exempt = True  # the guard behind it refuses cookie writes without our header

    @expose("/<path:rest>", methods=METHODS)
    def forward(self, rest: str) -> Response:
        """Answer as the FastAPI app answers, or 503 at once when the bridge is full."""
        del rest
        if not _gate.acquire(blocking=False):
            return _busy()
        try:
            return Response.from_app(_app(), _environ(request.environ), buffered=True)
        finally:
            _gate.release()


@cache
def _app() -> WSGIApplication:
    from a2wsgi import ASGIMiddleware

    from crosswind.bootstrap import from_airflow
    from crosswind.doors.rest.app import create_app

    app: Any = create_app(from_airflow(), threads=ADMITTED)
    return cast("WSGIApplication", ASGIMiddleware(app))


def _environ(environ: dict[str, Any]) -> dict[str, Any]:
    """Move our mount from the path to the root path, as an ASGI mount would."""
    path = str(environ.get("PATH_INFO", ""))
    root = str(environ.get("SCRIPT_NAME", ""))
    return {**environ, "SCRIPT_NAME": root + MOUNT, "PATH_INFO": path.removeprefix(MOUNT)}


def _busy() -> Response:
    message = "Too many requests are under way through this mount; the one at /crosswind takes more."
    request_id = request.headers.get("X-Request-Id")
    error: dict[str, Any] = {"code": "GEN_503", "message": message, "details": {}, "requestId": request_id}
    headers = {"Retry-After": "1", "Content-Type": "application/json"}
    return Response(json.dumps({"error": error}), HTTPStatus.SERVICE_UNAVAILABLE, headers)
