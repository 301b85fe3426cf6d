"""The interactive page for a family's OpenAPI document, and the list of error codes; both work offline."""

from __future__ import annotations

import secrets
from functools import cache
from html import escape
from importlib.resources import files
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from crosswind.doors.rest.manners import Manners
from crosswind.doors.rest.openapi import document

ASSETS = frozenset({"swagger-ui-bundle.js", "swagger-ui.css", "favicon.png"})
PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="docs/favicon.png"><link rel="stylesheet" href="docs/swagger-ui.css"></head>
<body><div id="ui"></div><script src="docs/swagger-ui-bundle.js"></script><script nonce="{nonce}">
SwaggerUIBundle({{
  url: "openapi.json", dom_id: "#ui", deepLinking: true, validatorUrl: null, tryItOutEnabled: true,
  requestInterceptor: request => {{ request.headers["X-Crosswind-Request"] = "docs"; return request; }},
}});
</script></body></html>"""


def install_docs(app: FastAPI, manners: Manners) -> None:
    """Serve `/openapi.json`, `/docs` and what the page loads."""

    @cache
    def made() -> dict[str, Any]:
        return document(app, manners)

    async def openapi(request: Request) -> Response:
        return JSONResponse({**made(), "servers": [{"url": request.scope.get("root_path", "") or "/"}]})

    async def page(_: Request) -> Response:
        nonce = secrets.token_urlsafe(16)
        return HTMLResponse(PAGE.format(title=escape(manners.title), nonce=nonce), headers=_headers(nonce))

    app.add_route("/openapi.json", openapi, include_in_schema=False)
    app.add_route("/docs", page, include_in_schema=False)
    app.add_route("/docs/{name}", _asset, include_in_schema=False)


def error_pages(families: tuple[Manners, ...]) -> Starlette:
    """The app to mount at `/docs`: what each error code means, which error answers link to."""

    async def errors(_: Request) -> Response:
        return HTMLResponse(_errors(families), headers=_headers(secrets.token_urlsafe(16)))

    return Starlette(routes=[Route("/errors", errors)])


async def _asset(request: Request) -> Response:
    name = request.path_params["name"]
    if name not in ASSETS:
        raise HTTPException(404)
    path = Path(str(files("fastapi_offline").joinpath("static", name)))
    return FileResponse(path, headers={"Cache-Control": "public, max-age=86400", "X-Content-Type-Options": "nosniff"})


def _headers(nonce: str) -> dict[str, str]:
    policy = (
        f"default-src 'self'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'self'"
    )
    return {"Content-Security-Policy": policy, "X-Content-Type-Options": "nosniff"}


def _errors(families: tuple[Manners, ...]) -> str:
    rows = {
        (code, status, (kind.__doc__ or "").strip().split("\n")[0])
        for manners in families
        for kind, (code, status) in manners.codes.items()
    }
    body = "".join(
        f'<tr id="{escape(code)}"><td>{escape(code)}</td><td>{status}</td><td>{escape(text)}</td></tr>'
        for code, status, text in sorted(rows)
    )
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Error codes</title></head><body>'
        f"<h1>Error codes</h1><table><tr><th>Code<th>Status<th>Meaning</tr>{body}</table></body></html>"
    )
