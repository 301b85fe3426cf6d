"""Who is asking, and may they."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from fastapi import Request
from sqlalchemy.orm import Session

from crosswind.doors.rest import rates
from crosswind.doors.rest.request import StrictRequest, request_id
from crosswind.gate import http
from crosswind.gate.credentials import Credentials, identify
from crosswind.gate.gate import require
from crosswind.kit.actor import Actor

if TYPE_CHECKING:
    from crosswind.bootstrap import Platform
    from crosswind.doors.rest.family import RouteSpec

READS = frozenset({"GET", "HEAD", "OPTIONS"})


class Guard:
    """Identifies by API key, bearer token, lease or page cookie, and compares with the route's permission."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform

    def permit(
        self, request: StrictRequest, spec: RouteSpec, session: Session, known: dict[Credentials, Actor] | None = None
    ) -> Actor:
        """The actor of a request that may do what the route does.

        `known` are those who were identified for requests that are done in the same moment; it is added to.
        """
        if spec.permission is None:
            return Actor("anonymous", "anonymous", request_id=request_id(request))
        shown = credentials(request)
        if http.by_cookie(shown) and request.method not in READS:
            http.check_page(request.headers, self._platform.base_url)
        if known is not None and shown in known:
            actor = replace(known[shown], request_id=request_id(request))
        else:
            actor = identify(self._platform, session, shown, request_id(request))
        if known is not None:
            known[shown] = actor
        request.state.crosswind_actor = actor
        rates.count(self._platform.limits, session, actor, request)
        require(actor, spec.permission)
        return actor


def credentials(request: Request) -> Credentials:
    """What the request shows of its caller."""
    return http.credentials(request.headers, request.cookies)
