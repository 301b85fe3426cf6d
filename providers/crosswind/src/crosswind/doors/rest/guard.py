"""Who is asking, and may they."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from fastapi import Request
from sqlalchemy.orm import Session

from crosswind.doors.rest import rates
from crosswind.doors.rest.request import StrictRequest, request_id
from crosswind.gate.credentials import Credentials, identify
from crosswind.gate.gate import require
from crosswind.kit.actor import Actor
from crosswind.kit.errors import Forbidden

if TYPE_CHECKING:
    from crosswind.bootstrap import Platform
    from crosswind.doors.rest.family import RouteSpec

COOKIE = "_token"
PAGE_HEADER = "x-crosswind-request"
READS = frozenset({"GET", "HEAD", "OPTIONS"})


class Guard:
    """Identifies by API key, bearer token, lease or page cookie, and compares with the route's permission."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform

    def permit(self, request: StrictRequest, spec: RouteSpec, session: Session) -> Actor:
        """The actor of a request that may do what the route does."""
        if spec.permission is None:
            return Actor("anonymous", "anonymous", request_id=request_id(request))
        shown = credentials(request)
        if shown.cookie and not (shown.key or shown.bearer) and request.method not in READS:
            check_page(request, self._platform.base_url)
        actor = identify(self._platform, session, shown, request_id(request))
        request.state.crosswind_actor = actor
        rates.count(self._platform.limits, session, actor, request)
        require(actor, spec.permission)
        return actor


def credentials(request: Request) -> Credentials:
    """What the request shows of its caller."""
    headers = request.headers
    cookie = request.cookies.get(COOKIE)
    return Credentials.of(
        headers.get("x-api-key"), headers.get("authorization", ""), cookie, headers.get("x-tenant-id")
    )


def check_page(request: StrictRequest, base_url: str) -> None:
    """Refuse a write that another site's page could have made with our cookie."""
    headers = request.headers
    if PAGE_HEADER not in headers:
        raise Forbidden("Writes with the page's cookie need the header X-Crosswind-Request")
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    has_body = headers.get("content-length", "0") != "0" or "transfer-encoding" in headers
    if has_body and kind != "application/json":
        raise Forbidden("Writes with the page's cookie are sent as application/json")
    site = headers.get("sec-fetch-site")
    allowed = headers.get("origin") == _origin(base_url) if site is None else site == "same-origin"
    if not allowed:
        raise Forbidden("Writes with the page's cookie come from Airflow's own pages only")


def _origin(base_url: str) -> str:
    parts = urlsplit(base_url)
    return f"{parts.scheme}://{parts.netloc}"
