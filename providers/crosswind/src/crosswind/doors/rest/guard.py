"""Who is asking, and may they."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from crosswind.doors.rest.request import StrictRequest, request_id
from crosswind.kit.actor import Actor
from crosswind.kit.errors import Forbidden, Unauthenticated

if TYPE_CHECKING:
    from crosswind.bootstrap import Platform
    from crosswind.doors.rest.family import RouteSpec


class Guard:
    """Identifies by bearer token, API key, lease or page cookie, and compares with the route's permission."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform

    def permit(self, request: StrictRequest, spec: RouteSpec, session: Session) -> Actor:
        """The actor of a request that may do what the route does."""
        if spec.permission is None:
            return Actor("anonymous", "anonymous", request_id=request_id(request))
        actor = self._identify(request, session)
        if not actor.may(spec.permission):
            raise Forbidden(f"'{actor.name}' lacks the permission {spec.permission}", permission=spec.permission)
        return actor

    def _identify(self, request: StrictRequest, session: Session) -> Actor:
        raise Unauthenticated("Send a bearer token, an X-API-Key or the page's cookie")
