"""Routes that mostly end in one statement: tried together with those that come at the same time, else done as others.

Only a plain request is tried: a small JSON body, no query, no `Idempotency-Key`. Whatever is unusual about it, or wrong
with it, is left to the route's ordinary way, so that it is answered in the same words.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

from fastapi import Request, Response

from crosswind.contexts.access.answers import HEADER
from crosswind.doors.rest import faults, rates, reply
from crosswind.doors.rest.request import StrictRequest, base_path, request_id
from crosswind.doors.rest.route import FamilyRoute
from crosswind.doors.rest.straight import is_small

if TYPE_CHECKING:
    from crosswind.doors.rest.door import Door
    from crosswind.doors.rest.family import RouteSpec


class AtOnceRoute(FamilyRoute):
    """A route that is not straight, and whose spec says how its requests are done together."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Try it at once; FastAPI's own parsing is for what is left."""
        ordinary = super().get_route_handler()
        spec: RouteSpec = self.endpoint.__crosswind__  # type: ignore[attr-defined]

        async def handle(request: Request) -> Response:
            strict = StrictRequest(request.scope, request.receive)
            strict.body_limit = spec.body_limit
            if not _is_plain(strict):
                return await ordinary(request)
            try:
                door: Door = request.app.state.door
                response = await door.joined(strict, spec, await strict.body())
            except Exception as error:
                identifier, base = request_id(request), base_path(request, spec.manners.mount)
                response = reply.fail(faults.meaning(error, identifier), spec.manners, identifier, base)
            if response is None:
                return await ordinary(strict)
            rates.tell(request, response)
            return response

        return handle


def _is_plain(request: StrictRequest) -> bool:
    headers = request.headers
    if HEADER in headers or request.scope.get("query_string") or not is_small(request):
        return False
    return headers.get("content-type") == "application/json"
