"""The Flask-AppBuilder view that serves the shell of the pages."""

from __future__ import annotations

import asyncio

from flask import Response, request

from crosswind.doors.fab.appbuilder import BaseView, expose
from crosswind.doors.rest.shell import session_over, shell, signed_in
from crosswind.kit.errors import Unavailable

SHELL_BASE = "/pluginsv2/crosswind/ui"


class ShellView(BaseView):
    """Serve the single-page app on each of its paths to whoever is signed in.

    The check is our own: FAB's `@has_access` and `@protect` do not work with Airflow's tokens.
    """

    route_base = "/crosswind/ui"
    default_view = "page"

    @expose("/")
    @expose("/<path:rest>")
    def page(self, rest: str = "") -> Response:
        """Return the shell; `rest` is read by the app in the browser."""
        del rest
        known = asyncio.run(signed_in(request.cookies.get("_token")))
        try:
            answer = shell(SHELL_BASE) if known else session_over()
        except Unavailable as error:
            return Response(str(error), 503, {"Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store"})
        return Response(answer.html, answer.status, answer.headers)
