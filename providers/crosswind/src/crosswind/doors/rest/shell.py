"""The page that carries the single-page app: the built `index.html` with the addresses it needs, and who may see it."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from functools import cache
from html import escape
from http import HTTPStatus
from importlib.resources import files
from importlib.resources.abc import Traversable
from urllib.parse import urlsplit

from crosswind.kit.errors import Unavailable
from crosswind.settings import Settings

URL_ROUTE = "crosswind"
"""Where Airflow shows the pages: `/plugin/<url_route>`."""


@dataclass(frozen=True)
class Page:
    """An HTML answer before it becomes Flask's or Starlette's."""

    html: str
    status: int
    headers: dict[str, str]


def base_path() -> str:
    """Return the path under which Airflow is reached, such as `/team`, without a slash at its end."""
    from airflow.configuration import conf

    return urlsplit(conf.get("api", "base_url", fallback="") or "").path.rstrip("/")


def grpc_address() -> str:
    """Return where `crosswind grpc` listens by the configuration, such as `127.0.0.1:50051`."""
    settings = Settings.from_airflow()
    return f"{settings.grpc_host}:{settings.grpc_port}"


def bundle() -> Traversable:
    """Return the folder that holds the built pages."""
    return files("crosswind").joinpath("ui")


async def signed_in(token: str | None) -> bool:
    """Tell whether a `_token` cookie belongs to somebody whom Airflow's auth manager still knows."""
    if not token:
        return False
    from airflow.api_fastapi.core_api.security import resolve_user_from_token
    from fastapi import HTTPException

    try:
        await resolve_user_from_token(token)
    except HTTPException:
        return False
    return True


def shell(router_base: str) -> Page:
    """Return the single-page app whose own addresses start with `router_base`, seen from the host's root."""
    base = base_path()
    metas = {
        "crosswind-airflow": base,
        "crosswind-rest": f"{base}/crosswind",
        "crosswind-router": f"{base}{router_base}",
        "crosswind-route": URL_ROUTE,
        "crosswind-grpc": grpc_address(),
    }
    tags = "".join(f'<meta name="{name}" content="{escape(value)}">' for name, value in metas.items())
    nonce = secrets.token_urlsafe(16)
    html = _index().replace("<!--crosswind-->", tags).replace('="./', f'="{escape(base)}/crosswind/ui/')
    return Page(html.replace("<script>", f'<script nonce="{nonce}">'), HTTPStatus.OK, _headers(nonce))


def session_over() -> Page:
    """Return the page that sends the top window to the login: a redirect would show the login inside the frame."""
    from airflow.api_fastapi.app import get_auth_manager

    nonce = secrets.token_urlsafe(16)
    login = json.dumps(get_auth_manager().get_url_login()).replace("<", "\\u003c")
    html = (
        "<!doctype html><html lang=en><meta charset=utf-8><title>Session over</title>"
        f'<p>Your session is over. <a href="{escape(f"{base_path()}/")}">Sign in again</a></p>'
        f'<script nonce="{nonce}">'
        f"const login = new URL({login}, parent.location.href);"
        "login.searchParams.set('next', parent.location.href);"
        "if (parent === window) location.assign(login.href);"
        "else parent.setTimeout(`location.assign(${JSON.stringify(login.href)})`, 0);"
        "</script></html>"
    )
    return Page(html, HTTPStatus.UNAUTHORIZED, _headers(nonce))


@cache
def _index() -> str:
    index = bundle().joinpath("index.html")
    if not index.is_file():
        raise Unavailable("The pages are not built. Build them with scripts/ui-build and restart the API server.")
    return index.read_text(encoding="utf-8")


def forget() -> None:
    """Read the built pages anew at the next request."""
    _index.cache_clear()


def _headers(nonce: str) -> dict[str, str]:
    policy = (
        f"default-src 'self'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data:; worker-src 'self' blob:; object-src 'none'; base-uri 'none'; frame-ancestors 'self'"
    )
    return {
        "Cache-Control": "no-store",
        "Content-Security-Policy": policy,
        "Content-Type": "text/html; charset=utf-8",
        "X-Content-Type-Options": "nosniff",
    }
