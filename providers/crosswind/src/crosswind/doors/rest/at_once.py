"""Routes that mostly end in one statement: tried together with those that come at the same time, else done as others.

Only a plain request is tried: a small JSON body, no query, no `Idempotency-Key`. Whatever is unusual about it, or wrong
with it, is left to the route's ordinary way, so that it is answered in the same words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import Response

from crosswind.contexts.access.answers import HEADER
from crosswind.doors.rest import faults, rates, reply
from crosswind.doors.rest.request import StrictRequest, base_path, request_id
from crosswind.doors.rest.straight import is_small

if TYPE_CHECKING:
    from crosswind.doors.rest.door import Door
    from crosswind.doors.rest.family import RouteSpec


class AtOnce:
    """Tries the requests of a route whose spec says how they are done together."""

    def __init__(self, spec: RouteSpec) -> None:
        self._spec = spec

    async def answer(self, request: StrictRequest) -> Response | None:
        """What became of it; None, and nothing done, where it is left to the ordinary way."""
        if not _is_plain(request):
            return None
        spec = self._spec
        request.body_limit = spec.body_limit
        try:
            door: Door = request.app.state.door
            response = await door.joined(request, spec, await request.body())
        except Exception as error:
            identifier, base = request_id(request), base_path(request, spec.manners.mount)
            response = reply.fail(faults.meaning(error, identifier), spec.manners, identifier, base)
        if response is not None:
            rates.tell(request, response)
        return response


def _is_plain(request: StrictRequest) -> bool:
    headers = request.headers
    if HEADER in headers or request.scope.get("query_string") or not is_small(request):
        return False
    return headers.get("content-type") == "application/json"
