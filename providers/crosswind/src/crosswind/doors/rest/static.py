"""The pages served by FastAPI: the static bundle, and the shell of the pages under a second URL."""

from __future__ import annotations

from http import HTTPStatus
from pathlib import PurePosixPath

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from crosswind.doors.rest.shell import Page, bundle, session_over, shell, signed_in

SHELL_BASE = "/crosswind/ui"


def ui_app() -> Starlette:
    """Return the app to mount at `/ui`: `/assets/…`, the icon, and the shell on every other path."""
    return Starlette(routes=[Route("/assets/{name}", _asset), Route("/icon.svg", _icon), Route("/{rest:path}", _shell)])


async def _asset(request: Request) -> Response:
    """Serve a file whose name carries its hash, with no session needed; a name without an ending is an asset's page."""
    if "." not in request.path_params["name"]:
        return await _shell(request)
    return _file(f"assets/{PurePosixPath(request.path_params['name']).name}", "public, max-age=31536000, immutable")


async def _icon(_: Request) -> Response:
    return _file("icon.svg", "public, max-age=3600")


async def _shell(request: Request) -> Response:
    known = await signed_in(request.cookies.get("_token"))
    return _answer(shell(SHELL_BASE) if known else session_over())


def _file(name: str, cache_control: str) -> Response:
    path = bundle().joinpath(name)
    if not path.is_file():
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return FileResponse(str(path), headers={"Cache-Control": cache_control, "X-Content-Type-Options": "nosniff"})


def _answer(page: Page) -> Response:
    return Response(page.html, page.status, page.headers)
