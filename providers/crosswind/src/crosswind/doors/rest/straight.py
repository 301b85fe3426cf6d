"""Routes for machines that tell us something every millisecond: one turn in the lane, one link, no transaction around.

What such a route does is one statement, which is a transaction of its own; so is each read of the guard before it. A
small body is read before its sender is known, which costs nothing worth a turn of its own; whoever sends more shows
first who it is.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import partial
from typing import TYPE_CHECKING, Any

from fastapi import Request, Response

from crosswind.doors.rest import faults, rates, reply
from crosswind.doors.rest.request import StrictRequest, base_path, check_address, request_id
from crosswind.doors.rest.route import FamilyRoute

if TYPE_CHECKING:
    from crosswind.doors.rest.door import Door
    from crosswind.doors.rest.family import RouteSpec

SMALL = 64 * 1024


class StraightRoute(FamilyRoute):
    """A route that takes its body as it came, and neither query nor `Idempotency-Key`: sent again, it says the same."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Leave FastAPI's parsing out."""
        spec: RouteSpec = self.endpoint.__crosswind__  # type: ignore[attr-defined]

        async def handle(request: Request) -> Response:
            strict = request if isinstance(request, StrictRequest) else StrictRequest(request.scope, request.receive)
            try:
                response = await _answer(strict, spec)
            except Exception as error:
                identifier, base = request_id(request), base_path(request, spec.manners.mount)
                response = reply.fail(faults.meaning(error, identifier), spec.manners, identifier, base)
            rates.tell(request, response)
            return response

        return handle


async def _answer(strict: StrictRequest, spec: RouteSpec) -> Response:
    strict.body_limit = spec.body_limit
    door: Door = strict.app.state.door
    if not is_small(strict):
        await door.admit(strict, spec)
    body = await strict.body()
    if spec.joint and is_small(strict):
        response = await door.joined(strict, spec, body)
        if response is not None:
            return response
    return await door.straight(strict, spec, partial(_checked, strict, spec, body))


def _checked(request: StrictRequest, spec: RouteSpec, body: bytes) -> dict[str, Any]:
    """What the endpoint is given, once its caller is known."""
    check_address(request, {})
    return {str(spec.raw_body): body}


def is_small(request: StrictRequest) -> bool:
    """Whether a body may be read before its sender is known."""
    length = request.headers.get("content-length", "")
    return length.isdigit() and int(length) <= SMALL and "content-encoding" not in request.headers
