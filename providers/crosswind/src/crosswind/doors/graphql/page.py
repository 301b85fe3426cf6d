"""The GraphiQL page: built apart from the other pages and served with all it loads, so that it works offline."""

from __future__ import annotations

from http import HTTPStatus
from importlib.resources import files
from pathlib import PurePosixPath

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response

UNBUILT = "<!doctype html><title>GraphQL</title><p>The page is not built; scripts/ui-build builds it.</p>"


def page(request: Request) -> Response:
    """The page; what it asks is asked with the session's cookie."""
    shown = _built()
    if shown is None:
        return HTMLResponse(UNBUILT, HTTPStatus.SERVICE_UNAVAILABLE, _HEADERS)
    slash = bytes(request.scope.get("raw_path") or b"").endswith(b"/")
    return HTMLResponse(shown.replace('="./graphiql/', f'="{"" if slash else "graphql/"}assets/'), headers=_HEADERS)


async def asset(request: Request) -> Response:
    """A file of the page, whose name carries its hash."""
    name = PurePosixPath(request.path_params["name"]).name
    path = files("crosswind").joinpath("ui", "graphiql", name)
    if not path.is_file():
        raise HTTPException(HTTPStatus.NOT_FOUND)
    headers = {"Cache-Control": "public, max-age=31536000, immutable", "X-Content-Type-Options": "nosniff"}
    return FileResponse(str(path), headers=headers)


def _built() -> str | None:
    path = files("crosswind").joinpath("ui", "graphiql.html")
    return path.read_text(encoding="utf-8") if path.is_file() else None


_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self' data:; "
        "img-src 'self' data:; worker-src 'self' blob:; object-src 'none'; base-uri 'none'; frame-ancestors 'self'"
    ),
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
}
