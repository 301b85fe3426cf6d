"""Routes that mostly end in one statement: tried on a link where each statement is a transaction, else done as others.

Only a plain request is tried: a small JSON body, no query, no `Idempotency-Key`. Whatever is unusual about it, or wrong
with it, is left to the route's ordinary way, so that it is answered in the same words.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, get_args, get_origin, get_type_hints

from fastapi import Request, Response
from pydantic import BaseModel, ValidationError

from crosswind.contexts.access.answers import HEADER
from crosswind.doors.rest import faults, rates, reply
from crosswind.doors.rest.request import StrictRequest, base_path, check_address, check_names, request_id
from crosswind.doors.rest.route import FamilyRoute
from crosswind.doors.rest.straight import is_small
from crosswind.kit import strict_json
from crosswind.kit.errors import Invalid

if TYPE_CHECKING:
    from crosswind.doors.rest.door import Door
    from crosswind.doors.rest.family import Provided, RouteSpec


@dataclass(frozen=True, slots=True)
class AtOnce:
    """How a route is done in one statement: a call that takes the body's model and gives None where it takes more."""

    call: Callable[..., Any]
    provided: dict[str, str]
    body: str
    model: type[BaseModel]

    @classmethod
    def of(cls, function: Callable[..., Any], provided: type[Provided]) -> AtOnce:
        """From a function that takes services, marked as `provided`, and a body."""
        hints = get_type_hints(function, include_extras=True)
        services: dict[str, str] = {}
        bodies: dict[str, type[BaseModel]] = {}
        for name in inspect.signature(function).parameters:
            marks = get_args(hints[name])[1:] if get_origin(hints[name]) is Annotated else ()
            if mark := next((each for each in marks if isinstance(each, provided)), None):
                services[name] = mark.name
            else:
                bodies[name] = hints[name]
        ((body, model),) = bodies.items()
        return cls(function, services, body, model)


class AtOnceRoute(FamilyRoute):
    """A route whose spec says how it is done at once."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Try it at once; FastAPI's own parsing is for what is left."""
        ordinary = super().get_route_handler()
        spec: RouteSpec = self.endpoint.__crosswind__  # type: ignore[attr-defined]
        quick = spec.at_once
        assert quick is not None, "the family gives this class to routes that have it"

        async def handle(request: Request) -> Response:
            strict = StrictRequest(request.scope, request.receive)
            strict.body_limit = spec.body_limit
            if not _is_plain(strict):
                return await ordinary(request)
            try:
                response = await _tried(strict, spec, quick)
            except Exception as error:
                identifier, base = request_id(request), base_path(request, spec.manners.mount)
                response = reply.fail(faults.meaning(error, identifier), spec.manners, identifier, base)
            if response is None:
                return await ordinary(strict)
            rates.tell(request, response)
            return response

        return handle


async def _tried(request: StrictRequest, spec: RouteSpec, quick: AtOnce) -> Response | None:
    body = await request.body()
    door: Door = request.app.state.door
    return await door.at_once(request, spec, quick.provided, partial(_called, request, quick, body))


def _called(request: StrictRequest, quick: AtOnce, body: bytes, services: dict[str, Any]) -> Any:
    """The endpoint's answer; None for a body that is not as the endpoint takes it."""
    try:
        check_address(request, frozenset())
        read = strict_json.loads(body)
        check_names(read)
        value = quick.model.model_validate(read)
    except (Invalid, ValidationError):
        return None
    return quick.call(**{quick.body: value}, **services)


def _is_plain(request: StrictRequest) -> bool:
    headers = request.headers
    if HEADER in headers or request.scope.get("query_string") or not is_small(request):
        return False
    return headers.get("content-type") == "application/json"
