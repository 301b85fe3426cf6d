"""Who is asking, and may they."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from crosswind.doors.rest import rates
from crosswind.doors.rest.request import StrictRequest, request_id
from crosswind.kit.actor import Actor
from crosswind.kit.errors import Forbidden, Unauthenticated

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
        actor = self._identified(request, session)
        request.state.crosswind_actor = actor
        rates.count(self._platform.limits, session, actor, request)
        if not actor.may(spec.permission):
            raise Forbidden(f"'{actor.name}' lacks the permission {spec.permission}", permission=spec.permission)
        return actor

    def _identified(self, request: StrictRequest, session: Session) -> Actor:
        """Identify, once more when the store's connection had died since its last use: this is its first statement."""
        try:
            return self._identify(request, session)
        except DBAPIError as error:
            if not error.connection_invalidated:
                raise
            session.rollback()
            return self._identify(request, session)

    def _identify(self, request: StrictRequest, session: Session) -> Actor:
        headers = request.headers
        identifier, entry = request_id(request), self._platform.entry
        tenant = headers.get("x-tenant-id")
        if key := headers.get("x-api-key"):
            return entry.by_key(session, key, tenant, identifier)
        scheme, _, token = headers.get("authorization", "").partition(" ")
        token = token.strip()
        if scheme.lower() == "bearer" and token:
            if token.startswith("cwk_"):
                return entry.by_key(session, token, tenant, identifier)
            if token.count(".") != 2:
                return self._leased(session, token, identifier)
            return entry.by_token(session, token, tenant, identifier)
        if cookie := request.cookies.get(COOKIE):
            if request.method not in READS:
                check_page(request, self._platform.base_url)
            return entry.by_token(session, cookie, tenant, identifier)
        raise Unauthenticated("Send a bearer token, an X-API-Key or the page's cookie")

    def _leased(self, session: Session, token: str, identifier: str) -> Actor:
        actor = self._platform.lease_actor(session, token, identifier)
        if actor is None:
            raise Unauthenticated("The bearer token is neither Airflow's nor a lease that is still good")
        return actor


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
